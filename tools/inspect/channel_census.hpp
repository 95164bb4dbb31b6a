// Counts the content of a channel while it is read: types, times, sessions, instruments.
//
// Used by the thread that polls the feed. Memory is bounded by the number of the channel's
// instruments.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.hpp"
#include "feeds/common/message_observer.hpp"

namespace tapedeck::tools {

/// The layout of a format's messages. It determines where a message's type is.
enum class MessageShape : u8 { itch, lobster_row, dbn_record };
[[nodiscard]] MessageShape shape_of(std::string_view format);

/// Counts the raw messages that a decoder took, by type.
class TypeCount final : public feeds::MessageObserver {
 public:
  /// Indexed by the type's byte.
  using Counts = std::array<u64, 256>;

  /// From now on, counts messages in `counts`, which must outlive the counting.
  void count_into(Counts& counts, MessageShape shape) {
    counts_ = &counts;
    shape_ = shape;
  }
  void on_message(Bytes message, Sequence sequence, std::span<const Event> events) override;

 private:
  Counts* counts_ = nullptr;
  MessageShape shape_ = MessageShape::itch;
};

/// Returns the name of a message type; empty for an unknown type. For ITCH 5.0, it is the
/// specification's name. For LOBSTER, it is the event of the row. For DBN, it is the record type,
/// or the action of an order record.
[[nodiscard]] std::string_view type_name(MessageShape shape, u8 type);

class ChannelCensus {
 public:
  struct Listing {
    std::string symbol;
    u64 messages = 0;
    Sequence newest = 0;  // the number of the instrument's newest message
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
  /// Returns the channel's session changes, at most the last few thousand. A day has six session
  /// changes.
  [[nodiscard]] const std::vector<SessionSeen>& sessions() const { return sessions_; }
  /// first() returns the earliest exchange time, last() the latest; empty before the first event.
  [[nodiscard]] std::optional<Nanos> first() const { return first_; }
  [[nodiscard]] std::optional<Nanos> last() const { return last_; }
  /// Returns the second of exchange time with the most messages. A message with an earlier time
  /// than the messages before it counts in the newest second.
  [[nodiscard]] Second busiest_second() const;
  /// Returns the number of events of defined instruments that concern a book or its trading state.
  /// Notices do not count.
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
