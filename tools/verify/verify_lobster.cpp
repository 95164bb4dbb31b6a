#include "tools/verify/verify_lobster.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/core/decimal.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

using feeds::lobster::BookRow;
using feeds::lobster::LobsterFeed;

std::string described(const std::optional<VerifyTarget::Level>& level) {
  if (!level) return "no level";
  return std::to_string(level->total) + " at " + decimal(level->price);
}

std::optional<VerifyTarget::Level> shown_at(const BookRow& row, Side side, std::size_t depth) {
  const auto& levels = row.side(side);
  if (depth >= levels.size()) return {};
  return VerifyTarget::Level{levels[depth].price, levels[depth].size};
}

std::optional<LobsterDifference> compare(const BookRow& row, const VerifyTarget& target) {
  for (const Side side : {Side::bid, Side::ask}) {
    for (std::size_t depth = 0; depth < row.depth; ++depth) {
      const auto expected = shown_at(row, side, depth);
      const auto found = target.level(side, depth);
      if (expected != found) {
        return LobsterDifference{0, side, depth + 1, described(expected), described(found)};
      }
      // Both books have ended; there are no deeper levels.
      if (!expected) break;
    }
  }
  return {};
}

std::optional<LobsterDifference> contradiction(const std::vector<Event>& events) {
  const auto doubtful = std::ranges::find_if(
      events, [](const Event& event) { return (event.flags & kDoubtful) != 0; });
  if (doubtful == events.end()) return {};
  return LobsterDifference{0, doubtful->side, 0, "a message that fits the order it names",
                           std::string{name_of(doubtful->kind)} + " of " +
                               std::to_string(doubtful->order.quantity.value) + ", order " +
                               std::to_string(doubtful->order.id.value)};
}

}  // namespace

std::string LobsterDifference::message() const {
  std::string text = "row " + grouped(row) + ": ";
  if (level > 0) {
    text += std::string{side == Side::bid ? "bid" : "ask"} + " level " + std::to_string(level);
    text += ": ";
  }
  return text + found + "; expected " + expected;
}

LobsterVerdict verify_lobster(std::unique_ptr<feeds::ByteSource> messages,
                              std::unique_ptr<feeds::ByteSource> book, VerifyTarget& target,
                              feeds::lobster::LobsterOptions options) {
  if (book == nullptr) {
    throw UsageError{messages->name() + ": has no orderbook file to compare with; name one"};
  }
  LobsterFeed feed{std::move(messages), std::move(book), std::move(options)};
  LobsterVerdict verdict;
  std::vector<Event> events;
  while (feed.next_row(events, Nanos{0})) {
    if (feed.completion().executed_at_known_level()) {
      // Read before the events are applied, because the order may be gone afterwards.
      ++verdict.executions_at_known_levels;
      if (target.orders_ahead(feed.message().id) == 0U) ++verdict.executions_at_front;
    }
    for (const Event& event : events) target.apply(event);
    ++verdict.rows_compared;
    auto difference = compare(feed.book_row(), target);
    if (!difference) difference = contradiction(events);
    if (difference) {
      ++verdict.rows_different;
      if (!verdict.first_difference) {
        difference->row = feed.rows();
        verdict.first_difference = std::move(difference);
      }
    } else if (feed.completion().is_proof()) {
      ++verdict.rows_proven;
    }
    events.clear();
  }
  verdict.levels_seeded = feed.completion().levels_seeded();
  verdict.levels_completed = feed.completion().levels_completed();
  verdict.unknown_ids = feed.completion().unknown_ids();
  verdict.damage = feed.damage();
  return verdict;
}

}  // namespace tapedeck::tools
