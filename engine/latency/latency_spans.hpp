// Records how long an event takes from point to point on its way through the engine. The time
// between two points is a latency span.
//
// The points: due -> ingress -> dequeue -> book -> strategy, and for a reader on another thread:
// book -> visible.
// Due: the time that the feed's timetable sets for the event; without a timetable, the same as
// ingress. Ingress: the beginning of the feed's poll that returned the event. Dequeue: the shard
// has received the event's batch. Book: the event's book has been updated. Strategy: the strategies
// have handled the event. Visible: the reader has seen the updated book.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/histogram.hpp"

namespace tapedeck::latency {

enum class LatencySpan : u8 {
  due_to_book,  // the headline figure, which includes waiting in a stalled feed
  ingress_to_book,
  due_to_ingress,      // how late the feed was
  ingress_to_dequeue,  // the queue from the channel's thread to the shard's thread
  dequeue_to_book,
  book_to_strategy,
  due_to_strategy,
  book_to_visible,  // until the reader has seen the updated book
  due_to_visible
};
inline constexpr std::size_t kLatencySpans = 9;
inline constexpr std::array<std::string_view, kLatencySpans> kLatencySpanNames{
    "due_to_book",        "ingress_to_book", "due_to_ingress",
    "ingress_to_dequeue", "dequeue_to_book", "book_to_strategy",
    "due_to_strategy",    "book_to_visible", "due_to_visible"};

/// The times at which one event reached the first four points, by the engine's clock. `dequeued` is
/// current only in batches for which the sampler has read the clock.
struct Moments {
  Nanos due, ingress, dequeued, booked;
};

/// One histogram per span. One thread writes. Other threads may read or merge once the writer has
/// finished.
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
