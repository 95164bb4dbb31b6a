#include "engine/pipeline/cuts.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <tuple>

namespace tapedeck::pipeline {
namespace {

constexpr Nanos kEndOfTime{std::numeric_limits<i64>::max()};

std::vector<book::Level> levels_of(const book::BookSet& books, const book::Book& book, Side side,
                                   u32 depth) {
  std::vector<book::Level> levels;
  const u32 count = std::min(depth, book.side(side).size());
  levels.reserve(count);
  for (u32 i = 0; i < count; ++i) levels.push_back(books.level(book, side, i));
  return levels;
}

}  // namespace

std::vector<CutRow> rows_of(const book::BookSet& books, ChannelId channel, u32 depth) {
  return rows_of(books, channel, depth, strategy::StrategyRunner{{}, books}, Nanos{0});
}

std::vector<CutRow> rows_of(const book::BookSet& books, ChannelId channel, u32 depth,
                            const strategy::StrategyRunner& strategies, Nanos cut) {
  std::vector<CutRow> rows;
  for (const book::Book& book : books.books()) {
    if (book.channel != channel) continue;
    rows.push_back({.view = book::view_of(books, book),
                    .bids = levels_of(books, book, Side::bid, depth),
                    .asks = levels_of(books, book, Side::ask, depth),
                    .values = strategies.values(book, cut)});
  }
  return rows;
}

CutAssembler::CutAssembler(u32 channels, u32 shards, CutSink& sink)
    : parts_(std::size_t{channels} * shards), shards_(shards), sink_(sink) {}

void CutAssembler::add(CutReport report) {
  assert(report.shard < shards_ && std::size_t{report.channel} * shards_ < parts_.size());
  Part& part = parts_[std::size_t{report.channel} * shards_ + report.shard];
  if (report.first != kBeginningOfTime) due_.insert(report.first);
  part.passed = report.ended ? kEndOfTime : report.last;
  part.reports.push_back(std::move(report));

  const auto slowest = std::ranges::min_element(parts_, {}, &Part::passed)->passed;
  while (!due_.empty() && *due_.begin() <= slowest) {
    const Nanos cut = *due_.begin();
    due_.erase(due_.begin());
    write(cut);
  }
  completed_.store(slowest.value, std::memory_order_release);
}

void CutAssembler::write(Nanos cut) {
  std::vector<CutRow> rows;
  for (Part& part : parts_) {
    // The newest report for this cut or an earlier one holds.
    while (part.reports.size() > 1 && part.reports[1].first <= cut) part.reports.pop_front();
    if (part.reports.empty() || part.reports.front().first > cut) continue;
    const CutReport& held = part.reports.front();
    rows.insert(rows.end(), held.rows.begin(), held.rows.end());
    if (held.frozen && held.first < cut) {
      for (std::size_t i = 0; i < held.rows.size(); ++i) {
        held.frozen->values(i, cut, rows[rows.size() - held.rows.size() + i].values);
      }
    }
  }
  std::ranges::sort(rows, [](const CutRow& a, const CutRow& b) {
    // A channel may give one symbol to two instruments. Their sequence numbers then decide, because
    // no message is the last one of both.
    return std::tuple{a.view.venue, a.view.name(), a.view.sequence} <
           std::tuple{b.view.venue, b.view.name(), b.view.sequence};
  });
  if (!muted_) sink_.on_cut(cut, rows);
}

}  // namespace tapedeck::pipeline
