#include "engine/book/book_trust.hpp"

#include <array>

#include "engine/core/units.hpp"

namespace tapedeck::book {
namespace {

constexpr std::array<std::string_view, 5> kStates{"LIVE", "SUSPECT", "STALE", "RECOVERING",
                                                  "CLOSED"};
// The reasons from `crossed` on.
constexpr std::size_t kFirstOther = static_cast<std::size_t>(TrustReason::crossed);
constexpr std::array<std::string_view, kTrustReasons - kFirstOther> kOtherReasons{
    "crossed", "doubtful", "lost", "dropped", "unknown", "joined", name_of(Fault::contradiction)};

}  // namespace

std::string_view name_of(TrustState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::string_view name_of(TrustReason reason) {
  const auto at = static_cast<std::size_t>(reason);
  if (reason == TrustReason::none) return {};
  return at < kFirstOther ? kFaultKinds[at].name : kOtherReasons[at - kFirstOther];
}

std::string text_of(const BookTrust& trust) {
  std::string text{name_of(trust.state)};
  if (trust.reason == TrustReason::none) return text;
  text.append(" (").append(name_of(trust.reason));
  if (trust.state == TrustState::suspect && trust.reason == TrustReason::joined) {
    text += " at " + grouped(trust.first);
  } else if (trust.last == kUnknownLast) {
    text += ", message " + grouped(trust.first) + " and all after it";
  } else if (trust.last != 0) {
    text += trust.first == trust.last
                ? ", message " + grouped(trust.last)
                : ", messages " + grouped(trust.first) + " to " + grouped(trust.last);
  }
  return text + ")";
}

}  // namespace tapedeck::book
