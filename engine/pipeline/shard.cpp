#include "engine/pipeline/shard.hpp"

namespace tapedeck::pipeline {

Shard::Shard(u32 number, book::BookOptions options, u32 depth, ReportCut report_cut)
    : number_(number),
      depth_(depth),
      with_cells_(options.track_changes),
      books_(options),
      report_cut_(std::move(report_cut)) {}

bool Shard::apply(LineNumber line, std::span<const Event> events, bool has_marks) {
  if (!has_marks) {
    books_.apply(line, events);
    return false;
  }
  std::size_t done = 0;
  bool ended = false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != Kind::cut && event.kind != Kind::end) continue;
    books_.apply(line, events.subspan(done, i - done));
    done = i + 1;
    ended = event.kind == Kind::end;
    if (report_cut_) report(line, event.cut, ended);
  }
  books_.apply(line, events.subspan(done));
  return ended;
}

void Shard::report(LineNumber line, const CutFields& cut, bool ended) {
  report_cut_(CutReport{.line = line,
                        .shard = number_,
                        .first = cut.first,
                        .last = cut.last,
                        .ended = ended,
                        .rows = cut.first == kBeginningOfTime ? std::vector<CutRow>{}
                                                              : rows_of(books_, line, depth_)});
}

void Shard::publish() {
  const book::BookCounters& counters = books_.counters();
  progress_.applied.store(counters.applied + counters.notices + counters.ignored,
                          std::memory_order_relaxed);
  progress_.live_orders.store(books_.live_orders(), std::memory_order_relaxed);
  if (!with_cells_) return;
  for (const book::Book* const book : books_.changed()) {
    cells_.write(book->number - 1, top_of(books_, *book));
  }
  books_.take_changes();
}

}  // namespace tapedeck::pipeline
