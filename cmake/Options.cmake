# One interface target carries the language level, the warnings and the sanitizers; every folder's
# library links it through tapedeck_library below.
add_library(tapedeck_options INTERFACE)
target_compile_features(tapedeck_options INTERFACE cxx_std_20)
target_include_directories(tapedeck_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(tapedeck_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Werror)
# GCC cannot see atomics through moodycamel's fences under ThreadSanitizer and says so even for
# system headers; the mutex build is the one that has no such blind spot.
target_compile_options(tapedeck_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-error=tsan>)
# GCC 12 reports std::string::insert as overlapping itself (GCC bug 105651).
target_compile_options(tapedeck_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(TAPEDECK_SANITIZE)
  target_compile_options(tapedeck_options INTERFACE -fsanitize=${TAPEDECK_SANITIZE})
  target_link_options(tapedeck_options INTERFACE -fsanitize=${TAPEDECK_SANITIZE})
  # For tests, which do less of the same here: not all of their own code is instrumented.
  target_compile_definitions(tapedeck_options INTERFACE TAPEDECK_SANITIZED)
  # Instrumented, GCC 12 takes moved-from members of std::function and std::regex for uninitialised.
  target_compile_options(tapedeck_options INTERFACE
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(TAPEDECK_SANITIZE MATCHES "undefined")
    target_compile_options(tapedeck_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()

# For what is compiled more often than it runs long, and for tests that leave the work to a command
# they start: that one is instrumented, they need not be.
set(TAPEDECK_COLD $<$<CONFIG:Release>:-O1>)
if(TAPEDECK_SANITIZE MATCHES "address")
  set(TAPEDECK_COLD -O0)  # under this one what optimising takes is more than it saves
endif()
set(TAPEDECK_COLDEST -O0 -fno-sanitize=all)

# tapedeck_library(NAME SOURCES... [LINK targets...]): one small library a folder.
function(tapedeck_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC tapedeck_options ${ARG_LINK})
endfunction()

# tapedeck_test(NAME [RUNS_COMMAND] [LARGE] SOURCES... [LINK targets...] [LABELS labels...]): one test
# program; ctest sees it as one test. RUNS_COMMAND: it starts the built command, which does the work;
# such a program is not built where TAPEDECK_COMMAND_TESTS says that it is already. LARGE: so many
# instances of templates that instrumenting and optimising them takes longer than it saves.
# TAPEDECK_DATA is where the recorded data is, if anywhere. The target thread_tests builds what the
# tests labelled `threads` need.
function(tapedeck_test name)
  cmake_parse_arguments(ARG "RUNS_COMMAND;LARGE" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(ARG_RUNS_COMMAND AND TAPEDECK_COMMAND_TESTS)
    get_filename_component(program ${TAPEDECK_COMMAND_TESTS}/${name} ABSOLUTE
                           BASE_DIR ${PROJECT_SOURCE_DIR})
    set(needed tapedeck)
  else()
    tapedeck_test_program(${name} "${ARG_RUNS_COMMAND}" "${ARG_SOURCES}" "${ARG_LINK}")
    if(ARG_LARGE AND TAPEDECK_SANITIZE)
      target_compile_options(${name} PRIVATE -O0)
      set_target_properties(${name} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
    endif()
    set(program ${name})
    set(needed ${name})
  endif()
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(thread_tests ${needed})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  add_test(NAME ${name} COMMAND ${program})
  set(environment "TAPEDECK_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
                  "TAPEDECK_BUILD_DIR=${PROJECT_BINARY_DIR}"
                  "TAPEDECK_BINARY=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tapedeck"
                  "TAPEDECK_SANITIZE=${TAPEDECK_SANITIZE}")
  if(TAPEDECK_SANITIZE MATCHES "thread" AND TAPEDECK_QUEUE STREQUAL "moodycamel")
    list(APPEND environment
         "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp halt_on_error=1")
  elseif(TAPEDECK_SANITIZE MATCHES "thread")
    list(APPEND environment "TSAN_OPTIONS=halt_on_error=1")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
                       ENVIRONMENT "${environment}")
endfunction()

function(tapedeck_test_program name runs_command sources link)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE tapedeck_options ${link} tapedeck_test_support)
  # Most of a test's compilation is headers: its files are compiled together, and the two headers
  # that nearly all of them have come compiled.
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 16)
  if(runs_command)
    target_precompile_headers(${name} REUSE_FROM tapedeck_command_test_headers)
    target_compile_options(${name} PRIVATE ${TAPEDECK_COLDEST})
    add_dependencies(${name} tapedeck)
  else()
    target_precompile_headers(${name} REUSE_FROM tapedeck_test_headers)
    target_compile_options(${name} PRIVATE ${TAPEDECK_COLD})
  endif()
endfunction()
