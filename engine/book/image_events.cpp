#include "engine/book/image_events.hpp"

#include <algorithm>
#include <array>

namespace tapedeck::book {
namespace {

using Values = std::array<u64, RestoreFields::kValues>;

class ImageGiver {
 public:
  ImageGiver(const BookSet& books, LineNumber line, const LineMoment& moment,
             const std::function<void(const Event&)>& give)
      : books_(books), line_(line), moment_(moment), give_(give) {}

  void give_all() {
    for (const Book& book : books_.books()) {
      if (book.line == line_) give_book(book);
    }
    // The last, so that no book takes what the line has lost for its own.
    const LossFields lost = books_.lost(line_).value_or(LossFields{0, 0});
    give_part(event_of(Kind::restore, kEveryInstrument, moment_.line_time), Restored::line,
              {static_cast<u64>(books_.session(line_)), lost.first, lost.last});
  }

 private:
  [[nodiscard]] Event event_of(Kind kind, Instrument instrument, Nanos time) const {
    Event event{};
    event.exchange_time = time;
    event.due_time = kNotTimed;
    event.sequence = moment_.sequence;
    event.instrument = instrument;
    event.kind = kind;
    event.side = Side::none;
    return event;
  }
  void give_part(Event event, Restored part, const Values& values) {
    std::ranges::copy(values, event.restore.values);
    event.restore.part = static_cast<u8>(part);
    give_(event);
  }

  void give_book(const Book& book) {
    const InstrumentState& state = book.state;
    Event event = event_of(Kind::define, book.instrument, state.last_time);
    event.define = state.define;
    give_(event);
    if (state.auction.type != 0) {
      event.kind = Kind::auction;
      event.auction = state.auction;
      give_(event);
    }
    if (state.collar.upper.value != 0 || state.collar.lower.value != 0) {
      event.kind = Kind::collar;
      event.collar = state.collar;
      give_(event);
    }
    for (const Side side : {Side::bid, Side::ask}) give_side(book, side);
    give_state(book);
  }

  void give_side(const Book& book, Side side) {
    Event event = event_of(Kind::add, book.instrument, book.state.last_time);
    event.side = side;
    for (u32 depth = 0; depth < book.side(side).size(); ++depth) {
      const ImageLevel level = books_.level_at(book, side, books_.level(book, side, depth).price);
      for (const ImageOrder& order : level.orders) {
        event.order = {order.id, 0, level.price, order.quantity};
        give_(event);
      }
    }
  }

  void give_state(const Book& book) {
    const InstrumentState& state = book.state;
    const auto bit = [](bool set, u64 which) { return set ? which : u64{0}; };
    const u64 flags = bit(state.suspect, restored::kSuspect) | bit(state.stale, restored::kStale) |
                      bit(state.ignoring, restored::kIgnoring) |
                      bit(state.crossed_while_trading, restored::kCrossed) |
                      bit(state.operational_halt, restored::kHalt) |
                      static_cast<u64>(state.trading) << restored::kTradingShift;
    const Event event = event_of(Kind::restore, book.instrument, state.last_time);
    give_part(event, Restored::trust, {flags, state.lost.first, state.lost.last});
    give_part(event, Restored::counts, {state.events, state.adds, state.executions});
    give_part(
        event, Restored::flow,
        {static_cast<u64>(state.executed.value), state.flow, static_cast<u64>(state.volume.value)});
    give_part(event, Restored::last,
              {static_cast<u64>(state.last_price.value),
               static_cast<u64>(state.last_quantity.value), state.last_sequence});
  }

  const BookSet& books_;
  LineNumber line_;
  LineMoment moment_;
  const std::function<void(const Event&)>& give_;
};

}  // namespace

void give_image(const BookSet& books, LineNumber line, const LineMoment& moment,
                const std::function<void(const Event&)>& give) {
  ImageGiver{books, line, moment, give}.give_all();
}

void restore(InstrumentState& state, const Event& event) {
  const auto& [values, part] = event.restore;
  state.last_time = event.exchange_time;
  switch (static_cast<Restored>(part)) {
    case Restored::trust: {
      const u64 flags = values[0];
      state.suspect = (flags & restored::kSuspect) != 0;
      state.stale = (flags & restored::kStale) != 0;
      state.ignoring = (flags & restored::kIgnoring) != 0;
      state.crossed_while_trading = (flags & restored::kCrossed) != 0;
      state.operational_halt = (flags & restored::kHalt) != 0;
      const u64 trading = flags >> restored::kTradingShift;
      const bool known = trading <= static_cast<u64>(TradingState::quotation_only);
      state.trading = known ? static_cast<TradingState>(trading) : TradingState::unknown;
      state.lost = {values[1], values[2]};
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
      state.last_sequence = values[2];
      return;
    case Restored::line:
      return;
  }
}

}  // namespace tapedeck::book
