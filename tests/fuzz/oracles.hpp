// What every fuzz target asks of what it has read, beside that nothing crashed: a rule that does
// not hold ends the process with a line that says which.
//
// One thread; no state but what is passed in.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/recording.hpp"

namespace tapedeck::fuzz {

/// Ends the process, as a failed assert does, with `rule` on stderr.
void require(bool holds, const char* rule);

/// Takes the choices of a run off the front of an input, so that the rest is content as it would be
/// in a file. Of an input that is too short every choice is 0.
class Choices {
 public:
  explicit Choices(Bytes input) : rest_(input) {}
  [[nodiscard]] u8 byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<u8>(rest_.front());
    rest_ = rest_.subspan(1);
    return value;
  }
  /// One of a few.
  template <class T>
  [[nodiscard]] T one_of(std::initializer_list<T> values) {
    return values.begin()[byte() % values.size()];
  }
  /// How many bytes a slow source gives at once: from one to a few thousand.
  [[nodiscard]] std::size_t window_step() {
    return one_of<std::size_t>({1, 2, 3, 7, 16, 61, 256, 4'093});
  }
  /// So many bytes, or as many as there are.
  [[nodiscard]] Bytes take(std::size_t count) {
    const Bytes taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  [[nodiscard]] Bytes rest() const { return rest_; }

 private:
  Bytes rest_;
};

/// All that a feed says of its input.
struct Account {
  std::vector<Event> events;
  FeedCounters counters;
  std::optional<Damage> damage;
  std::vector<std::string> warnings;
  bool complete = false;
  u64 last_sequence = 0;
};

/// The same memory for every poll of a run: to enter new pages for each input would be most of it.
[[nodiscard]] std::span<Event> room_for_events(u32 room);

/// Of what is checked elsewhere too, and costs more than all the rest: an eighth of the inputs has
/// it, always the same ones.
[[nodiscard]] bool is_one_in_eight(Bytes input);

/// Polls the feed to its end, with room for `room` events a poll, at least kMinPollBuffer. A feed
/// that ends in no `most_polls` polls breaks a rule: each of them takes something.
[[nodiscard]] Account read_to_end(RecordedFeed& feed, std::size_t most_polls,
                                  u32 room = kMinPollBuffer);

/// As require(), and says where they part.
void require_same_events(std::span<const Event> a, std::span<const Event> b, const char* rule);

/// How an input is cut into windows changes nothing of what is read.
void require_same(const Account& whole, const Account& in_pieces);

/// Events of one channel, in their order: numbers and times are what engine/core/event.hpp
/// promises.
void require_orderly(const Account& account);

/// The fast books, event by event and by batches, equal the reference books; and every event read
/// was applied, or counted as what else became of it.
void require_books_agree(std::span<const Event> events);

/// All of the above of one input: `whole` is what was read from it in one window.
void require_sound(const Account& whole, const Account& in_pieces);

}  // namespace tapedeck::fuzz
