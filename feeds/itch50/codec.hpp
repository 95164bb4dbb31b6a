// Encodes ITCH 5.0 messages to bytes and decodes them. Pure functions; any thread; no allocation.
#pragma once

#include "feeds/itch50/messages.hpp"

namespace tapedeck::itch50 {

namespace detail {

class Loader {
 public:
  explicit Loader(const std::byte* at) : at_(at) {}
  void operator()(char& field) { field = static_cast<char>(load_be<u8>(take(1))); }
  void operator()(u16& field) { field = load_be<u16>(take(2)); }
  void operator()(u32& field) { field = load_be<u32>(take(4)); }
  void operator()(u64& field) { field = load_be<u64>(take(8)); }
  template <std::size_t N>
  void operator()(Text<N>& field) {
    std::memcpy(field.raw.data(), take(N), N);
  }
  void header(Header& header) {
    (*this)(header.locate);
    (*this)(header.tracking);
    header.timestamp = load_be48(take(6));
  }

 private:
  const std::byte* take(std::size_t size) {
    const std::byte* const at = at_;
    at_ += size;
    return at;
  }
  const std::byte* at_;
};

class Storer {
 public:
  explicit Storer(std::byte* at) : at_(at) {}
  void operator()(const char& field) { store_be(take(1), static_cast<u8>(field)); }
  void operator()(const u16& field) { store_be(take(2), field); }
  void operator()(const u32& field) { store_be(take(4), field); }
  void operator()(const u64& field) { store_be(take(8), field); }
  template <std::size_t N>
  void operator()(const Text<N>& field) {
    std::memcpy(take(N), field.raw.data(), N);
  }
  void header(const Header& header) {
    (*this)(header.locate);
    (*this)(header.tracking);
    store_be48(take(6), header.timestamp);
  }

 private:
  std::byte* take(std::size_t size) {
    std::byte* const at = at_;
    at_ += size;
    return at;
  }
  std::byte* at_;
};

}  // namespace detail

/// Decodes a message of type Message. `at` must point to wire_size(Message::kType) bytes.
template <class Message>
[[nodiscard]] inline Message load(const std::byte* at) {
  Message message;
  detail::Loader loader{at + 1};
  loader.header(message.header);
  for_each_field(loader, message);
  return message;
}

/// Writes the message at `at` and returns its size. `at` must have room for
/// wire_size(Message::kType) bytes.
template <class Message>
inline std::size_t store(std::byte* at, const Message& message) {
  *at = static_cast<std::byte>(Message::kType);
  detail::Storer storer{at + 1};
  storer.header(message.header);
  for_each_field(storer, message);
  return wire_size(Message::kType);
}

enum class Parsed : u8 { ok, unknown_type, too_short };

/// Decodes one message and passes it to `sink(const Message&)`. Ignores bytes beyond the size of
/// the message type, because an exchange may append fields to a message.
template <class Sink>
inline Parsed parse(Bytes bytes, Sink&& sink) {
  if (bytes.empty()) return Parsed::too_short;
  const char type = static_cast<char>(bytes[0]);
  const std::size_t size = wire_size(type);
  if (size == 0) return Parsed::unknown_type;
  if (bytes.size() < size) return Parsed::too_short;
  const std::byte* const at = bytes.data();
  const auto emit = [&sink](const auto& message) {
    sink(message);
    return Parsed::ok;
  };
  switch (type) {
    case 'A':
      return emit(load<AddOrder>(at));
    case 'B':
      return emit(load<BrokenTrade>(at));
    case 'C':
      return emit(load<OrderExecutedPrice>(at));
    case 'D':
      return emit(load<OrderDelete>(at));
    case 'E':
      return emit(load<OrderExecuted>(at));
    case 'F':
      return emit(load<AddOrderMpid>(at));
    case 'H':
      return emit(load<TradingAction>(at));
    case 'I':
      return emit(load<Imbalance>(at));
    case 'J':
      return emit(load<LuldCollar>(at));
    case 'K':
      return emit(load<IpoQuoting>(at));
    case 'L':
      return emit(load<ParticipantPosition>(at));
    case 'N':
      return emit(load<RetailInterest>(at));
    case 'O':
      return emit(load<DirectListing>(at));
    case 'P':
      return emit(load<Trade>(at));
    case 'Q':
      return emit(load<CrossTrade>(at));
    case 'R':
      return emit(load<StockDirectory>(at));
    case 'S':
      return emit(load<SystemEvent>(at));
    case 'U':
      return emit(load<OrderReplace>(at));
    case 'V':
      return emit(load<MwcbLevels>(at));
    case 'W':
      return emit(load<MwcbStatus>(at));
    case 'X':
      return emit(load<OrderCancel>(at));
    case 'Y':
      return emit(load<RegSho>(at));
    case 'h':
      return emit(load<OperationalHalt>(at));
    default:
      return Parsed::unknown_type;
  }
}

}  // namespace tapedeck::itch50
