#include "engine/book/instrument_view.hpp"

namespace tapedeck::book {

InstrumentView view_of(const BookSet& books, const Book& book) {
  const InstrumentState& state = book.state;
  InstrumentView view;
  view.define = state.define;
  view.sequence = state.last_sequence;
  view.time = state.last_time;
  view.events = state.events;
  view.executions = state.executions;
  view.bid = books.touch(book, Side::bid);
  view.ask = books.touch(book, Side::ask);
  view.last_price = state.last_price;
  view.last_quantity = state.last_quantity;
  view.volume = state.volume;
  view.session = books.session(book.channel);
  view.trust = state.trust(view.session);
  view.auction = state.auction;
  view.bid_levels = book.side(Side::bid).size();
  view.ask_levels = book.side(Side::ask).size();
  view.venue = book.channel;
  view.trading = state.trading;
  view.halted = state.is_halted();
  view.crossed = book.crossed();
  return view;
}

}  // namespace tapedeck::book
