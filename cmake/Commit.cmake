# The commit that a build is of, for the results that name it.
#
# tapedeck_commit_library(NAME): a library that defines commit_of_build(), see tools/cli/provenance.hpp.
# Every build asks Git again, in some milliseconds, and compiles again only what has another answer.
# -DTAPEDECK_COMMIT=... says the commit where there is no repository, as for a package's sources.
#
# This file is the script of that step as well.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(TAPEDECK_COMMIT "" CACHE STRING "The commit of the sources, unless Git tells it")
  function(tapedeck_commit_library name)
    set(source ${PROJECT_BINARY_DIR}/generated/tools/cli/commit.cpp)
    add_custom_target(${name}_source BYPRODUCTS ${source} COMMENT "" VERBATIM
      COMMAND ${CMAKE_COMMAND} -DSOURCES=${PROJECT_SOURCE_DIR} -DWRITE=${source}
              -DCOMMIT=${TAPEDECK_COMMIT} -P ${PROJECT_SOURCE_DIR}/cmake/Commit.cmake)
    add_library(${name} STATIC ${source})
    add_dependencies(${name} ${name}_source)
    target_link_libraries(${name} PUBLIC tapedeck_options)
  endfunction()
  return()
endif()

if(NOT COMMIT)
  # Without a lock, so that nobody else's command finds the repository locked.
  set(git git --no-optional-locks -C ${SOURCES})
  execute_process(COMMAND ${git} rev-parse --show-toplevel HEAD
                  OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE failed
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" answer "${answer}")
  file(REAL_PATH ${SOURCES} sources)
  # Sources unpacked inside another repository are not of its commit.
  if(failed EQUAL 0)
    list(GET answer 0 top)
    list(GET answer 1 commit)
    if(top STREQUAL sources)
      set(COMMIT ${commit})
      execute_process(COMMAND ${git} diff --quiet HEAD -- RESULT_VARIABLE changed ERROR_QUIET)
      if(NOT changed EQUAL 0)
        string(APPEND COMMIT "-dirty")
      endif()
    endif()
  endif()
endif()

set(content "#include \"tools/cli/provenance.hpp\"\n
namespace tapedeck::tools {\n
std::string_view commit_of_build() {\n  return \"${COMMIT}\";\n}\n
}  // namespace tapedeck::tools\n")
set(earlier "")
if(EXISTS ${WRITE})
  file(READ ${WRITE} earlier)
endif()
if(NOT content STREQUAL earlier)
  file(WRITE ${WRITE} "${content}")
endif()
