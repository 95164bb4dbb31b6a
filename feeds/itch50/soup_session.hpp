// Numbers the sequenced packets of SoupBinTCP sessions: says what is missing, and which packets
// have come before. Knows numbers only, not what the messages mean. One thread; no allocation.
//
// A packet carries no number. Packets are counted from the number that the login accepted, or from
// 1 in a file that begins without a login.
// 1. A login ahead of the next number is a gap. The server has sent the numbers between.
// 2. A login behind the next number repeats packets, which are not applied again.
// 3. A first login above 1 joins the session late, unless packets or another session came before.
// 4. A session that follows another begins at number 1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.hpp"
#include "engine/core/feed_counters.hpp"
#include "feeds/itch50/soup_packets.hpp"

namespace tapedeck::itch50 {

class SoupSession {
 public:
  /// What the books are to be told of a login.
  struct Change {
    bool clear = false;  // another session has begun
    std::optional<LossFields> loss;
    EventFlags loss_flags = 0;
  };

  /// Takes the payload of a packet that accepts a login. Counts gaps and lost messages, and a
  /// payload that cannot be read as malformed.
  [[nodiscard]] Change log_in(Bytes payload, FeedCounters& counters);
  /// Takes a sequenced packet. Returns false for a packet that has come before; it is counted.
  [[nodiscard]] bool take(FeedCounters& counters) {
    has_begun_ = true;
    if (next_++ < expected_) {
      ++counters.duplicates;
      return false;
    }
    expected_ = next_;
    return true;
  }
  /// Forgets the session before the file of another day. What follows has its own, from number 1.
  void begin_day() {
    name_.reset();
    next_ = expected_ = 1;
  }

  /// Returns the number of the newest message, whether it came or was lost; empty without a login.
  [[nodiscard]] std::optional<u64> last_number() const {
    return name_ ? std::optional{expected_ - 1} : std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  std::optional<SoupName> name_;  // nothing: no login of this session has come
  u64 next_ = 1;                  // of the packet that comes next
  u64 expected_ = 1;              // after the highest number that came or was lost
  bool has_begun_ = false;        // a login or a sequenced packet has come

  // What warnings() tells:
  u64 joined_at_ = 0;
  SoupName joined_{};
  u64 replaced_ = 0;
  SoupName previous_{}, newest_{};
  u64 unreadable_ = 0;
};

}  // namespace tapedeck::itch50
