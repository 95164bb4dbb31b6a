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
  if(TAPEDECK_SANITIZE MATCHES "thread")
    target_compile_definitions(tapedeck_options INTERFACE TAPEDECK_THREAD_SANITIZED)
  endif()
  if(TAPEDECK_SANITIZE MATCHES "address")
    target_compile_definitions(tapedeck_options INTERFACE TAPEDECK_ADDRESS_SANITIZED)
  endif()
  # Instrumented, GCC 12 takes moved-from members of std::function and std::regex for uninitialised.
  target_compile_options(tapedeck_options INTERFACE
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(TAPEDECK_SANITIZE MATCHES "undefined")
    target_compile_options(tapedeck_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
if(TAPEDECK_COVERAGE)
  # Clang's; tools/checks/coverage reads what the programs leave behind.
  set(coverage -fprofile-instr-generate -fcoverage-mapping)
  target_compile_options(tapedeck_options INTERFACE ${coverage})
  target_link_options(tapedeck_options INTERFACE ${coverage})
endif()

# For what is compiled more often than it runs long, and for tests that leave the work to a command
# they start: that one is instrumented, they need not be.
set(TAPEDECK_COLD $<$<CONFIG:Release>:-O1>)
if(TAPEDECK_SANITIZE MATCHES "address")
  set(TAPEDECK_COLD -O0)  # under this one what optimising takes is more than it saves
endif()
set(TAPEDECK_COLDEST -O0 -fno-sanitize=all)

# tapedeck_compile_together(NAME [APART SOURCES...]): a library whose files are compiled as one, but
# for those on the hot path: these are compiled each by itself, so that no other decides what is
# inlined in them.
function(tapedeck_compile_together name)
  cmake_parse_arguments(ARG "" "" "APART" ${ARGN})
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${TAPEDECK_UNITY} UNITY_BUILD_BATCH_SIZE 16)
  if(ARG_APART)
    set_source_files_properties(${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# tapedeck_library(NAME SOURCES... [LINK targets...]): one small library a folder.
function(tapedeck_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC tapedeck_options ${ARG_LINK})
endfunction()
