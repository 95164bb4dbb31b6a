#include "engine/pipeline/inline_stage.hpp"

#include <algorithm>

namespace tapedeck::pipeline {

InlineStage::InlineStage(std::vector<Line*> lines, Shard& shard, const Clock& clock,
                         const thread::StopFlag& stop, std::function<void()> when_done)
    : open_(std::move(lines)),
      shard_(shard),
      clock_(clock),
      stop_(stop),
      when_done_(std::move(when_done)) {}

u32 InlineStage::poll() {
  // The first of equals has the lowest number: lines keep their order.
  const auto time_of = [](const Line* line) { return line->cuts().line_time(); };
  const auto lowest = std::ranges::min_element(open_, {}, time_of);
  if (poll_line(static_cast<std::size_t>(lowest - open_.begin()))) return 1;
  if (open_.size() == 1) return 0;
  std::vector<Line*> others = open_;
  std::ranges::stable_sort(others, {}, time_of);
  for (Line* const line : others) {
    const auto at = std::ranges::find(open_, line) - open_.begin();
    if (poll_line(static_cast<std::size_t>(at))) return 1;
  }
  return 0;
}

void InlineStage::abandon() noexcept {
  if (open_.empty()) return;
  open_.clear();
  if (when_done_) when_done_();
}

// False when the line, a live one, had nothing.
bool InlineStage::poll_line(std::size_t at) {
  Line& line = *open_[at];
  if (stop_.requested()) {
    line.stop();
    line.scratch().clear();
  } else {
    line.poll();
    apply(line);
    line.tell_progress();
  }
  if (line.ended()) {
    mark(line, Kind::end, {line.cuts().next(), line.cuts().next()});
    shard_.publish();  // may throw: until then the line counts as open
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
    finished_at_ = clock_.now();
    if (open_.empty() && when_done_) when_done_();
    return true;
  }
  shard_.publish();
  return !line.idle() || !line.scratch().empty();
}

void InlineStage::apply(Line& line) {
  const std::span<const Event> events{line.scratch().begin(), line.scratch().size()};
  if (!line.cuts().has_cuts()) {
    line.cuts().advance(line.newest());
    shard_.apply(line.number(), events, false, line.taken_at());
    return;
  }
  std::size_t done = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind == Kind::loss) continue;
    if ((events[i].flags & kOpening) != 0) {
      line.cuts().pass_opening(events[i].exchange_time);
      continue;
    }
    const auto passed = line.cuts().pass(events[i].exchange_time);
    if (!passed) [[likely]]
      continue;
    shard_.apply(line.number(), events.subspan(done, i - done), false, line.taken_at());
    done = i;
    mark(line, Kind::cut, *passed);
  }
  shard_.apply(line.number(), events.subspan(done), false, line.taken_at());
}

void InlineStage::mark(const Line& line, Kind kind, const CutFields& cut) {
  Event event{};
  event.instrument = kEveryInstrument;
  event.kind = kind;
  event.cut = cut;
  shard_.apply(line.number(), {&event, 1}, true, line.taken_at());
}

}  // namespace tapedeck::pipeline
