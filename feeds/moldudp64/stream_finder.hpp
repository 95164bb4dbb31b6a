// Finds the streams in a set of MoldUDP64 packets that were sent to several destinations, such as
// those of a capture. One thread.
//
// A member is one session at one destination. Members are one stream in two cases:
// 1. Sessions that follow each other at one destination. Sessions that alternate are two streams.
// 2. The same session at two destinations, if these are lines, which carry the same messages: the
//    first kMostCompared numbers that came on both are compared. If all are equal, or only some,
//    the destinations are lines; if none is equal, they are two streams that have the same session
//    name by chance. If no number could be compared, they are lines only if they complement each
//    other, as a retransmission does: no number came on both, and their ranges meet.
// Destinations that the user has grouped are lines without comparison, and others are not read.
//
// A member has messages. Heartbeats belong to the stream that has their session; heartbeats of a
// session without messages are a stream only if there is no other.
//
// Memory is bounded: kMostMembers members, each with a fixed number of messages to compare (the
// first kMostFar members with messages of longer ago) and with at most kMostRanges ranges.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "feeds/common/destination.hpp"
#include "feeds/moldudp64/packet.hpp"

namespace tapedeck::feeds::moldudp64 {

inline constexpr std::size_t kMostMembers = 256;
inline constexpr u32 kMostCompared = 8;

struct StreamMember {
  Destination destination;
  SessionName session{};

  friend bool operator==(const StreamMember&, const StreamMember&) = default;
  friend bool operator<(const StreamMember& a, const StreamMember& b) {
    return std::tie(a.destination, a.session) < std::tie(b.destination, b.session);
  }
};

struct FoundStream {
  std::vector<StreamMember> members;  // in the order of their first packets
  u64 packets = 0;
  u64 first = 0, last = 0;          // numbers of the last session; 0: the packets have none
  u64 gaps = 0, missing = 0;        // numbers in no member's packets, over all sessions
  bool has_copies = false;          // there are lines, or a number came twice
  u32 compared = 0, different = 0;  // numbers that came on two lines

  /// Returns the destinations, each once.
  [[nodiscard]] std::vector<Destination> destinations() const;
  [[nodiscard]] bool has(const StreamMember& member) const;
};

/// Returns a line for people: destinations, sessions, packets, numbers and gaps.
[[nodiscard]] std::string text_of(const FoundStream& stream);

class StreamFinder {
 public:
  using Groups = std::vector<std::vector<Destination>>;
  explicit StreamFinder(Groups groups = {}) : groups_(std::move(groups)) {}

  /// Notes a packet for which is_packet() is true and has found `ends`.
  void note(const Destination& destination, Bytes payload, std::span<const u32> ends);
  /// Returns the streams in the order of their first packets.
  [[nodiscard]] std::vector<FoundStream> streams() const;
  /// Returns true if all packets that were noted are of this stream, and none had to be passed
  /// over.
  [[nodiscard]] bool all_are_of(const FoundStream& stream) const {
    return stream.packets == packets_;
  }

 private:
  static constexpr std::size_t kMostFar = 16;
  static constexpr std::size_t kRecentFar = 262'144;  // 4,096 packets of 64 messages
  static constexpr std::size_t kRecent = 8'192;
  static constexpr std::size_t kMostRanges = 65'536;
  static constexpr std::size_t kMostHeartbeats = 4'096;  // sessions at destinations
  using Ranges = std::map<u64, u64>;                     // first number, number after the last

  struct Recent {
    u64 number, hash;
  };
  struct Member {
    StreamMember id;
    u64 packets = 0;
    std::optional<std::size_t> follows;  // the member that it replaces at its destination
    std::vector<Recent> recent;          // by number modulo its size
    Ranges ranges;
    bool ranges_are_whole = true;
    bool has_copies = false;
  };
  struct Compared {
    std::array<u64, kMostCompared> numbers{};
    u32 count = 0, different = 0;
  };
  struct Heartbeats {
    u64 packets = 0, next = 0;  // the highest number that was to come next
  };

  void note_heartbeat(const StreamMember& id, u64 next);
  [[nodiscard]] std::optional<std::size_t> member_of(const StreamMember& id);
  void note_session(std::size_t member, bool is_new);
  void note_message(std::size_t member, u64 number, Bytes message);
  void compare(std::size_t member, std::size_t other, u64 number, bool equal);
  static void add_range(Member& member, u64 first, u64 end);
  [[nodiscard]] bool are_lines(std::size_t a, std::size_t b) const;
  [[nodiscard]] static bool complement(const Member& a, const Member& b);
  [[nodiscard]] std::optional<std::size_t> group_of(const Destination& destination) const;
  void describe(FoundStream& stream, const std::vector<std::size_t>& members) const;
  void describe_numbers(FoundStream& stream, const std::vector<std::size_t>& members) const;
  void add_heartbeats(std::vector<FoundStream>& streams) const;

  Groups groups_;
  std::vector<Member> members_;
  std::map<StreamMember, std::size_t> by_id_;
  std::map<Destination, std::size_t> newest_;  // the member of the newest packet with messages
  std::map<std::pair<std::size_t, std::size_t>, Compared> compared_;
  std::map<StreamMember, Heartbeats> heartbeats_;
  u64 packets_ = 0;  // noted or passed over
};

}  // namespace tapedeck::feeds::moldudp64
