#include "feeds/moldudp64/stream_finder.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <numeric>
#include <utility>

#include "engine/core/units.hpp"

namespace tapedeck::feeds::moldudp64 {
namespace {

u64 hash_of(Bytes bytes) {
  constexpr u64 kMultiplier = 0x9E37'79B9'7F4A'7C15;
  u64 hash = bytes.size() + 1;
  while (!bytes.empty()) {
    u64 word = 0;
    const std::size_t taken = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), taken);
    hash = (hash ^ word) * kMultiplier;
    hash ^= hash >> 32;
    bytes = bytes.subspan(taken);
  }
  return hash;
}

}  // namespace

std::vector<Destination> FoundStream::destinations() const {
  std::vector<Destination> all;
  for (const StreamMember& member : members) {
    if (std::ranges::find(all, member.destination) == all.end()) all.push_back(member.destination);
  }
  return all;
}

bool FoundStream::has(const StreamMember& member) const {
  return std::ranges::find(members, member) != members.end();
}

std::string text_of(const FoundStream& stream) {
  if (stream.members.empty()) return {};
  std::string text;
  for (const Destination& destination : stream.destinations()) {
    text += (text.empty() ? "" : " and ") + feeds::text_of(destination);
  }
  std::vector<SessionName> sessions;
  for (const StreamMember& member : stream.members) {
    if (std::ranges::find(sessions, member.session) != sessions.end()) continue;
    sessions.push_back(member.session);
    if (member.session != SessionName{}) text += ", session " + text_of(member.session);
  }
  text += ", " + grouped(stream.packets) + (stream.packets == 1 ? " packet" : " packets");
  if (stream.first == 0) return text + " without numbers";
  text += ", numbers " + grouped(stream.first) + " to " + grouped(stream.last) + ", " +
          grouped(stream.gaps) + (stream.gaps == 1 ? " gap" : " gaps");
  if (stream.missing > 0) text += " of " + grouped(stream.missing) + " messages";
  if (stream.different > 0) {
    text += "; of " + grouped(stream.compared) + " messages that came on two lines, " +
            grouped(stream.different) + " differ";
  }
  return text;
}

void StreamFinder::note(const Destination& destination, Bytes payload) {
  auto header = parse_header(payload);
  assert(header && "only packets are noted");
  if (!groups_.empty() && !group_of(destination)) return;
  pad_with_blanks(header->session);
  StreamMember id{destination, header->session};
  if (!header->sequenced()) {
    // Without a session of its own it belongs to the one at its destination.
    const auto newest = newest_.find(destination);
    if (newest != newest_.end()) id = members_[newest->second].id;
  }
  const auto at = member_of(id);
  if (!at) {
    ++left_out_;
    return;
  }
  ++members_[*at].packets;
  if (header->messages() == 0) return;
  note_session(*at);
  if (!header->sequenced() || header->sequence > kMaxSequence) return;
  Bytes rest = payload.subspan(kHeaderBytes);
  u64 number = header->sequence;
  for (u16 i = 0; i < header->messages(); ++i) {
    const Block block = take_block(rest);
    if (!block.whole) break;
    note_message(*at, number++, block.message);
  }
  if (number > header->sequence) add_range(members_[*at], header->sequence, number);
}

std::optional<std::size_t> StreamFinder::member_of(const StreamMember& id) {
  if (const auto known = by_id_.find(id); known != by_id_.end()) return known->second;
  if (members_.size() == kMostMembers) return {};
  const std::size_t at = members_.size();
  members_.emplace_back().id = id;
  by_id_.emplace(id, at);
  return at;
}

// Notes that a packet with messages came, and with it which sessions follow or alternate.
void StreamFinder::note_session(std::size_t at) {
  const auto [newest, is_first] = newest_.try_emplace(members_[at].id.destination, at);
  Member& member = members_[at];
  const std::size_t before = std::exchange(newest->second, at);
  if (!is_first && before != at) {
    if (!member.has_messages) {
      member.follows = before;
    } else {
      // It came back: those that followed it alternate with it.
      for (Member& other : members_) {
        if (other.follows == at) other.follows.reset();
      }
    }
  }
  member.has_messages = true;
}

void StreamFinder::note_message(std::size_t at, u64 number, Bytes message) {
  Member& member = members_[at];
  if (member.recent.empty()) member.recent.resize(kRecent);
  const u64 hash = hash_of(message);
  for (std::size_t other = 0; other < members_.size(); ++other) {
    const Member& peer = members_[other];
    if (other == at || peer.id.session != member.id.session || peer.recent.empty()) continue;
    const Recent& theirs = peer.recent[number % kRecent];
    if (theirs.number != number) continue;
    Compared& pair = compared_[std::minmax(at, other)];
    if (pair.numbers == kMostCompared) continue;
    ++pair.numbers;
    pair.different += theirs.hash == hash ? 0U : 1U;
  }
  member.recent[number % kRecent] = {number, hash};
}

// Adds the numbers [first, end), which mostly continue the newest range.
void StreamFinder::add_range(Member& member, u64 first, u64 end) {
  Ranges& ranges = member.ranges;
  auto at = ranges.upper_bound(first);
  if (at != ranges.begin() && std::prev(at)->second >= first) {
    --at;
    end = std::max(end, at->second);
  } else {
    if (ranges.size() == kMostRanges) {
      member.ranges_are_whole = false;
      return;
    }
    at = ranges.emplace_hint(at, first, end);
  }
  at->second = end;
  for (auto next = std::next(at); next != ranges.end() && next->first <= end;) {
    at->second = std::max(at->second, next->second);
    next = ranges.erase(next);
  }
}

std::optional<std::size_t> StreamFinder::group_of(const Destination& destination) const {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    if (std::ranges::find(groups_[i], destination) != groups_[i].end()) return i;
  }
  return {};
}

bool StreamFinder::are_lines(std::size_t a, std::size_t b) const {
  const StreamMember& one = members_[a].id;
  const StreamMember& other = members_[b].id;
  if (one.session != other.session || one.session == SessionName{}) return false;
  if (!groups_.empty()) return group_of(one.destination) == group_of(other.destination);
  const auto pair = compared_.find({a, b});
  if (pair != compared_.end()) return pair->second.different < pair->second.numbers;
  return complement(members_[a], members_[b]);
}

bool StreamFinder::complement(const Member& a, const Member& b) const {
  if (a.ranges.empty() || b.ranges.empty()) return true;  // heartbeats only
  if (!a.ranges_are_whole || !b.ranges_are_whole) return false;
  const auto end_of = [](const Ranges& ranges) { return ranges.rbegin()->second; };
  const bool meet =
      a.ranges.begin()->first <= end_of(b.ranges) && b.ranges.begin()->first <= end_of(a.ranges);
  return meet && std::ranges::none_of(a.ranges, [&b](const auto& range) {
           const auto after = b.ranges.lower_bound(range.second);
           return after != b.ranges.begin() && std::prev(after)->second > range.first;
         });
}

std::vector<FoundStream> StreamFinder::streams() const {
  // The first member of each member's stream.
  std::vector<std::size_t> root(members_.size());
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto join = [&root](std::size_t a, std::size_t b) {
    const std::size_t to = std::min(root[a], root[b]);
    const std::size_t from = std::max(root[a], root[b]);
    for (std::size_t& one : root) one = one == from ? to : one;
  };
  for (std::size_t b = 0; b < members_.size(); ++b) {
    if (members_[b].follows) join(*members_[b].follows, b);
    for (std::size_t a = 0; a < b; ++a) {
      if (are_lines(a, b)) join(a, b);
    }
  }
  std::vector<FoundStream> found;
  for (std::size_t first = 0; first < members_.size(); ++first) {
    if (root[first] != first) continue;
    std::vector<std::size_t> members;
    for (std::size_t i = first; i < members_.size(); ++i) {
      if (root[i] == first) members.push_back(i);
    }
    describe(found.emplace_back(), members);
  }
  return found;
}

void StreamFinder::describe(FoundStream& stream, const std::vector<std::size_t>& members) const {
  Member all;
  const SessionName& last_session = members_[members.back()].id.session;
  for (const std::size_t at : members) {
    const Member& member = members_[at];
    stream.members.push_back(member.id);
    stream.packets += member.packets;
    for (const std::size_t other : members) {
      const auto pair = compared_.find({at, other});
      if (pair == compared_.end()) continue;
      stream.compared += pair->second.numbers;
      stream.different += pair->second.different;
    }
    if (member.id.session != last_session) continue;
    for (const auto& [from, end] : member.ranges) add_range(all, from, end);
  }
  if (all.ranges.empty()) return;
  stream.first = all.ranges.begin()->first;
  stream.last = all.ranges.rbegin()->second - 1;
  stream.gaps = all.ranges.size() - 1;
  u64 there = 0;
  for (const auto& [from, end] : all.ranges) there += end - from;
  stream.missing = stream.last - stream.first + 1 - there;
}

}  // namespace tapedeck::feeds::moldudp64
