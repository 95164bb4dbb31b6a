#include "engine/book/checkpoint_events.hpp"

#include <algorithm>
#include <array>

namespace tapedeck::book {
namespace {

using Values = std::array<u64, RestoreFields::kValues>;

class CheckpointEmitter {
 public:
  CheckpointEmitter(const BookSet& books, ChannelId channel, const NewestMessages& newest,
                    const std::function<void(const Event&)>& emit)
      : books_(books), channel_(channel), newest_(newest), emit_(emit) {}

  void emit_all() {
    for (const Book& book : books_.books()) {
      if (book.channel == channel_) emit_book(book);
    }
    // Emitted last, so that no book takes over the channel's lost range.
    if (const Sequence joined = books_.joined(channel_); joined != 0) {
      emit_part(event_of(Kind::restore, kEveryInstrument, newest_.of_channel()), Restored::joined,
                {joined, 0, 0});
    }
    const LossFields lost = books_.lost(channel_).value_or(LossFields{0, 0});
    emit_part(event_of(Kind::restore, kEveryInstrument, newest_.of_channel()), Restored::channel,
              {static_cast<u64>(books_.session(channel_)), lost.first, lost.last});
  }

 private:
  [[nodiscard]] static Event event_of(Kind kind, Instrument instrument, const ChannelMoment& at) {
    Event event{};
    event.exchange_time = at.time;
    event.due_time = kNotTimed;
    event.sequence = at.sequence;
    event.instrument = instrument;
    event.kind = kind;
    event.side = Side::none;
    return event;
  }
  [[nodiscard]] static Event event_of(Kind kind, const Book& book) {
    return event_of(kind, book.instrument, {book.state.last_sequence, book.state.last_time});
  }
  void emit_part(Event event, Restored part, const Values& values) {
    std::ranges::copy(values, event.restore.values);
    event.restore.part = static_cast<u8>(part);
    emit_(event);
  }

  // Emits an event only if one of its fields is set, because all fields of a new book are zero.
  void emit_if_told(const Event& event, const Book& book) {
    if (!same_event(event, event_of(event.kind, book))) emit_(event);
  }

  void emit_book(const Book& book) {
    const InstrumentState& state = book.state;
    Event define = event_of(Kind::define, book.instrument, newest_.of(book.instrument));
    define.define = state.define;
    emit_(define);
    Event auction = event_of(Kind::auction, book);
    auction.auction = state.auction;
    emit_if_told(auction, book);
    Event collar = event_of(Kind::collar, book);
    collar.collar = state.collar;
    emit_if_told(collar, book);
    for (const Side side : {Side::bid, Side::ask}) emit_side(book, side);
    emit_state(book);
  }

  void emit_side(const Book& book, Side side) {
    Event event = event_of(Kind::add, book);
    event.side = side;
    for (u32 depth = 0; depth < book.side(side).size(); ++depth) {
      const SnapshotLevel level =
          books_.level_at(book, side, books_.level(book, side, depth).price);
      for (const SnapshotOrder& order : level.orders) {
        event.order = {order.id, 0, level.price, order.quantity};
        emit_(event);
      }
    }
  }

  void emit_state(const Book& book) {
    const InstrumentState& state = book.state;
    const auto bit = [](bool set, u64 which) { return set ? which : u64{0}; };
    const u64 flags = bit(state.trust_state == TrustState::suspect, restored::kSuspect) |
                      bit(state.is_stale(), restored::kStale) |
                      bit(state.ignores_events(), restored::kIgnoring) |
                      bit(state.crossed_while_trading, restored::kCrossed) |
                      bit(state.operational_halt, restored::kHalt) |
                      static_cast<u64>(state.trading) << restored::kTradingShift;
    const Event event = event_of(Kind::restore, book);
    emit_part(event, Restored::trust, {flags, state.trust_range.first, state.trust_range.last});
    emit_part(event, Restored::counts, {state.events, state.adds, state.executions});
    emit_part(
        event, Restored::flow,
        {static_cast<u64>(state.executed.value), state.flow, static_cast<u64>(state.volume.value)});
    const bool told =
        state.trust_state == TrustState::suspect || state.trust_reason == TrustReason::joined;
    emit_part(
        event, Restored::last,
        {static_cast<u64>(state.last_price.value), static_cast<u64>(state.last_quantity.value),
         told ? static_cast<u64>(state.trust_reason) : 0});
  }

  const BookSet& books_;
  ChannelId channel_;
  const NewestMessages& newest_;
  const std::function<void(const Event&)>& emit_;
};

void restore_trust(InstrumentState& state, u64 flags, const LossFields& range) {
  state.trust_range = range;
  // Versions before BookTrust marked a stale book as suspect too.
  if ((flags & restored::kStale) != 0) {
    const bool dropped = (flags & restored::kIgnoring) != 0;
    state.trust_state = TrustState::stale;
    state.trust_reason = dropped ? TrustReason::dropped : TrustReason::lost;
  } else if ((flags & restored::kSuspect) != 0) {
    state.trust_state = TrustState::suspect;
    state.trust_reason = TrustReason::unknown;
  } else {
    state.trust_state = TrustState::live;
    state.trust_reason = TrustReason::none;
    state.trust_range = {0, 0};
  }
}

void restore_reason(InstrumentState& state, u64 reason) {
  const bool is_told = reason != 0 && reason < kTrustReasons;
  const bool joined = reason == static_cast<u64>(TrustReason::joined);
  if (is_told && (state.trust_state == TrustState::suspect || (state.is_stale() && joined))) {
    state.trust_reason = static_cast<TrustReason>(reason);
  }
}

}  // namespace

void NewestMessages::note(const Event& event) {
  // A loss has neither a time nor a message of its own.
  if (event.kind == Kind::loss) return;
  ChannelMoment* at = &channel_;
  if (event.instrument.value < kMaxInstrumentsPerChannel) {
    const std::size_t number = event.instrument.value;
    if (of_instruments_.size() <= number) of_instruments_.resize(number + 1);
    at = &of_instruments_[number];
  }
  at->sequence = std::max(at->sequence, event.sequence);
  at->time = std::max(at->time, event.exchange_time);
  time_ = std::max(time_, event.exchange_time);
}

ChannelMoment NewestMessages::of(Instrument instrument) const {
  return instrument.value < of_instruments_.size() ? of_instruments_[instrument.value]
                                                   : ChannelMoment{};
}

void emit_checkpoint(const BookSet& books, ChannelId channel, const NewestMessages& newest,
                     const std::function<void(const Event&)>& emit) {
  CheckpointEmitter{books, channel, newest, emit}.emit_all();
}

void restore(InstrumentState& state, const Event& event) {
  const auto& [values, part] = event.restore;
  state.last_time = event.exchange_time;
  state.last_sequence = event.sequence;
  switch (static_cast<Restored>(part)) {
    case Restored::trust: {
      const u64 flags = values[0];
      restore_trust(state, flags, {values[1], values[2]});
      state.crossed_while_trading = (flags & restored::kCrossed) != 0;
      state.operational_halt = (flags & restored::kHalt) != 0;
      const u64 trading = flags >> restored::kTradingShift;
      const bool known = trading <= static_cast<u64>(TradingState::quotation_only);
      state.trading = known ? static_cast<TradingState>(trading) : TradingState::unknown;
      return;
    }
    case Restored::counts:
      state.events = values[0];
      state.adds = values[1];
      state.executions = values[2];
      return;
    case Restored::flow:
      state.executed = {static_cast<i64>(values[0])};
      state.flow = values[1];
      state.volume = {static_cast<i64>(values[2])};
      return;
    case Restored::last:
      state.last_price = {static_cast<i64>(values[0])};
      state.last_quantity = {static_cast<i64>(values[1])};
      restore_reason(state, values[2]);
      return;
    case Restored::channel:
    case Restored::joined:
      return;
  }
}

}  // namespace tapedeck::book
