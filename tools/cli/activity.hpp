// Names the current activity of the process for the out-of-memory message, which must not allocate.
#pragma once

#include <atomic>
#include <exception>

namespace tapedeck::tools {

/// Sets the current activity while the object exists; objects nest. If an exception destroys the
/// object, its activity remains the current one, because the exception occurred during that
/// activity. Any thread. All threads share one current activity: the newest.
class Activity {
 public:
  /// `words` follow "while" in the message, and must have static storage.
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

/// Prints on stderr that memory ran out during `activity`. Allocates nothing; any thread.
void say_out_of_memory(const char* activity);
/// Installs a terminate handler that deletes the temporary files of all outputs, see OutputPlace.
/// An uncaught std::bad_alloc then ends the process with the out-of-memory message and exit code 1.
void end_quietly_out_of_memory();

}  // namespace tapedeck::tools
