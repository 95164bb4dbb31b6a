// How far a book can be trusted: one state, with its reason and the messages that it is about.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/book/fault.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::book {

enum class TrustState : u8 {
  live,        // every message so far arrived and fitted the book
  suspect,     // a message did not fit the book; ends with a clear
  stale,       // messages are missing; ends with a clear
  recovering,  // messages are missing and have been requested; no feed requests any yet
  closed       // live to the end of the day: the channel has announced its last message
};
/// Returns the name in capitals, as outputs show it: "LIVE".
[[nodiscard]] std::string_view name_of(TrustState state);

/// Why a book is not live. The faults come first, in the order of Fault.
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
  doubtful,  // the source itself marked a message as doubtful, or a feed could not make sense of it
  lost,      // the source's messages are missing: a gap, or damage; later events are applied
  dropped,   // the engine dropped events itself: the book was emptied and waits for a clear
  unknown    // the recording that the book was restored from does not state the reason
};
inline constexpr std::size_t kTrustReasons = static_cast<std::size_t>(TrustReason::unknown) + 1;
/// Returns the name as outputs show it: "unknown_order"; empty for `none`.
[[nodiscard]] std::string_view name_of(TrustReason reason);
[[nodiscard]] constexpr TrustReason reason_of(Fault fault) {
  return static_cast<TrustReason>(fault);
}
static_assert(reason_of(Fault::total_overflow) == TrustReason::total_overflow);
static_assert(kFaults == static_cast<std::size_t>(TrustReason::crossed),
              "every fault is a reason too, and comes before `crossed`");

struct BookTrust {
  TrustState state = TrustState::live;
  TrustReason reason = TrustReason::none;
  /// The numbers of the first and the last message that `state` is about; 0 where there is none,
  /// and `last` may be kUnknownLast. Suspect: messages that did not fit, in the
  /// channel's numbering. Stale: messages that are missing, in the numbering of LossFields.
  Sequence first = 0, last = 0;

  /// Returns the number as outputs show it; empty where there is none to show.
  [[nodiscard]] std::optional<Sequence> known_first() const {
    return first == 0 ? std::nullopt : std::optional{first};
  }
  [[nodiscard]] std::optional<Sequence> known_last() const {
    return last == 0 || last == kUnknownLast ? std::nullopt : std::optional{last};
  }

  friend bool operator==(const BookTrust&, const BookTrust&) = default;
};

/// Returns the trust in words, for people: "LIVE", "SUSPECT (unknown_order, message 7)", "STALE
/// (lost, messages 7 to 9)", "STALE (lost, message 7 and all after it)".
[[nodiscard]] std::string text_of(const BookTrust& trust);

}  // namespace tapedeck::book
