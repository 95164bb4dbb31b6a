#include "engine/pipeline/inline_stage.hpp"

#include <algorithm>

namespace tapedeck::pipeline {

InlineStage::InlineStage(std::vector<Line*> lines, Shard& shard, const Clock& clock,
                         const thread::StopFlag& stop)
    : open_(std::move(lines)), shard_(shard), clock_(clock), stop_(stop) {}

u32 InlineStage::poll() {
  // The first of equals has the lowest number: lines keep their order.
  const auto lowest = std::ranges::min_element(
      open_, {}, [](const Line* line) { return line->cuts().line_time(); });
  Line& line = **lowest;
  if (stop_.requested()) {
    line.stop();
    line.scratch().clear();
  } else {
    line.poll();
    apply(line);
  }
  if (line.ended()) {
    mark(line, Kind::end, {line.cuts().next(), line.cuts().next()});
    open_.erase(lowest);
    finished_at_ = clock_.now();
  }
  shard_.publish();
  return 1;
}

void InlineStage::apply(Line& line) {
  const std::span<const Event> events{line.scratch().begin(), line.scratch().size()};
  std::size_t done = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind == Kind::loss) continue;
    const auto passed = line.cuts().pass(events[i].exchange_time);
    if (!passed) [[likely]]
      continue;
    shard_.apply(line.number(), events.subspan(done, i - done), false);
    done = i;
    mark(line, Kind::cut, *passed);
  }
  shard_.apply(line.number(), events.subspan(done), false);
}

void InlineStage::mark(const Line& line, Kind kind, const CutFields& cut) {
  Event event{};
  event.instrument = kEveryInstrument;
  event.kind = kind;
  event.cut = cut;
  shard_.apply(line.number(), {&event, 1}, true);
}

}  // namespace tapedeck::pipeline
