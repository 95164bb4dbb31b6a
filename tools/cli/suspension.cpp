#include "tools/cli/suspension.hpp"

#include <csignal>
#include <ctime>

#include <pthread.h>

namespace tapedeck::tools {

Suspension::Registration::Registration(Suspension& suspension, Part& part)
    : suspension_(suspension), part_(part) {
  const std::lock_guard hold{suspension_.mutex_};
  suspension_.parts_.push_back(&part_);
}

Suspension::Registration::~Registration() {
  const std::lock_guard hold{suspension_.mutex_};
  std::erase(suspension_.parts_, &part_);
}

void Suspension::stop_process() {
  const std::lock_guard hold{mutex_};
  for (Part* const part : parts_) part->before_stop();
  // SIGTSTP and not SIGSTOP, because a process without a shell must not stop for ever. The signal
  // is pending until it is unblocked, and then has its default action, which stops all threads.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  ::pthread_kill(::pthread_self(), SIGTSTP);
  ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
  ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  // The SIGCONT that ended this stop would otherwise arrive as one of its own.
  sigset_t go_on;
  sigemptyset(&go_on);
  sigaddset(&go_on, SIGCONT);
  const timespec at_once{};
  ::sigtimedwait(&go_on, nullptr, &at_once);
  for (Part* const part : parts_) part->after_stop();
}

void Suspension::went_on() {
  const std::lock_guard hold{mutex_};
  for (Part* const part : parts_) part->after_stop();
}

}  // namespace tapedeck::tools
