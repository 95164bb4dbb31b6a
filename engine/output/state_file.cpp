#include "engine/output/state_file.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/book/instrument_view.hpp"
#include "engine/core/decimal.hpp"
#include "engine/output/csv.hpp"
#include "engine/output/output_place.hpp"

namespace tapedeck::output {
namespace {

std::string integer(i128 value) {
  if (value < 0) return "-" + integer(-value);
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value > 0);
  return text;
}

std::string row_of(const book::BookSet& books, const book::Book& book) {
  const book::InstrumentState& state = book.state;
  const book::InstrumentView view = book::view_of(books, book);
  std::string row = csv_field(view.name());
  const auto field = [&row](const std::string& text) { row += "," + text; };
  field(std::to_string(view.define.source_id));
  field(std::to_string(books.orders_of(book)));
  field(std::to_string(view.bid_levels));
  field(std::to_string(view.ask_levels));
  field(decimal(view.bid.price));
  field(std::to_string(view.bid.quantity.value));
  field(decimal(view.ask.price));
  field(std::to_string(view.ask.quantity.value));
  field(integer(books.side_total(book, Side::bid)));
  field(integer(books.side_total(book, Side::ask)));
  field(std::to_string(state.adds));
  field(std::to_string(view.executions));
  field(std::to_string(state.executed.value));
  field(std::to_string(view.venue));
  for (const std::string& text : trust_fields(view.trust)) field(text);
  return row + "\n";
}

}  // namespace

PlacePtr write_state(PlacePtr place, const pipeline::Engine& engine) {
  std::vector<std::pair<const book::BookSet*, const book::Book*>> all;
  for (std::size_t shard = 0; shard < engine.shards(); ++shard) {
    for (const book::Book& book : engine.books(shard).books()) {
      all.emplace_back(&engine.books(shard), &book);
    }
  }
  std::ranges::sort(all, {}, [](const auto& entry) {
    return std::tuple{entry.second->channel, entry.second->instrument};
  });
  OutputFile file{std::move(place)};
  file.text()
      << "symbol,locate,orders,bid_levels,ask_levels,bid,bid_qty,ask,ask_qty,bid_total,ask_total,"
         "adds,executions,executed_qty,venue,state,state_reason,state_first,state_last\n";
  for (const auto& [books, book] : all) file.text() << row_of(*books, *book);
  return file.finish();
}

}  // namespace tapedeck::output
