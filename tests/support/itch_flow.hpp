// ITCH messages with a test's own words: verbs that make them, and a day in memory.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/itch50/file_feed.hpp"
#include "feeds/itch50/writer.hpp"

namespace tapedeck::test {

class ItchDay {
 public:
  ItchDay& system(char event) {
    frames_.append(itch50::SystemEvent{header(0), event});
    return *this;
  }
  ItchDay& directory(u16 locate, std::string_view symbol) {
    itch50::StockDirectory m{};
    m.header = header(locate);
    m.stock = itch50::Stock{symbol};
    m.round_lot = 100;
    frames_.append(m);
    return *this;
  }
  ItchDay& trading(u16 locate, std::string_view symbol, char state = 'T') {
    frames_.append(itch50::TradingAction{header(locate), itch50::Stock{symbol}, state, ' ',
                                         itch50::Text<4>{"    "}});
    return *this;
  }
  ItchDay& add(u16 locate, std::string_view symbol, u64 id, char side, u32 shares, u32 price) {
    frames_.append(
        itch50::AddOrder{header(locate), id, side, shares, itch50::Stock{symbol}, price});
    return *this;
  }
  ItchDay& execute(u16 locate, u64 id, u32 shares) {
    frames_.append(itch50::OrderExecuted{header(locate), id, shares, ++match_});
    return *this;
  }
  ItchDay& cancel(u16 locate, u64 id, u32 shares) {
    frames_.append(itch50::OrderCancel{header(locate), id, shares});
    return *this;
  }
  ItchDay& remove(u16 locate, u64 id) {
    frames_.append(itch50::OrderDelete{header(locate), id});
    return *this;
  }
  ItchDay& replace(u16 locate, u64 id, u64 new_id, u32 shares, u32 price) {
    frames_.append(itch50::OrderReplace{header(locate), id, new_id, shares, price});
    return *this;
  }
  template <class Message>
  ItchDay& message(Message m, u16 locate) {
    m.header = header(locate);
    frames_.append(m);
    return *this;
  }
  /// Nanoseconds since midnight of the messages that follow.
  ItchDay& at(u64 time) {
    time_ = time;
    return *this;
  }
  [[nodiscard]] Bytes bytes() const { return frames_.bytes(); }
  [[nodiscard]] std::vector<std::byte> copy() const {
    return {frames_.bytes().begin(), frames_.bytes().end()};
  }

 private:
  itch50::Header header(u16 locate) { return {locate, 0, time_ += 1000}; }

  itch50::FrameBuffer frames_;
  u64 time_ = 34'200'000'000'000;
  u64 match_ = 0;
};

/// Everything a feed gives, to its end.
inline std::vector<Event> drain(Feed& feed) {
  std::vector<Event> all;
  std::vector<Event> storage(kMinPollBuffer);
  FeedStatus status = FeedStatus::ready;
  while (status != FeedStatus::ended) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    status = feed.poll(out, Nanos{1});
    all.insert(all.end(), out.begin(), out.end());
  }
  return all;
}

inline std::unique_ptr<itch50::FileFeed> feed_over(
    Bytes content, itch50::Framing framing = itch50::Framing::length, std::size_t step = SIZE_MAX,
    std::unordered_set<std::string> symbols = {}) {
  std::vector<itch50::DayFile> files;
  files.push_back({feeds::memory_source("day.itch", content, step), Nanos{0}});
  return std::make_unique<itch50::FileFeed>(std::move(files), framing, std::move(symbols));
}

}  // namespace tapedeck::test
