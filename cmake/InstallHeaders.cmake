# Copies the library's headers to where users of an installed tapedeck find them.
#
#   cmake -DFROM=SOURCES -DTO=INCLUDE_FOLDER -P cmake/InstallHeaders.cmake
#
# Sources include each other from the root ("engine/core/types.hpp"), which on somebody else's include
# path might be another file. So INCLUDE_FOLDER/tapedeck/ gets the same tree, and what its headers
# include of it begins with tapedeck/ ("tapedeck/engine/core/types.hpp"): no source changes for it.
foreach(argument FROM TO)
  if(NOT IS_ABSOLUTE "${${argument}}")
    message(FATAL_ERROR "${argument} is '${${argument}}'; it must be an absolute path")
  endif()
endforeach()
file(GLOB_RECURSE headers RELATIVE ${FROM}
     ${FROM}/engine/*.hpp ${FROM}/feeds/*.hpp ${FROM}/strategies/*.hpp)
if(NOT headers)
  message(FATAL_ERROR "${FROM} holds no headers of tapedeck")
endif()
foreach(header IN LISTS headers)
  file(READ ${FROM}/${header} text)
  string(REGEX REPLACE "(#include \")((engine|feeds|strategies)/)" "\\1tapedeck/\\2" text "${text}")
  file(WRITE ${TO}/tapedeck/${header} "${text}")
endforeach()
