# How tests are built and run: few programs, each many files compiled together, each run in parts.

# Whatever the tests need, without the benchmarks.
add_custom_target(tests)

# tapedeck_test(NAME [RUNS_COMMAND] [PARTS N] [COST SECONDS] [PROCESSORS N] SOURCES... [LINK
# targets...]): one test program, which ctest runs in N parts (GoogleTest's sharding) beside each
# other. COST says about how long a part takes: ctest starts with the longest, so that no core is idle
# at the end. PROCESSORS: so many does a part keep busy; threads that yield to each other beside
# another busy program wait for its time slices. RUNS_COMMAND: it starts the built command, which does
# the work; such a program is not built where TAPEDECK_COMMAND_TESTS says that it is already. Its parts
# are labelled `command`, all others `library`. Each part leaves an account of its cases,
# cases/NAME.PART.xml in the build's folder. TAPEDECK_DATA is where the recorded data is, if anywhere.
function(tapedeck_test name)
  cmake_parse_arguments(ARG "RUNS_COMMAND" "PARTS;COST;PROCESSORS" "SOURCES;LINK" ${ARGN})
  if(ARG_RUNS_COMMAND AND TAPEDECK_COMMAND_TESTS)
    get_filename_component(program ${TAPEDECK_COMMAND_TESTS}/${name} ABSOLUTE
                           BASE_DIR ${PROJECT_SOURCE_DIR})
  else()
    tapedeck_test_program(${name} "${ARG_RUNS_COMMAND}" "${ARG_SOURCES}" "${ARG_LINK}")
    set(program ${name})
  endif()
  set(label library)
  if(ARG_RUNS_COMMAND)
    set(label command)
  endif()
  if(NOT ARG_PARTS)
    set(ARG_PARTS 1)
  endif()
  foreach(part RANGE 1 ${ARG_PARTS})
    math(EXPR index "${part} - 1")
    tapedeck_test_run(${name}.${part} ${program} ${label}
                      GTEST_TOTAL_SHARDS=${ARG_PARTS} GTEST_SHARD_INDEX=${index})
    set_tests_properties(${name}.${part} PROPERTIES COST "${ARG_COST}")
    if(ARG_PROCESSORS)
      set_tests_properties(${name}.${part} PROPERTIES PROCESSORS ${ARG_PROCESSORS})
    endif()
  endforeach()
endfunction()

# tapedeck_test_run(NAME PROGRAM LABEL [VARIABLE=VALUE...]): one entry of ctest's.
function(tapedeck_test_run name program label)
  add_test(NAME ${name} COMMAND ${program})
  set(environment "TAPEDECK_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
                  "TAPEDECK_BUILD_DIR=${PROJECT_BINARY_DIR}"
                  "TAPEDECK_BINARY=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tapedeck"
                  "TAPEDECK_SANITIZE=${TAPEDECK_SANITIZE}"
                  "GTEST_OUTPUT=xml:${PROJECT_BINARY_DIR}/cases/${name}.xml"
                  ${ARGN})
  if(TAPEDECK_COVERAGE)
    list(APPEND environment LLVM_PROFILE_FILE=${PROJECT_BINARY_DIR}/profiles/%4m.profraw)
  endif()
  if(TAPEDECK_SANITIZE MATCHES "thread" AND TAPEDECK_QUEUE STREQUAL "moodycamel")
    list(APPEND environment
         "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp halt_on_error=1")
  elseif(TAPEDECK_SANITIZE MATCHES "thread")
    list(APPEND environment "TSAN_OPTIONS=halt_on_error=1")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${label}
                       ENVIRONMENT "${environment}")
endfunction()

# A test's compilation is mostly headers, so that a dozen files are compiled together; canaries and
# examples each by themselves. The two headers that nearly all of them include come compiled.
function(tapedeck_test_program name runs_command sources link)
  add_executable(${name} ${sources})
  add_dependencies(tests ${name})
  target_link_libraries(${name} PRIVATE tapedeck_options ${link} tapedeck_test_support)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  foreach(source IN LISTS sources)
    if(source MATCHES "canary|example")
      set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  endforeach()
  if(runs_command)
    target_precompile_headers(${name} REUSE_FROM tapedeck_command_test_headers)
    target_compile_options(${name} PRIVATE ${TAPEDECK_COLDEST})
    add_dependencies(${name} tapedeck)
  else()
    target_precompile_headers(${name} REUSE_FROM tapedeck_test_headers)
    target_compile_options(${name} PRIVATE ${TAPEDECK_COLD})
  endif()
endfunction()
