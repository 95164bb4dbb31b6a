#include "feeds/common/packet_sequencer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>

namespace tapedeck::feeds {
namespace {

constexpr std::size_t kHistoryWords = std::size_t{512} << 10 >> 2;  // 512 KiB
// The ranges that late copies are told apart by. More of them only make late copies duplicates.
constexpr std::size_t kMostGivenUp = 4'096;

u64 saturating_add(u64 a, u64 b) {
  return b > std::numeric_limits<u64>::max() - a ? std::numeric_limits<u64>::max() : a + b;
}

bool same_bytes(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace

PacketSequencer::History::History() : slots_(kHistoryPackets), buffer_(kHistoryWords) {}

void PacketSequencer::History::add(const NumberedPacket& packet) {
  const std::size_t words = packet.ends.size() + (packet.bytes.size() + 3) / 4;
  if (words > buffer_.size() / 2) return;  // no packet of a network is so large
  if (write_ + words > buffer_.size()) {
    // What lies behind the newest packet was left by the round before.
    while (begin_ != end_ && slot(begin_).offset >= write_) ++begin_;
    write_ = 0;
  }
  // Packets in the part that is overwritten now are forgotten, the oldest first.
  const std::size_t until = write_ + words;
  while (begin_ != end_) {
    const bool overlaps = write_ <= slot(begin_).offset && slot(begin_).offset < until;
    if (!overlaps && end_ - begin_ < kHistoryPackets) break;
    ++begin_;
  }
  slots_[end_ % kHistoryPackets] = {packet.first, static_cast<u32>(packet.ends.size()),
                                    static_cast<u32>(packet.bytes.size()),
                                    static_cast<u32>(write_)};
  ++end_;
  std::memcpy(buffer_.data() + write_, packet.ends.data(), packet.ends.size_bytes());
  if (!packet.bytes.empty()) {
    std::memcpy(buffer_.data() + write_ + packet.ends.size(), packet.bytes.data(),
                packet.bytes.size());
  }
  write_ = until;
}

std::optional<NumberedPacket> PacketSequencer::History::find(u64 number) const {
  // Packets were delivered in ascending order. Finds the last packet that does not begin behind the
  // number.
  std::size_t low = begin_;
  std::size_t high = end_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (slot(middle).first <= number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == begin_) return {};
  const Slot& found = slot(low - 1);
  if (number >= found.first + found.count) return {};
  const u32* const at = buffer_.data() + found.offset;
  return NumberedPacket{found.first,
                        {at, found.count},
                        {reinterpret_cast<const std::byte*>(at + found.count), found.size}};
}

PacketSequencer::PacketSequencer(Start start, SequencerLimits limits)
    : limits_(limits), joining_(start == Start::joined) {}

PacketSequencer::Offered PacketSequencer::offer(const NumberedPacket& packet, Nanos now) {
  assert(packet.first >= 1 && packet.first <= kMaxFirst && packet.count() <= 0xFFFF);
  if (packet.count() == 0) return {claim(packet.first, now) ? Verdict::dropped : Verdict::damaged};
  if (!joining_ && packet.first > expected_ && packet.first - expected_ > kMostAhead) {
    return {Verdict::damaged};
  }
  const u64 seen =
      packet.first > expected_ ? 0 : std::min(expected_ - packet.first, packet.count());
  if (seen > 0) take_again(packet, seen);
  if (seen == packet.count()) return {Verdict::dropped};
  const bool meets_held = !held_.empty() && held_.begin()->first < packet.end();
  if (packet.first > expected_ || meets_held) {
    hold(packet, now);
    return {Verdict::held};
  }
  if (limits_.remembers) history_.add(packet);
  expected_ = packet.end();
  progress_ = now;
  has_begun_ = true;
  joining_ = false;
  return {Verdict::deliver, static_cast<u32>(seen)};
}

bool PacketSequencer::claim(u64 next, Nanos now) {
  if (!joining_ && next > expected_ && next - expected_ > kMostAhead) return false;
  if (next <= claimed_) return true;
  claimed_ = next;
  claimed_since_ = now;
  return true;
}

// Holds the messages that are neither delivered nor held, each run of them as a packet of its own.
void PacketSequencer::hold(const NumberedPacket& packet, Nanos now) {
  std::size_t begin = static_cast<std::size_t>(
      packet.first > expected_ ? 0 : std::min(expected_ - packet.first, packet.count()));
  for (std::size_t k = begin; k < packet.count(); ++k) {
    const u64 number = packet.first + k;
    const auto after = held_.upper_bound(number);
    if (after == held_.begin()) continue;
    const NumberedPacket before = std::prev(after)->second.view(std::prev(after)->first);
    if (number >= before.end()) continue;
    hold_run(packet, begin, k, now);
    begin = k + 1;
    ++counts_.duplicates;
    const Bytes there = before.message(static_cast<std::size_t>(number - before.first));
    counts_.conflicting += same_bytes(there, packet.message(k)) ? 0U : 1U;
  }
  hold_run(packet, begin, packet.count(), now);
}

void PacketSequencer::hold_run(const NumberedPacket& packet, std::size_t begin, std::size_t end,
                               Nanos now) {
  if (begin >= end) return;
  const u32 from = begin == 0 ? 0 : packet.ends[begin - 1];
  const Bytes bytes = packet.bytes.subspan(from, packet.ends[end - 1] - from);
  HeldPacket& held = held_[packet.first + begin];
  held.since = now;
  held.bytes.assign(bytes.begin(), bytes.end());
  for (std::size_t k = begin; k < end; ++k) held.ends.push_back(packet.ends[k] - from);
  held_bytes_ += bytes.size();
}

// Counts the packet's first `count` messages, all of numbers that were delivered or given up.
void PacketSequencer::take_again(const NumberedPacket& packet, u64 count) {
  for (u64 k = 0; k < count; ++k) {
    const u64 number = packet.first + k;
    if (!given_up_.empty() && take_late(given_up_, number)) {
      ++counts_.late;
      continue;
    }
    ++counts_.duplicates;
    const auto before = history_.find(number);
    if (!before) continue;
    const Bytes delivered = before->message(static_cast<std::size_t>(number - before->first));
    counts_.conflicting += same_bytes(delivered, packet.message(k)) ? 0U : 1U;
  }
}

void PacketSequencer::note_lost(u64 first, u64 last) {
  given_up_[first] = last;
  if (given_up_.size() > kMostGivenUp) given_up_.erase(given_up_.begin());
}

// Returns true if the number was given up and has not come since.
bool PacketSequencer::take_late(std::map<u64, u64>& given_up, u64 number) {
  auto at = given_up.upper_bound(number);
  if (at == given_up.begin()) return false;
  --at;
  const auto [first, last] = *at;
  if (number > last) return false;
  given_up.erase(at);
  if (first < number) given_up[first] = number - 1;
  if (number < last) given_up[number + 1] = last;
  return true;
}

void PacketSequencer::count_straggler(u64 first, u64 count) {
  for (u64 number = first; number < first + count; ++number) {
    const bool is_late = number >= expected_before_ || take_late(given_up_before_, number);
    ++(is_late ? counts_.late : counts_.duplicates);
  }
}

// True if the gap at the front is to be given up now.
bool PacketSequencer::must_give_up(Nanos now) {
  if (finishing_ || held_.size() > limits_.packets || held_bytes_ > limits_.bytes) return true;
  Nanos& seen = held_.empty() ? claimed_since_ : held_.begin()->second.since;
  // Where the clock steps back, waiting begins anew.
  if (seen > now) seen = now;
  if (progress_ > now) progress_ = now;
  const Nanos since = std::max(seen, progress_);
  return i128{now.value} - since.value >= limits_.wait.value;
}

PacketSequencer::Due PacketSequencer::next(Nanos now) {
  while (waits()) {
    if (!held_.empty() && held_.begin()->first == expected_) {
      auto node = held_.extract(held_.begin());
      due_ = std::move(node.mapped());
      due_first_ = node.key();
      held_bytes_ -= due_.bytes.size();
      const NumberedPacket packet = held();
      if (limits_.remembers) history_.add(packet);
      expected_ = packet.end();
      has_begun_ = true;
      joining_ = false;
      return Due::packet;
    }
    return must_give_up(now) ? give_up() : Due::nothing;
  }
  return Due::nothing;
}

void PacketSequencer::restart(Start start) {
  expected_before_ = expected_;
  given_up_before_ = std::exchange(given_up_, {});
  expected_ = claimed_ = 1;
  claimed_since_ = Nanos{0};
  progress_ = kBeginningOfTime;
  has_begun_ = finishing_ = false;
  joining_ = start == Start::joined;
  held_.clear();
  held_bytes_ = 0;
  history_.clear();
}

// Gives up the numbers from the expected one to the next that is held, or to the last that is known
// to have been sent.
PacketSequencer::Due PacketSequencer::give_up() {
  gap_first_ = expected_;
  expected_ = held_.empty() ? claimed_ : held_.begin()->first;
  gap_last_ = expected_ - 1;
  note_lost(gap_first_, gap_last_);
  has_begun_ = true;
  if (std::exchange(joining_, false)) return Due::joined;
  ++counts_.gaps;
  counts_.lost = saturating_add(counts_.lost, gap_last_ - gap_first_ + 1);
  return Due::gap;
}

NumberedPacket PacketSequencer::held() const {
  return due_.view(due_first_);
}

}  // namespace tapedeck::feeds
