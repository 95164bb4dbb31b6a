#include "engine/thread/page_prefaulter.hpp"

#include <system_error>

#include "engine/system/pinning.hpp"

namespace tapedeck::thread {

PagePrefaulter::PagePrefaulter(std::vector<Arena*> arenas) : arenas_(std::move(arenas)) {
  try {
    thread_ = std::thread{[this] { keep(); }};
  } catch (const std::system_error&) {  // runs without the thread
  }
}

PagePrefaulter::~PagePrefaulter() {
  stop_.request();
  bell_.ring();
  if (thread_.joinable()) thread_.join();
}

void PagePrefaulter::keep() {
  system::name_this_thread("pages");
  while (!stop_.requested()) {
    bell_.prepare();
    bool prepared = false;
    // One page of each arena in turn, because all of them may need pages urgently.
    for (Arena* const arena : arenas_) {
      if (stop_.requested()) break;
      prepared |= arena->prepare(ahead());
    }
    if (prepared || stop_.requested()) {
      bell_.cancel();
    } else {
      bell_.sleep();
    }
  }
}

}  // namespace tapedeck::thread
