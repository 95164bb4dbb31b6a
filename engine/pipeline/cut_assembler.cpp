#include "engine/pipeline/cut_assembler.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <tuple>

namespace tapedeck::pipeline {
namespace {

constexpr Nanos kEndOfTime{std::numeric_limits<i64>::max()};

}  // namespace

CutAssembler::CutAssembler(u32 channels, u32 shards, CutSink& sink)
    : parts_(std::size_t{channels} * shards), shards_(shards), sink_(sink) {}

void CutAssembler::add(CutChunk* report) {
  const CutHead head = report->head;
  assert(head.shard < shards_ && std::size_t{head.channel} * shards_ < parts_.size());
  Part& part = parts_[std::size_t{head.channel} * shards_ + head.shard];
  part.reports.push_back(report);
  if (head.first != kBeginningOfTime) due_.insert(head.first);
  part.passed = head.ended ? kEndOfTime : head.last;

  const auto slowest = std::ranges::min_element(parts_, {}, &Part::passed)->passed;
  while (!due_.empty() && *due_.begin() <= slowest) {
    const Nanos cut = *due_.begin();
    due_.erase(due_.begin());
    write(cut);
  }
  completed_.store(slowest.value, std::memory_order_release);
}

void CutAssembler::write(Nanos cut) {
  for (Part& part : parts_) {
    // The newest report for this cut or an earlier one holds.
    while (!part.reports.empty() && part.reports.front()->head.first <= cut) {
      CutChunk* const report = part.reports.front();
      part.reports.pop_front();
      read(part, *report);
      report->pool().give_back(report);
    }
    if (!part.frozen || part.held_from == cut) continue;
    for (Held& held : part.rows) part.frozen->values(held.frozen_at, cut, held.row.values);
  }
  if (!is_sorted_ || has_twins_) sort();
  if (!muted_) sink_.on_cut(cut, sorted_);
}

void CutAssembler::read(Part& part, const CutChunk& report) {
  part.held_from = report.head.first;
  part.frozen = report.frozen;
  std::size_t at = 0;
  for (const CutChunk* chunk = &report; chunk != nullptr; chunk = chunk->next) {
    chunk->for_each_row([&](const FlatRow& row) { hold(part, row, at++); });
  }
}

void CutAssembler::hold(Part& part, const FlatRow& row, std::size_t at) {
  if (part.row_of.size() <= row.instrument) part.row_of.resize(std::size_t{row.instrument} + 1);
  u32& place = part.row_of[row.instrument];
  if (place == 0) {
    sorted_.push_back(&part.rows.emplace_back().row);
    place = static_cast<u32>(part.rows.size());
    is_sorted_ = false;
  }
  Held& held = part.rows[place - 1];
  is_sorted_ &= held.row.view.define == row.view.define;
  held.frozen_at = at;
  held.row.view = row.view;
  held.row.bids.assign(row.bid_levels().begin(), row.bid_levels().end());
  held.row.asks.assign(row.ask_levels().begin(), row.ask_levels().end());
  held.row.values.assign(row.strategy_values().begin(), row.strategy_values().end());
}

// A channel may give one symbol to two instruments. Their sequence numbers then decide, because no
// message is the last one of both.
void CutAssembler::sort() {
  std::ranges::sort(sorted_, [](const CutRow* a, const CutRow* b) {
    return std::tuple{a->view.venue, a->view.name(), a->view.sequence} <
           std::tuple{b->view.venue, b->view.name(), b->view.sequence};
  });
  is_sorted_ = true;
  has_twins_ = std::ranges::adjacent_find(sorted_, [](const CutRow* a, const CutRow* b) {
                 return a->view.venue == b->view.venue && a->view.name() == b->view.name();
               }) != sorted_.end();
}

}  // namespace tapedeck::pipeline
