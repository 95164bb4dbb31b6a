#include "tests/support/demo_flow.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/units.hpp"
#include "tests/support/demo_market.hpp"

namespace tapedeck::test {
namespace {

using namespace itch50;  // NOLINT(google-build-using-namespace): this file speaks ITCH

constexpr u64 kSecond = 1'000'000'000;
constexpr u64 kMinute = 60 * kSecond;
constexpr u64 kHour = 60 * kMinute;
// Of the day's frame, since midnight.
constexpr u64 kMessagesStart = 3 * kHour;
constexpr u64 kSystemOpen = 4 * kHour;
constexpr u64 kMarketOpen = 9 * kHour + 30 * kMinute;
constexpr u64 kMarketClose = 16 * kHour;
constexpr u64 kSystemClose = 20 * kHour;
constexpr u64 kMessagesEnd = kSystemClose + 5 * kMinute;

constexpr u64 kSystemEvents = 6;
constexpr u64 kDirectoryMessages = 3;  // R, H, Y
constexpr u64 kCrosses = 2;            // at the open and at the close

constexpr std::size_t kFewOrders = 12;    // below, orders come only
constexpr std::size_t kManyOrders = 250;  // above, none come

struct Listing {
  u16 locate;
  Stock stock;
  DemoMarket market;
};

std::string symbol_of(u32 index) {
  std::string symbol = "TAAA";
  for (std::size_t at = 3; at > 0; --at, index /= 26) {
    symbol[at] = static_cast<char>('A' + index % 26);
  }
  return symbol;
}

char letter_of(bool buy) {
  return buy ? 'B' : 'S';
}

// The script of one day. `Emit` takes every message by its type.
template <class Emit>
class DemoDay {
 public:
  DemoDay(const DemoFlowOptions& options, Emit emit) : random_(options.seed), emit_(emit) {
    listings_.reserve(options.instruments);
    for (u32 i = 0; i < options.instruments; ++i) {
      listings_.push_back({static_cast<u16>(i + 1), Stock{symbol_of(i)}, DemoMarket{random_}});
    }
  }

  // The markets hold on to the random numbers of this very object.
  DemoDay(const DemoDay&) = delete;
  DemoDay& operator=(const DemoDay&) = delete;

  void write(u64 flow_messages) {
    system_event(kMessagesStart, 'O');
    for (const Listing& listing : listings_) directory(listing);
    system_event(kSystemOpen, 'S');
    system_event(kMarketOpen, 'Q');
    for (const Listing& listing : listings_) cross(listing, 'O');
    for (u64 i = 0; i < flow_messages; ++i) {
      // Each message has a slice of the day of its own and a moment within it.
      const u64 slice = (kMarketClose - kMarketOpen - 1) / flow_messages;
      now_ = kMarketOpen + 1 + i * slice + random_.below(slice);
      act(busy_listing());
    }
    system_event(kMarketClose, 'M');
    for (const Listing& listing : listings_) cross(listing, 'C');
    system_event(kSystemClose, 'E');
    system_event(kMessagesEnd, 'C');
  }

 private:
  [[nodiscard]] Header header(u16 locate) const { return {locate, 0, now_}; }
  void system_event(u64 time, char event) {
    now_ = time;
    emit_(SystemEvent{header(0), event});
  }
  void directory(const Listing& listing) {
    now_ += kSecond / 1'000;
    emit_(StockDirectory{header(listing.locate), listing.stock, 'Q', 'N', 100, 'N', 'C',
                         Text<2>{"Z"}, 'P', 'N', 'N', '1', 'N', 0, 'N'});
    emit_(TradingAction{header(listing.locate), listing.stock, 'T', ' ', Text<4>{""}});
    emit_(RegSho{header(listing.locate), listing.stock, '0'});
  }
  void cross(const Listing& listing, char type) {
    const u64 shares = 1'000 * (1 + random_.below(50));
    emit_(CrossTrade{header(listing.locate), shares, listing.stock, listing.market.mid(), ++match_,
                     type});
  }
  // The first are busier than the last, as on any exchange.
  Listing& busy_listing() { return listings_[random_.below(1 + random_.below(listings_.size()))]; }

  // One message, whatever happens.
  void act(Listing& listing) {
    const u64 choice = random_.below(100);
    const std::size_t live = listing.market.live();
    if (live < kFewOrders) return add(listing);
    if (choice < 43) return live > kManyOrders ? remove(listing) : add(listing);
    if (choice < 77) return remove(listing);
    if (choice < 85) return replace(listing);
    if (choice < 92) return execute(listing);
    if (choice < 96) return cancel(listing);
    if (choice < 99) return hidden_trade(listing);
    imbalance(listing);
  }
  void add(Listing& listing) {
    listing.market.drift();
    const u64 reference = next_reference();  // both draw numbers, and in this order everywhere
    const DemoMarket::Order order = listing.market.draw_order(reference, random_.chance(0.5));
    listing.market.insert(order);
    const AddOrder plain{header(listing.locate), order.reference, letter_of(order.buy),
                         order.shares,           listing.stock,   order.price};
    if (!random_.chance(0.05)) return emit_(plain);
    emit_(AddOrderMpid{plain.header, plain.reference, plain.side, plain.shares, plain.stock,
                       plain.price, Mpid{"DEMO"}});
  }
  void remove(Listing& listing) {
    const u64 reference = listing.market.any().reference;
    listing.market.remove(reference);
    emit_(OrderDelete{header(listing.locate), reference});
  }
  void replace(Listing& listing) {
    const DemoMarket::Order old = listing.market.any();
    listing.market.remove(old.reference);
    const DemoMarket::Order order = listing.market.draw_order(next_reference(), old.buy);
    listing.market.insert(order);
    emit_(OrderReplace{header(listing.locate), old.reference, order.reference, order.shares,
                       order.price});
  }
  void execute(Listing& listing) {
    const DemoMarket::Order order = listing.market.front();
    const u32 shares = random_.chance(0.5) ? order.shares : part_of(order.shares);
    listing.market.reduce(order.reference, shares);
    ++match_;
    if (!random_.chance(0.1)) {
      return emit_(OrderExecuted{header(listing.locate), order.reference, shares, match_});
    }
    // At a price of its own, a tick better for whoever came; every second one is in a bulk report.
    const u32 price = order.buy ? order.price + DemoMarket::kTick : order.price - DemoMarket::kTick;
    emit_(OrderExecutedPrice{header(listing.locate), order.reference, shares, match_,
                             random_.chance(0.5) ? 'Y' : 'N', price});
  }
  void cancel(Listing& listing) {
    const DemoMarket::Order order = listing.market.any();
    if (order.shares == 1) return remove(listing);
    const u32 shares = part_of(order.shares - 1);
    listing.market.reduce(order.reference, shares);
    emit_(OrderCancel{header(listing.locate), order.reference, shares});
  }
  void hidden_trade(Listing& listing) {
    emit_(Trade{header(listing.locate), 0, letter_of(random_.chance(0.5)), part_of(300),
                listing.stock, listing.market.mid(), ++match_});
  }
  void imbalance(Listing& listing) {
    const u32 price = listing.market.mid();
    const u64 paired = random_.below(100'000);
    emit_(Imbalance{header(listing.locate), paired, random_.below(10'000), letter_of(true),
                    listing.stock, price, price, price, 'C', 'L'});
  }
  // 1 to `shares`.
  u32 part_of(u32 shares) { return 1 + static_cast<u32>(random_.below(shares)); }
  u64 next_reference() { return reference_ += 1 + random_.below(7); }

  Random random_;
  Emit emit_;
  std::vector<Listing> listings_;
  u64 now_ = 0;
  u64 reference_ = 0;
  u64 match_ = 0;
};

template <class Emit>
void write_day(const DemoFlowOptions& options, Emit emit) {
  check_demo_flow(options);
  const u64 frame = demo_flow_frame_messages(options.instruments);
  DemoDay<Emit>{options, emit}.write(options.messages - frame);
}

}  // namespace

u64 demo_flow_frame_messages(u32 instruments) {
  return kSystemEvents + instruments * (kDirectoryMessages + kCrosses);
}

void check_demo_flow(const DemoFlowOptions& options) {
  if (options.instruments < 1 || options.instruments > kMaxDemoInstruments) {
    throw ConfigError("instruments", std::to_string(options.instruments),
                      "must be 1 to " + grouped(kMaxDemoInstruments));
  }
  const u64 frame = demo_flow_frame_messages(options.instruments);
  if (options.messages <= frame) {
    throw ConfigError("messages", std::to_string(options.messages),
                      "must be more than " + grouped(frame) + ", the frame of a day of " +
                          grouped(options.instruments) + " instruments");
  }
}

void write_demo_flow(FrameBuffer& sink, const DemoFlowOptions& options) {
  write_day(options, [&sink](const auto& message) { sink.append(message); });
}

void write_demo_flow(FileWriter& sink, const DemoFlowOptions& options) {
  write_day(options, [&sink](const auto& message) { sink.write(message); });
}

}  // namespace tapedeck::test
