// Counts the content of a channel while it is read: types, times, sessions, instruments.
//
// One thread, the one that polls the feed. Memory is bounded by the channel's instruments.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.hpp"
#include "feeds/common/message_observer.hpp"

namespace tapedeck::tools {

/// The shape of a format's messages, which determines where their type is.
enum class MessageShape : u8 { itch, lobster_row, dbn_record };
[[nodiscard]] MessageShape shape_of(std::string_view format);

/// Counts the raw messages that a decoder took, by type.
class TypeCount final : public feeds::MessageObserver {
 public:
  /// Indexed by the type's byte.
  using Counts = std::array<u64, 256>;

  /// Counts into `counts` from now on.
  void count_into(Counts& counts, MessageShape shape) {
    counts_ = &counts;
    shape_ = shape;
  }
  void on_message(Bytes message, Sequence sequence, std::span<const Event> events) override;

 private:
  Counts* counts_ = nullptr;
  MessageShape shape_ = MessageShape::itch;
};

/// Returns the name of a type: for ITCH 5.0 the specification's; for LOBSTER the row's event; for
/// DBN the record's type, or the action of a record about an order. Empty: unknown.
[[nodiscard]] std::string_view type_name(MessageShape shape, u8 type);

class ChannelCensus {
 public:
  struct Listing {
    std::string symbol;
    u64 messages = 0;
    Sequence newest = 0;  // the number of its newest message
    TradingState state = TradingState::unknown;
    bool operational_halt = false;
  };
  struct SessionSeen {
    Session session;
    Nanos time;
  };
  struct Second {
    Nanos begins;
    u64 messages = 0;
  };

  void take(const EventBuffer& events);

  /// Indexed by instrument.
  [[nodiscard]] const std::vector<Listing>& listings() const { return listings_; }
  /// The channel's session changes, at most the last few thousand. A day has six of them.
  [[nodiscard]] const std::vector<SessionSeen>& sessions() const { return sessions_; }
  /// The earliest and the latest exchange time; empty while there was none.
  [[nodiscard]] std::optional<Nanos> first() const { return first_; }
  [[nodiscard]] std::optional<Nanos> last() const { return last_; }
  /// The busiest second of exchange time. A late message counts in the second in which it arrived.
  [[nodiscard]] Second busiest_second() const;
  /// The number of events of defined instruments that concern a book or its trading state; notices
  /// do not count.
  [[nodiscard]] u64 usable() const { return usable_; }

 private:
  void count_second(const Event& event);

  std::vector<Listing> listings_;
  std::vector<SessionSeen> sessions_;
  std::optional<Nanos> first_, last_;
  Second current_{kBeginningOfTime}, busiest_{kBeginningOfTime};
  Sequence newest_ = 0;
  u64 usable_ = 0;
};

}  // namespace tapedeck::tools
