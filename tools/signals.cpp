#include "tools/signals.hpp"

#include <csignal>
#include <cstdlib>

#include <pthread.h>

namespace tapedeck::tools {
namespace {

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

SignalWatch::SignalWatch(std::function<void()> first) : first_(std::move(first)) {
  const sigset_t set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread{[this] { watch(); }};
}

SignalWatch::~SignalWatch() {
  ending_ = true;
  thread_.join();
}

void SignalWatch::watch() {
  const sigset_t set = watched();
  constexpr timespec kLook{0, 50'000'000};
  while (!ending_) {
    const int signal = ::sigtimedwait(&set, nullptr, &kLook);
    if (signal < 0) continue;
    constexpr int kShellBase = 128;
    if (received_.exchange(signal) != 0) std::_Exit(kShellBase + signal);
    first_();
  }
}

}  // namespace tapedeck::tools
