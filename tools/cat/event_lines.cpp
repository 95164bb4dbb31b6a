#include "tools/cat/event_lines.hpp"

#include <array>
#include <string_view>

#include "engine/core/calendar.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "tools/cli/human_text.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kDateSize = 10;   // "2012-06-21"
constexpr std::size_t kClockSize = 18;  // "09:30:00.004241176"
constexpr std::size_t kDecimals = 9;
constexpr std::size_t kSequenceSize = 11;  // with the @
constexpr std::size_t kSymbolSize = 8;
constexpr std::size_t kKindSize = 13;  // the longest name

std::string_view without_padding(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  return text;
}

// Appends parts to a line, with two blanks before each.
class Parts {
 public:
  explicit Parts(std::string& line) : line_(line) {}

  void add(std::string_view part) {
    if (!part.empty()) line_.append("  ").append(part);
  }
  void add(std::string_view label, std::string_view value) {
    if (!value.empty()) line_.append("  ").append(label).append(" ").append(value);
  }
  void add(std::string_view label, u64 number) { add(label, std::to_string(number)); }
  void add_letter(std::string_view label, char letter) {
    add(label, printable(without_padding({&letter, 1})));
  }
  void add_price(std::string_view label, Price price) {
    if (price != kNoPrice) add(label, price_for_people(price));
  }
  // Appends a part of up to three words: the side, the quantity and the price.
  void add_place(Side side, Quantity quantity, Price price) {
    const std::size_t before = line_.size();
    if (side != Side::none) word(before, side == Side::bid ? "bid" : "ask");
    if (quantity.value != 0) word(before, std::to_string(quantity.value));
    if (price == kNoPrice) return;
    word(before, "@");
    word(before, price_for_people(price));
  }

 private:
  void word(std::size_t before, std::string_view text) {
    line_.append(line_.size() == before ? "  " : " ").append(text);
  }

  std::string& line_;
};

std::string mpid_of(u64 letters) {
  std::array<std::byte, sizeof(u32)> wire{};
  store_be(wire.data(), static_cast<u32>(letters));
  return printable(without_padding({reinterpret_cast<const char*>(wire.data()), wire.size()}));
}

void put_order(Parts& parts, const Event& event) {
  const OrderFields& order = event.order;
  parts.add_place(event.side, order.quantity, order.price);
  if (event.kind == Kind::cross) {
    parts.add_letter("type", static_cast<char>(order.id.value));
  } else if (event.kind != Kind::trade_break && order.id.value != 0) {
    parts.add("order", order.id.value);
  }
  if (event.kind == Kind::replace) {
    parts.add("now", order.aux);
  } else if (event.kind == Kind::add && order.aux >> 32 == 0) {
    parts.add("of", mpid_of(order.aux));
  } else if (event.kind != Kind::add && order.aux != 0) {
    parts.add("match", order.aux);
  }
}

void put_auction(Parts& parts, const AuctionFields& auction) {
  constexpr i64 kUnits = kPriceUnitsPerOne / 10'000;  // of a price as on the wire
  const auto price = [&](std::string_view label, u32 e4) {
    if (e4 != 0) parts.add(label, price_for_people(Price{i64{e4} * kUnits}));
  };
  parts.add_letter("type", auction.type);
  parts.add_letter("direction", auction.direction);
  parts.add("paired", std::to_string(auction.paired));
  parts.add("imbalance", std::to_string(auction.imbalance));
  price("reference", auction.reference_e4);
  price("near", auction.near_e4);
  price("far", auction.far_e4);
}

void put_state(Parts& parts, const Event& event) {
  const bool of_channel = event.instrument == kEveryInstrument;
  if (!of_channel) parts.add(name_of(event.state.state));
  if (of_channel) parts.add(name_of(event.state.session));
  parts.add("reason", printable(without_padding({event.state.reason, sizeof event.state.reason})));
}

std::string loss_text(const LossFields& loss) {
  if (loss.last == kUnknownLast) return "messages from " + std::to_string(loss.first) + " on";
  return "messages " + std::to_string(loss.first) + " to " + std::to_string(loss.last);
}

void put_flags(Parts& parts, EventFlags flags) {
  struct Name {
    EventFlags flag;
    std::string_view name;
  };
  constexpr std::array<Name, 5> kNames{{{kNonPrintable, "non-printable"},
                                        {kSynthetic, "synthetic"},
                                        {kDoubtful, "doubtful"},
                                        {kCarryOn, "books stay"},
                                        {kOperational, "operational"}}};
  for (const Name& name : kNames) {
    if ((flags & name.flag) != 0) parts.add(std::string{"("}.append(name.name).append(")"));
  }
}

void add_what_happened(const Event& event, std::string& line) {
  Parts parts{line};
  switch (payload_of(event.kind)) {
    case Payload::order:
      put_order(parts, event);
      break;
    case Payload::auction:
      put_auction(parts, event.auction);
      break;
    case Payload::state:
      put_state(parts, event);
      break;
    case Payload::collar:
      parts.add_price("reference", event.collar.reference);
      parts.add_price("from", event.collar.lower);
      parts.add_price("to", event.collar.upper);
      break;
    case Payload::notice:
      parts.add_letter("type", event.notice.type);
      break;
    case Payload::loss:
      parts.add(loss_text(event.loss));
      break;
    case Payload::define:
      parts.add("number", event.define.source_id);
      if (event.define.round_lot != 0) {
        parts.add("round lot", event.define.round_lot);
      }
      break;
    default:
      if (event.side != Side::none) parts.add(event.side == Side::bid ? "bid" : "ask");
  }
  put_flags(parts, event.flags);
}

}  // namespace

void EventLines::learn(const Event& event) {
  const std::size_t index = event.instrument.value;
  if (event.kind != Kind::define || index >= kMaxInstrumentsPerChannel) return;
  if (symbols_.size() <= index) symbols_.resize(index + 1);
  symbols_[index] = printable(event.define.name());
}

std::string_view EventLines::symbol_of(Instrument instrument) const {
  const std::size_t index = instrument.value;
  return index < symbols_.size() ? std::string_view{symbols_[index]} : std::string_view{};
}

void EventLines::add_day(const std::string& day) {
  if (day == day_) return;
  day_ = day;
  text_.append("# ").append(day).append("\n");
}

// Appends what the zone's clocks show, behind a line with the day if that has changed.
void EventLines::add_time(Nanos time) {
  if (time == kBeginningOfTime) {
    text_.append(kClockSize, ' ');
    return;
  }
  const std::optional<i64> second =
      time.value < 0 ? std::nullopt : std::optional{time.value / kNanosPerSecond};
  if (second && second == second_) {
    text_.append(clock_);
    add_decimals(time.value % kNanosPerSecond);
    return;
  }
  std::string clock;
  if (shown_.base == feeds::TimeBase::midnight) {
    add_day(zone_text(shown_));
    clock = time_of_day_text(time);
  } else {
    const std::string wall = iso_time(shown_.zone.wall_clock(time));
    add_day(wall.substr(0, kDateSize) + ", " + shown_.zone.name());
    clock = wall.substr(kDateSize + 1, kClockSize);
  }
  text_.append(clock);
  clock_ = clock.substr(0, clock.size() - kDecimals);
  second_ = second;
}

void EventLines::add_decimals(i64 nanos) {
  std::array<char, kDecimals> digits{};
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, nanos /= 10) {
    *digit = static_cast<char>('0' + nanos % 10);
  }
  text_.append(digits.data(), digits.size());
}

// Appends a text, and blanks up to a size.
void EventLines::add_aligned(std::string_view text, std::size_t size) {
  text_.append(text);
  if (text.size() < size) text_.append(size - text.size(), ' ');
  text_ += ' ';
}

void EventLines::add(const Event& event) {
  learn(event);
  add_time(event.exchange_time);
  text_.append("  ");
  add_aligned("@" + std::to_string(event.sequence), kSequenceSize);
  add_aligned(symbol_of(event.instrument), kSymbolSize);
  add_aligned(name_of(event.kind), kKindSize);
  text_.pop_back();
  add_what_happened(event, text_);
  text_.erase(text_.find_last_not_of(' ') + 1);
  text_ += '\n';
}

}  // namespace tapedeck::tools
