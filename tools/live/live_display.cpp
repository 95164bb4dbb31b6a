#include "tools/live/live_display.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include <unistd.h>

#include "tools/cli/standard_streams.hpp"
#include "tools/live/live_line.hpp"

namespace tapedeck::tools {
namespace {

// Locks within half a second, because a terminal that takes no output must not keep the process
// from stopping. Not by std::timed_mutex, whose wait ThreadSanitizer does not see.
std::unique_lock<std::mutex> lock_in_time(std::mutex& mutex) {
  constexpr int kTries = 50;
  constexpr std::chrono::milliseconds kPause{10};
  std::unique_lock lock{mutex, std::try_to_lock};
  for (int i = 0; i < kTries && !lock.owns_lock(); ++i) {
    std::this_thread::sleep_for(kPause);
    (void)lock.try_lock();
  }
  return lock;
}

}  // namespace

LiveDisplay::LiveDisplay(const LiveView& view, LiveContext context, const pipeline::Engine& engine,
                         PausableClock& clock, Suspension& suspension)
    : view_(view),
      context_(std::move(context)),
      clock_(clock),
      table_(context_, !no_colour()),
      registration_(suspension, *this) {
  constexpr Nanos kRefresh{200'000'000};
  if (view_.every) {
    reporter_.emplace(engine, clock, *view_.every, kPrintedRows,
                      [this](const auto& report) { print_table(report, context_); });
  } else if (view_.terminal) {
    const std::size_t most = view_.as_table ? kMostRows : 1;
    reporter_.emplace(engine, clock, kRefresh, most, [this](const auto& report) { draw(report); });
  }
}

LiveDisplay::~LiveDisplay() {
  reporter_.reset();
  if (view_.every || !view_.terminal) return;
  const std::lock_guard hold{mutex_};
  clear();
}

void LiveDisplay::draw(const pipeline::Report& report) {
  const std::lock_guard hold{mutex_};
  if (is_stopping_) return;
  if (!is_in_foreground()) {
    was_away_ = true;
    return;
  }
  if (std::exchange(was_away_, false)) table_.forget();
  view_.as_table ? table_.draw(report) : draw_live_line(report);
}

void LiveDisplay::clear() {
  if (was_away_ || !is_in_foreground()) return;
  view_.as_table ? table_.clear() : clear_live_line();
}

void LiveDisplay::before_stop() {
  clock_.hold();
  if (view_.every || !view_.terminal) return;
  const std::unique_lock hold = lock_in_time(mutex_);
  if (!hold.owns_lock()) return;
  is_stopping_ = true;
  clear();
}

void LiveDisplay::after_stop() {
  clock_.release();
  const std::unique_lock hold = lock_in_time(mutex_);
  if (!hold.owns_lock()) return;
  is_stopping_ = false;
  table_.forget();
}

}  // namespace tapedeck::tools
