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
  text += ", " + counted(stream.packets, "packet");
  if (stream.first == 0) return text + " without numbers";
  text += ", numbers " + grouped(stream.first) + " to " + grouped(stream.last) + ", " +
          counted(stream.gaps, "gap");
  if (stream.missing > 0) text += " of " + counted(stream.missing, "message");
  if (stream.different > 0) {
    text += "; of " + counted(stream.compared, "message") + " that came on two lines, " +
            counted(stream.different, "differs", "differ");
  }
  return text;
}

void StreamFinder::note(const Destination& destination, Bytes payload, std::span<const u32> ends) {
  auto header = parse_header(payload);
  assert(header && "only packets are noted");
  ++packets_;
  if (!groups_.empty() && !group_of(destination)) return;
  pad_with_blanks(header->session);
  StreamMember id{destination, header->session};
  if (header->messages() == 0) return note_heartbeat(id, header->sequence);
  const auto newest = newest_.find(destination);
  // Without a session of its own a packet belongs to the one at its destination.
  if (!header->sequenced() && newest != newest_.end()) id = members_[newest->second].id;
  const bool is_newest = newest != newest_.end() && members_[newest->second].id == id;
  const std::size_t before = members_.size();
  const auto at = is_newest ? std::optional{newest->second} : member_of(id);
  if (!at) return;  // too many members: the packet will be counted as left out
  ++members_[*at].packets;
  if (!is_newest) note_session(*at, members_.size() > before);
  if (!header->sequenced() || header->sequence > kMaxSequence) return;
  const Bytes blocks = payload.subspan(kHeaderBytes);
  const std::size_t count = std::min<std::size_t>(ends.size(), header->messages());
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t begin = k == 0 ? 0 : ends[k - 1];
    note_message(*at, header->sequence + k, blocks.subspan(begin, ends[k] - begin));
  }
  if (count > 0) add_range(members_[*at], header->sequence, header->sequence + count);
}

void StreamFinder::note_heartbeat(const StreamMember& id, u64 next) {
  if (heartbeats_.size() == kMostHeartbeats && !heartbeats_.contains(id)) return;
  Heartbeats& noted = heartbeats_[id];
  ++noted.packets;
  noted.next = std::max(noted.next, next);
}

std::optional<std::size_t> StreamFinder::member_of(const StreamMember& id) {
  if (const auto known = by_id_.find(id); known != by_id_.end()) return known->second;
  if (members_.size() == kMostMembers) return {};
  const std::size_t at = members_.size();
  members_.emplace_back().id = id;
  by_id_.emplace(id, at);
  return at;
}

// Notes which sessions follow each other, or alternate, at one destination.
void StreamFinder::note_session(std::size_t at, bool is_new) {
  const auto [newest, is_first] = newest_.try_emplace(members_[at].id.destination, at);
  const std::size_t before = std::exchange(newest->second, at);
  if (is_first) return;
  if (is_new) {
    members_[at].follows = before;
    return;
  }
  // It came back: those that followed it alternate with it.
  for (Member& other : members_) {
    if (other.follows == at) other.follows.reset();
  }
}

void StreamFinder::note_message(std::size_t at, u64 number, Bytes message) {
  Member& member = members_[at];
  if (member.recent.empty()) member.recent.resize(at < kMostFar ? kRecentFar : kRecent);
  const u64 hash = hash_of(message);
  for (std::size_t other = 0; members_.size() > 1 && other < members_.size(); ++other) {
    const Member& peer = members_[other];
    if (other == at || peer.id.session != member.id.session || peer.recent.empty()) continue;
    const Recent& theirs = peer.recent[number % peer.recent.size()];
    if (theirs.number == number) compare(at, other, number, theirs.hash == hash);
  }
  member.recent[number % member.recent.size()] = {number, hash};
}

void StreamFinder::compare(std::size_t at, std::size_t other, u64 number, bool equal) {
  Compared& pair = compared_[std::minmax(at, other)];
  const auto known = pair.numbers.begin() + pair.count;
  if (pair.count == kMostCompared || std::find(pair.numbers.begin(), known, number) != known) {
    return;
  }
  pair.numbers[pair.count++] = number;
  pair.different += equal ? 0U : 1U;
}

// Adds the numbers [first, end), which mostly continue the newest range.
void StreamFinder::add_range(Member& member, u64 first, u64 end) {
  Ranges& ranges = member.ranges;
  auto at = ranges.upper_bound(first);
  if (at != ranges.begin() && std::prev(at)->second >= first) {
    --at;
    member.has_copies |= at->second > first;
    end = std::max(end, at->second);
  } else {
    if (ranges.size() == kMostRanges) {
      member.ranges_are_whole = false;
      member.has_copies = true;  // for all that is known
      return;
    }
    at = ranges.emplace_hint(at, first, end);
  }
  at->second = end;
  for (auto next = std::next(at); next != ranges.end() && next->first <= end;) {
    member.has_copies |= next->first < end;
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
  if (pair != compared_.end()) return pair->second.different < pair->second.count;
  return complement(members_[a], members_[b]);
}

bool StreamFinder::complement(const Member& a, const Member& b) {
  if (a.ranges.empty() || b.ranges.empty()) return false;
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
  add_heartbeats(found);
  return found;
}

// Adds to the streams the destinations at which only their heartbeats came.
void StreamFinder::add_heartbeats(std::vector<FoundStream>& streams) const {
  const bool are_streams = streams.empty();
  for (const auto& [id, noted] : heartbeats_) {
    if (by_id_.contains(id)) continue;
    const auto has_session = [&session = id.session](const FoundStream& stream) {
      return std::ranges::find(stream.members, session, &StreamMember::session) !=
             stream.members.end();
    };
    const auto found = std::ranges::find_if(streams, has_session);
    if (found != streams.end() && std::ranges::count_if(streams, has_session) == 1) {
      found->members.push_back(id);
      found->packets += noted.packets;
    } else if (are_streams && streams.size() < kMostMembers) {
      FoundStream& stream = streams.emplace_back();
      stream.members.push_back(id);
      stream.packets = noted.packets;
    }
  }
}

void StreamFinder::describe(FoundStream& stream, const std::vector<std::size_t>& members) const {
  for (const std::size_t at : members) {
    const Member& member = members_[at];
    stream.members.push_back(member.id);
    stream.packets += member.packets;
    stream.has_copies |= member.has_copies;
    const auto heartbeats = heartbeats_.find(member.id);
    if (heartbeats != heartbeats_.end()) stream.packets += heartbeats->second.packets;
    for (const std::size_t other : members) {
      const auto pair = compared_.find({at, other});
      if (pair == compared_.end()) continue;
      stream.compared += pair->second.count;
      stream.different += pair->second.different;
    }
  }
  for (const std::size_t first : members) {
    std::vector<std::size_t> of_session;
    for (const std::size_t at : members) {
      if (members_[at].id.session == members_[first].id.session) of_session.push_back(at);
    }
    stream.has_copies |= of_session.size() > 1;
    if (of_session.front() == first) describe_numbers(stream, of_session);
  }
}

// Adds what is known of the numbers of one session.
void StreamFinder::describe_numbers(FoundStream& stream,
                                    const std::vector<std::size_t>& members) const {
  Member all;
  for (const std::size_t at : members) {
    for (const auto& [from, end] : members_[at].ranges) add_range(all, from, end);
  }
  if (all.ranges.empty()) return;
  u64 next = 0;  // by the heartbeats' word
  for (const auto& [id, noted] : heartbeats_) {
    if (id.session == members_[members.front()].id.session) next = std::max(next, noted.next);
  }
  stream.first = all.ranges.begin()->first;
  stream.last = all.ranges.rbegin()->second - 1;
  stream.gaps += all.ranges.size() - 1;
  u64 there = 0;
  for (const auto& [from, end] : all.ranges) there += end - from;
  stream.missing += stream.last - stream.first + 1 - there;
  if (next <= stream.last + 1) return;
  stream.gaps += 1;
  stream.missing += next - stream.last - 1;
}

}  // namespace tapedeck::feeds::moldudp64
