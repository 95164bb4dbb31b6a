// What the process is about, in words, for the one message that must not need memory: that it ran
// out.
#pragma once

#include <atomic>
#include <exception>

namespace tapedeck::tools {

/// Says it for as long as the object lives; objects nest. When an exception ends one, its words
/// stay, because the exception was met at them. Any thread; the newest words of all threads are
/// told.
class Activity {
 public:
  /// `words` follow "while", and live for ever.
  explicit Activity(const char* words) : before_(newest.exchange(words)) {}
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;
  ~Activity() {
    if (std::uncaught_exceptions() == exceptions_) newest.store(before_);
  }

  [[nodiscard]] static const char* now() { return newest.load(); }

 private:
  static inline std::atomic<const char*> newest{"starting"};

  const char* before_;
  int exceptions_ = std::uncaught_exceptions();
};

/// Says on stderr that memory ran out while that was done. Allocates nothing; any thread.
void say_out_of_memory(const char* activity);
/// An exception for which nobody is there to catch it any more ends the process. When it is memory
/// that ran out, with that message and exit code 1.
void end_quietly_out_of_memory();

}  // namespace tapedeck::tools
