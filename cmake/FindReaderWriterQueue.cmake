# moodycamel ReaderWriterQueue has headers only, like ConcurrentQueue, and no package file either.
find_path(READERWRITERQUEUE_INCLUDE_DIR NAMES readerwriterqueue.h
          PATH_SUFFIXES readerwriterqueue moodycamel)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ReaderWriterQueue REQUIRED_VARS READERWRITERQUEUE_INCLUDE_DIR)
if(ReaderWriterQueue_FOUND AND NOT TARGET ReaderWriterQueue::ReaderWriterQueue)
  add_library(ReaderWriterQueue::ReaderWriterQueue INTERFACE IMPORTED)
  set_target_properties(ReaderWriterQueue::ReaderWriterQueue PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${READERWRITERQUEUE_INCLUDE_DIR})
endif()
