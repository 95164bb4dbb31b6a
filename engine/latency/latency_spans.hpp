// An event's way through the engine, span by span, and how long each span took.
//
// due -> ingress -> dequeue -> book -> strategy, and for a reader of snapshots: book -> visible.
// An event is due at the time that its feed's timetable gives or, without a timetable, at the
// beginning of its poll. Ingress is the beginning of the poll that took the event. Dequeue is when
// the shard has received its batch. Book is when its book has been updated. Strategy is when the
// strategies have handled it.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/histogram.hpp"

namespace tapedeck::latency {

enum class LatencySpan : u8 {
  due_to_book,  // the headline figure, which includes waiting in a stalled feed
  ingress_to_book,
  due_to_ingress,      // the feed's own lateness
  ingress_to_dequeue,  // the hand-over
  dequeue_to_book,
  book_to_strategy,
  due_to_strategy,
  book_to_visible,  // until a reader on another thread has seen the updated book
  due_to_visible
};
inline constexpr std::size_t kLatencySpans = 9;
inline constexpr std::array<std::string_view, kLatencySpans> kLatencySpanNames{
    "due_to_book",        "ingress_to_book", "due_to_ingress",
    "ingress_to_dequeue", "dequeue_to_book", "book_to_strategy",
    "due_to_strategy",    "book_to_visible", "due_to_visible"};

/// When one event reached each point, by the engine's clock.
struct Moments {
  Nanos due, ingress, dequeued, booked;
};

/// One thread writes; others may read, or merge, once the writer has finished.
class SpanTimes {
 public:
  void record(const Moments& at) {
    of(LatencySpan::due_to_book).record(at.booked - at.due);
    of(LatencySpan::ingress_to_book).record(at.booked - at.ingress);
    of(LatencySpan::due_to_ingress).record(at.ingress - at.due);
  }
  void record_hand_over(const Moments& at) {
    of(LatencySpan::ingress_to_dequeue).record(at.dequeued - at.ingress);
    of(LatencySpan::dequeue_to_book).record(at.booked - at.dequeued);
  }
  void record_strategy(const Moments& at, Nanos done) {
    of(LatencySpan::book_to_strategy).record(done - at.booked);
    of(LatencySpan::due_to_strategy).record(done - at.due);
  }
  void record_visible(Nanos due, Nanos booked, Nanos seen) {
    of(LatencySpan::book_to_visible).record(seen - booked);
    of(LatencySpan::due_to_visible).record(seen - due);
  }
  void merge(const SpanTimes& other) {
    for (std::size_t i = 0; i < kLatencySpans; ++i) times_[i].merge(other.times_[i]);
  }
  [[nodiscard]] const Histogram& operator[](LatencySpan span) const {
    return times_[static_cast<std::size_t>(span)];
  }

 private:
  Histogram& of(LatencySpan span) { return times_[static_cast<std::size_t>(span)]; }

  std::array<Histogram, kLatencySpans> times_;
};

}  // namespace tapedeck::latency
