# moodycamel ConcurrentQueue has headers only, and every packager puts them elsewhere.
find_path(MOODYCAMEL_INCLUDE_DIR NAMES concurrentqueue.h
          PATH_SUFFIXES concurrentqueue concurrentqueue/moodycamel moodycamel)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Moodycamel REQUIRED_VARS MOODYCAMEL_INCLUDE_DIR)
if(Moodycamel_FOUND AND NOT TARGET Moodycamel::ConcurrentQueue)
  add_library(Moodycamel::ConcurrentQueue INTERFACE IMPORTED)
  set_target_properties(Moodycamel::ConcurrentQueue PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${MOODYCAMEL_INCLUDE_DIR})
endif()
