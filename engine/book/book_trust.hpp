// How far a book can be trusted: a state, the reason for the state, and the numbers of the messages
// that caused it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/book/fault.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::book {

enum class TrustState : u8 {
  live,        // every message since the last clear arrived and fitted the book
  suspect,     // a message did not fit the book; ends with a clear
  stale,       // messages are missing; ends with a clear
  recovering,  // missing messages have been requested; not used yet, because no feed requests any
  closed       // was live until the channel announced its last message of the day
};
/// Returns the name in capitals, as in outputs: "LIVE".
[[nodiscard]] std::string_view name_of(TrustState state);

/// Why a book is not live. The first values are those of Fault, in the same order, except that a
/// contradiction comes last. Tapes store these numbers: append only, never reorder.
enum class TrustReason : u8 {
  none,
  unknown_order,
  duplicate_add,
  over_execution,
  over_cancel,
  bad_quantity,
  bad_order,
  total_overflow,
  crossed,   // the best bid was above the best ask while instruments were trading
  doubtful,  // the source or the feed marked a message as doubtful
  lost,      // messages of the source are missing (a gap or damage); later events are still applied
  dropped,   // the engine dropped events: the book was emptied and ignores events until a clear
  unknown,   // the recording that the book was restored from does not state the reason
  joined,    // the channel was joined late: messages before the first one received are missing
  contradiction
};
inline constexpr std::size_t kTrustReasons =
    static_cast<std::size_t>(TrustReason::contradiction) + 1;
/// Returns the name as in outputs, such as "unknown_order"; an empty text for `none`.
[[nodiscard]] std::string_view name_of(TrustReason reason);
[[nodiscard]] constexpr TrustReason reason_of(Fault fault) {
  return fault == Fault::contradiction ? TrustReason::contradiction
                                       : static_cast<TrustReason>(fault);
}
static_assert(reason_of(Fault::total_overflow) == TrustReason::total_overflow);
static_assert(kFaults - 1 == static_cast<std::size_t>(TrustReason::crossed),
              "every fault but the last is the reason of the same number, before `crossed`");

struct BookTrust {
  TrustState state = TrustState::live;
  TrustReason reason = TrustReason::none;
  /// The numbers of the first and the last message that caused `state`; 0 if no message did. `last`
  /// is kUnknownLast if the last missing message is unknown. For a suspect book: the messages that
  /// did not fit, numbered by the channel. For a stale book: the missing messages, numbered as in
  /// LossFields. For a suspect book with the reason `joined`: both are the number of the first
  /// message received. A stale book with the reason `joined` lacks its beginning as well.
  Sequence first = 0, last = 0;

  /// Return `first` and `last` as outputs show them; empty if there is no number to show.
  [[nodiscard]] std::optional<Sequence> known_first() const {
    return first == 0 ? std::nullopt : std::optional{first};
  }
  [[nodiscard]] std::optional<Sequence> known_last() const {
    return last == 0 || last == kUnknownLast ? std::nullopt : std::optional{last};
  }

  friend bool operator==(const BookTrust&, const BookTrust&) = default;
};

/// Returns the state, reason and messages as text for people: "LIVE", "SUSPECT (unknown_order,
/// message 7)", "SUSPECT (joined at 1,001)", "STALE (lost, messages 7 to 9)", "STALE (joined,
/// messages 7 to 9)", "STALE (lost, message 7 and all after it)".
[[nodiscard]] std::string text_of(const BookTrust& trust);

}  // namespace tapedeck::book
