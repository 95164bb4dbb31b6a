#include "engine/pipeline/shard.hpp"

namespace tapedeck::pipeline {

Shard::Shard(u32 number, book::BookOptions options, u32 depth, ReportCut report_cut,
             std::span<const book::StrategyPlan> plans)
    : number_(number),
      depth_(depth),
      with_cells_(options.track_changes),
      books_(options),
      strategies_(plans, books_),
      report_cut_(std::move(report_cut)) {}

bool Shard::apply(LineNumber line, std::span<const Event> events, bool has_marks) {
  if (!has_marks) {
    apply_data(line, events);
    return false;
  }
  std::size_t done = 0;
  bool ended = false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != Kind::cut && event.kind != Kind::end) continue;
    apply_data(line, events.subspan(done, i - done));
    done = i + 1;
    ended = event.kind == Kind::end;
    if (report_cut_) report(line, event.cut, ended);
  }
  apply_data(line, events.subspan(done));
  return ended;
}

void Shard::apply_data(LineNumber line, std::span<const Event> events) {
  if (strategies_.empty()) [[likely]] {
    books_.apply(line, events);
  } else {
    books_.apply(line, events, strategies_);
  }
}

void Shard::report(LineNumber line, const CutFields& cut, bool ended) {
  CutReport report{.line = line,
                   .shard = number_,
                   .first = cut.first,
                   .last = cut.last,
                   .ended = ended,
                   .rows = {}};
  if (cut.first != kBeginningOfTime) {
    report.rows = rows_of(books_, line, depth_, strategies_, cut.first);
    // Another line may make one of the later cuts due; then time has gone on for this one too.
    if (cut.first < cut.last || ended) report.frozen = strategies_.freeze(line);
  }
  report_cut_(std::move(report));
}

void Shard::publish() {
  const book::BookCounters& counters = books_.counters();
  progress_.applied.store(counters.applied + counters.notices + counters.ignored,
                          std::memory_order_relaxed);
  progress_.live_orders.store(books_.live_orders(), std::memory_order_relaxed);
  if (page_keeper_ != nullptr) page_keeper_->look_after(books_.memory());
  if (!with_cells_) return;
  for (const book::Book* const book : books_.changed()) {
    cells_.write(book->number - 1, top_of(books_, *book));
  }
  books_.take_changes();
}

}  // namespace tapedeck::pipeline
