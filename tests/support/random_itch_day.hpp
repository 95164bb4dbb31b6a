// A seeded day of ITCH messages that is anything but tidy: locates are named late or by two names,
// time goes back, orders are unknown, books cross before the open, instruments halt.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/core/random.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck::test {

struct RandomDayOptions {
  u64 seed = 1;
  u64 messages = 1'000;  // behind the directory
  u32 symbols = 5;
  bool names_late = true;  // some locates are known by their number before they are by a name
  bool mismatches = true;  // some messages carry another symbol than their locate's
};

class RandomItchDay {
 public:
  explicit RandomItchDay(const RandomDayOptions& options)
      : random_(options.seed), mismatches_(options.mismatches), listings_(options.symbols) {
    give_locates(options);
    day_.at(time_ = 14'400 * kSecond).system('O');
    for (Listing& listing : listings_) {
      if (!options.names_late || random_.chance(0.6)) directory(listing);
    }
    day_.system('S');
    for (u64 i = 0; i < options.messages; ++i) {
      pass_time();
      if (i == options.messages / 8) day_.system('Q');
      if (i == options.messages * 7 / 8) day_.system('M');
      act(listings_[random_.below(listings_.size())], options.names_late);
    }
    day_.system('E').system('C');
  }

  [[nodiscard]] Bytes bytes() const { return day_.bytes(); }
  /// By number, whatever order a day introduces them in.
  [[nodiscard]] static std::string symbol(u32 number) { return "SYM" + std::to_string(number); }

 private:
  static constexpr u64 kSecond = 1'000'000'000;
  static constexpr u32 kFirstLocate = 7;
  static constexpr u32 kMiddle = 1'000'000;

  struct Listing {
    std::string symbol;
    u16 locate = 0;
    std::vector<std::pair<u64, u32>> live{};  // orders and what is open of them
  };

  void give_locates(const RandomDayOptions& options) {
    for (u32 i = 0; i < listings_.size(); ++i) {
      listings_[i].symbol = symbol(i);
      listings_[i].locate = static_cast<u16>(kFirstLocate + options.seed % 3 + i);
    }
    for (std::size_t i = listings_.size(); i > 1; --i) {
      std::swap(listings_[i - 1].locate, listings_[random_.below(i)].locate);
    }
  }
  void pass_time() {
    const u64 dice = random_.below(100);
    if (dice < 3) {
      day_.at(time_ - random_.below(5'000));  // one message that is late
    } else {
      time_ += random_.below(dice < 6 ? 100 * kSecond : kSecond);
      day_.at(time_);
    }
  }
  void directory(const Listing& listing) { day_.directory(listing.locate, listing.symbol); }

  void act(Listing& listing, bool names_late) {
    const u64 dice = random_.below(100);
    if (dice < 45) return add(listing);
    if (dice < 80) return change(listing, names_late);
    if (dice < 84) {
      constexpr char kStates[]{'T', 'T', 'H', 'P', 'Q'};
      day_.trading(listing.locate, listing.symbol, kStates[random_.below(5)]);
    } else if (dice < 86) {
      directory(listing);
    } else {
      notice(listing, dice);
    }
  }
  void add(Listing& listing) {
    // Both sides meet before the open, and now and then later.
    const bool buy = random_.chance(0.5);
    const u32 away = static_cast<u32>(random_.below(20)) * 100;
    const u32 price = buy ? kMiddle - away : kMiddle + away;
    // One message may be damaged, and name another stock than its locate.
    const bool other = mismatches_ && random_.chance(0.01);
    const std::string& symbol =
        other ? listings_[random_.below(listings_.size())].symbol : listing.symbol;
    const u32 shares = 1 + static_cast<u32>(random_.below(500));
    day_.add(listing.locate, symbol, ++last_id_, buy ? 'B' : 'S', shares, price);
    listing.live.emplace_back(last_id_, shares);
  }
  void change(Listing& listing, bool names_late) {
    if (listing.live.empty()) {
      if (names_late) day_.remove(listing.locate, ~u64{0} - last_id_);  // nobody's order
      return;
    }
    const std::size_t at = random_.below(listing.live.size());
    auto& [id, open] = listing.live[at];
    const u64 dice = random_.below(10);
    const u32 part = 1 + static_cast<u32>(random_.below(open));
    if (dice < 3) {
      day_.execute(listing.locate, id, part);
      open -= part;
    } else if (dice < 5) {
      day_.cancel(listing.locate, id, part);
      open -= part;
    } else if (dice < 7) {
      const u64 old = std::exchange(id, ++last_id_);
      day_.replace(listing.locate, old, id, open, kMiddle + static_cast<u32>(dice) * 300);
    } else {
      day_.remove(listing.locate, id);
      open = 0;
    }
    if (open == 0) listing.live.erase(listing.live.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void notice(const Listing& listing, u64 dice) {
    const itch50::Stock stock{listing.symbol};
    const u16 locate = listing.locate;
    if (dice < 88) {
      itch50::Imbalance m{};
      m.stock = stock;
      m.paired = random_.below(10'000);
      m.cross_type = 'O';
      day_.message(m, locate);
    } else if (dice < 90) {
      itch50::LuldCollar m{};
      m.stock = stock;
      m.reference = m.lower = kMiddle;
      m.upper = kMiddle + static_cast<u32>(random_.below(1'000));
      day_.message(m, locate);
    } else if (dice < 92) {
      itch50::OperationalHalt m{};
      m.stock = stock;
      m.market = 'Q';
      m.action = random_.chance(0.3) ? 'H' : 'T';
      day_.message(m, locate);
    } else if (dice < 95) {
      itch50::CrossTrade m{};
      m.stock = stock;
      m.shares = random_.below(10'000);
      m.price = kMiddle;
      m.match = ++last_id_;
      m.cross_type = 'O';
      day_.message(m, locate);
    } else if (dice < 98) {
      itch50::Trade m{};
      m.stock = stock;
      m.side = 'B';
      m.shares = 1 + static_cast<u32>(random_.below(100));
      m.price = kMiddle;
      m.match = ++last_id_;
      day_.message(m, locate);
    } else {
      day_.message(itch50::RegSho{{}, stock, '1'}, locate);
    }
  }

  Random random_;
  bool mismatches_;
  std::vector<Listing> listings_;
  ItchDay day_;
  u64 time_ = 0;
  u64 last_id_ = 0;
};

}  // namespace tapedeck::test
