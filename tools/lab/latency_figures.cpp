#include "tools/lab/latency_figures.hpp"

#include <array>
#include <cstdio>

#include "engine/core/units.hpp"

namespace tapedeck::tools {

std::string LatencyFigures::why_invalid() const {
  if (messages == 0) {
    return overdue ? "the load was not kept up with: not even the warm-up was done in time"
                   : "no message was due in the time that counts: the input ends before it; give a "
                     "longer one, or a shorter --warm-up";
  }
  if (spans[latency::LatencySpan::due_to_book].count() == 0) {
    return "no event that was sampled was taken by a book: there are no times";
  }
  if (kept_up()) return {};
  if (dropped > 0) {
    return counted(dropped, "event was", "events were") +
           " dropped: what would have waited longest is missing";
  }
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(),
                "the load was not kept up with: %.0f messages/s achieved of %.0f offered",
                achieved_per_s, offered_per_s);
  if (!overdue) return text.data();
  return std::string{text.data()} +
         ", and given up a second after its end: what would have waited longest is missing";
}

}  // namespace tapedeck::tools
