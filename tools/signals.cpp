#include "tools/signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

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
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || end_ < 0) throw std::system_error(errno, std::generic_category(), "signals");
  thread_ = std::thread{[this] { watch(); }};
}

SignalWatch::~SignalWatch() {
  ::eventfd_write(end_, 1);
  thread_.join();
  ::close(signals_);
  ::close(end_);
}

void SignalWatch::watch() {
  while (true) {
    std::array<pollfd, 2> either{{{signals_, POLLIN, 0}, {end_, POLLIN, 0}}};
    if (::poll(either.data(), either.size(), -1) < 0) continue;  // interrupted
    if (either[0].revents != 0) {
      signalfd_siginfo info{};
      if (::read(signals_, &info, sizeof info) != sizeof info) continue;
      const int signal = static_cast<int>(info.ssi_signo);
      constexpr int kShellBase = 128;
      if (received_.exchange(signal) != 0) std::_Exit(kShellBase + signal);
      first_();
    }
    if (either[1].revents != 0) return;
  }
}

}  // namespace tapedeck::tools
