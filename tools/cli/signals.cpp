#include "tools/cli/signals.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <poll.h>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "engine/output/output_place.hpp"

namespace tapedeck::tools {
namespace {

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  // nohup ignores SIGHUP so that the process survives the loss of its terminal. A shell without job
  // control ignores SIGTSTP.
  for (const int signal : kStoppingSignals) {
    if (signal != SIGHUP || !is_ignored(signal)) sigaddset(&set, signal);
  }
  if (!is_ignored(SIGTSTP)) sigaddset(&set, SIGTSTP);
  sigaddset(&set, SIGCONT);
  return set;
}

}  // namespace

void end_process_after(int signal) {
  output::OutputPlace::abandon_all();
  std::_Exit(static_cast<int>(signal == 0 ? ExitCode::failed : code_after(signal)));
}

SignalWatch::SignalWatch(std::function<void()> first, std::function<void()> overdue, Nanos limit)
    : first_(std::move(first)), overdue_(std::move(overdue)), limit_(limit) {
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
  constexpr int kForEver = -1;
  int patience_ms = kForEver;
  while (true) {
    std::array<pollfd, 2> either{{{signals_, POLLIN, 0}, {end_, POLLIN, 0}}};
    const int ready = ::poll(either.data(), either.size(), patience_ms);
    if (ready < 0) continue;  // interrupted
    if (ready == 0) {
      overdue_();
      patience_ms = kForEver;
      continue;
    }
    if (either[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != sizeof info) continue;
    const int signal = static_cast<int>(info.ssi_signo);
    if (takes_job_control(signal)) continue;
    if (received_.exchange(signal) != 0) end_process_after(signal);
    first_();
    constexpr i64 kNanosPerMilli = 1'000'000;
    if (overdue_) patience_ms = static_cast<int>(limit_.value / kNanosPerMilli);
  }
}

bool SignalWatch::takes_job_control(int signal) {
  if (signal == SIGTSTP) suspension_.stop_process();
  if (signal == SIGCONT) suspension_.went_on();
  return signal == SIGTSTP || signal == SIGCONT;
}

void StopOnSignal::request() {
  const std::lock_guard hold{mutex_};
  flag_.request();
  for (thread::StopFlag* const flag : also_asked_) flag->request();
}

OwnStop::OwnStop(StopOnSignal& of_all) : of_all_(of_all) {
  const std::lock_guard hold{of_all_.mutex_};
  of_all_.also_asked_.push_back(&flag_);
  if (of_all_.flag_.requested()) flag_.request();
}

OwnStop::~OwnStop() {
  const std::lock_guard hold{of_all_.mutex_};
  std::erase(of_all_.also_asked_, &flag_);
}

void StopOnSignal::give_up() const {
  spdlog::error("could not stop within two seconds; ending without results");
  end_process_after(received());
}

}  // namespace tapedeck::tools
