#include "tools/inspect/channel_census.hpp"

#include <algorithm>
#include <utility>

#include "feeds/catalog/catalog.hpp"
#include "feeds/dbn/layout.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kMostSessions = 4096;  // only damaged input has more

struct TypeName {
  char type;
  std::string_view name;
};

// The messages' titles in the TotalView-ITCH 5.0 specification.
constexpr std::array<TypeName, 23> kItchTypes{{{'S', "System Event"},
                                               {'R', "Stock Directory"},
                                               {'H', "Stock Trading Action"},
                                               {'Y', "Reg SHO Restriction"},
                                               {'L', "Market Participant Position"},
                                               {'V', "MWCB Decline Level"},
                                               {'W', "MWCB Status"},
                                               {'K', "Quoting Period Update"},
                                               {'J', "LULD Auction Collar"},
                                               {'h', "Operational Halt"},
                                               {'A', "Add Order"},
                                               {'F', "Add Order with MPID"},
                                               {'E', "Order Executed"},
                                               {'C', "Order Executed with Price"},
                                               {'X', "Order Cancel"},
                                               {'D', "Order Delete"},
                                               {'U', "Order Replace"},
                                               {'P', "Trade (non-cross)"},
                                               {'Q', "Cross Trade"},
                                               {'B', "Broken Trade"},
                                               {'I', "Net Order Imbalance"},
                                               {'N', "Retail Price Improvement"},
                                               {'O', "Direct Listing Price"}}};
constexpr std::array<TypeName, 7> kLobsterTypes{{{'1', "Submission"},
                                                 {'2', "Partial Cancellation"},
                                                 {'3', "Deletion"},
                                                 {'4', "Visible Execution"},
                                                 {'5', "Hidden Execution"},
                                                 {'6', "Cross Trade"},
                                                 {'7', "Trading Halt"}}};

// Records about orders are counted by their action, whose letters are no other record's type.
constexpr std::array<TypeName, 13> kDbnTypes{{{'A', "Add Order"},
                                              {'C', "Cancel Order"},
                                              {'M', "Modify Order"},
                                              {'R', "Clear Book"},
                                              {'T', "Trade"},
                                              {'F', "Fill"},
                                              {'N', "No Action"},
                                              {'\x00', "Trade Record"},
                                              {'\x12', "Status"},
                                              {'\x13', "Instrument Definition"},
                                              {'\x15', "Error"},
                                              {'\x16', "Symbol Mapping"},
                                              {'\x17', "System"}}};

std::string_view found_in(std::span<const TypeName> types, char type) {
  const auto at = std::ranges::find(types, type, &TypeName::type);
  return at == types.end() ? std::string_view{} : at->name;
}

}  // namespace

MessageShape shape_of(std::string_view format) {
  if (format == "dbn") return MessageShape::dbn_record;
  return format == "lobster" ? MessageShape::lobster_row : MessageShape::itch;
}

void TypeCount::on_message(Bytes message, Sequence /*sequence*/,
                           std::span<const Event> /*events*/) {
  namespace dbn = feeds::dbn;
  std::size_t at = 0;
  if (shape_ == MessageShape::lobster_row) {
    const auto comma = std::ranges::find(message, std::byte{','});
    at = static_cast<std::size_t>(comma - message.begin()) + 1;
  } else if (shape_ == MessageShape::dbn_record) {
    const bool of_order =
        message[dbn::kTypeAt] == std::byte{static_cast<u8>(dbn::RecordType::order)};
    at = of_order ? dbn::OrderAt::kAction : dbn::kTypeAt;
  }
  if (at < message.size()) ++(*counts_)[std::to_integer<u8>(message[at])];
}

std::string_view type_name(MessageShape shape, u8 type) {
  const char letter = static_cast<char>(type);
  switch (shape) {
    case MessageShape::lobster_row:
      return found_in(kLobsterTypes, letter);
    case MessageShape::dbn_record:
      return found_in(kDbnTypes, letter);
    case MessageShape::itch:
      break;
  }
  return found_in(kItchTypes, letter);
}

void ChannelCensus::take(const EventBuffer& events) {
  for (const Event& event : events) {
    if (event.kind == Kind::define) {
      const std::size_t at = event.instrument.value;
      if (listings_.size() <= at) listings_.resize(at + 1);
      listings_[at].symbol = event.define.name();
      continue;
    }
    // A loss and a clear come from the transport and repeat the time of the message before.
    if (is_control(event.kind) || event.kind == Kind::clear) continue;
    first_ = std::min(first_.value_or(event.exchange_time), event.exchange_time);
    last_ = std::max(last_.value_or(event.exchange_time), event.exchange_time);
    count_second(event);
    if (event.kind == Kind::trading_state && event.instrument == kEveryInstrument) {
      if (sessions_.size() == kMostSessions) sessions_.erase(sessions_.begin());
      sessions_.push_back({event.state.session, event.exchange_time});
    }
    if (event.instrument.value >= listings_.size()) continue;
    Listing& listing = listings_[event.instrument.value];
    if (std::exchange(listing.newest, event.sequence) != event.sequence) ++listing.messages;
    if (event.kind != Kind::notice) ++usable_;
    if (event.kind != Kind::trading_state) continue;
    if ((event.flags & kOperational) != 0) {
      listing.operational_halt = event.state.state == TradingState::halted;
    } else {
      listing.state = event.state.state;
    }
  }
}

// Counts a message once, at its first event.
void ChannelCensus::count_second(const Event& event) {
  if (std::exchange(newest_, event.sequence) == event.sequence) return;
  const i64 second = event.exchange_time.value / kNanosPerSecond * kNanosPerSecond;
  if (second > current_.begins.value) {
    busiest_ = busiest_second();
    current_ = {Nanos{second}, 0};
  }
  ++current_.messages;
}

ChannelCensus::Second ChannelCensus::busiest_second() const {
  return current_.messages > busiest_.messages ? current_ : busiest_;
}

}  // namespace tapedeck::tools
