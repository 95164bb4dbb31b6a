# ccache, where it is installed, keeps what was compiled before. In its depend mode a file that is not
# there yet takes no longer than without it; precompiled headers need the two sloppinesses.
find_program(TAPEDECK_CCACHE ccache)
mark_as_advanced(TAPEDECK_CCACHE)
if(TAPEDECK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${TAPEDECK_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Else every precompiled header is another one, by its time.
    add_compile_options(-Xclang -fno-pch-timestamp)
  endif()
endif()
