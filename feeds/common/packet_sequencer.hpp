// Puts the packets of one numbered stream in order: says which packet is delivered, which is held
// until the packets before it come, and which numbers are given up as lost. Knows numbers only, not
// what the messages mean. Any number of lines (copies of the stream) may be offered mixed. One
// thread. Reads no clock: the caller passes the time, of a capture or of the network.
//
// Messages are numbered from 1. A packet covers the numbers [first, first + count). Each number is
// in exactly one of these states:
//   delivered | waited for (a gap) | given up | after all numbers known so far
// 1. Numbers are delivered once, in ascending order.
// 2. A gap is given up when `wait` has passed since a later packet came or was said to have been
//    sent, and since the newest packet that came in order; or when the held packets exceed
//    `packets` or `bytes`. A copy that comes earlier fills the gap. (A damaged number far ahead
//    thus ends nothing while the stream goes on.)
// 3. The gap before the first delivered packet is the stream's beginning. In a stream that was
//    joined late it is not a loss: the reader was not there.
// 4. The first copy of a number is used. A number that comes again is a duplicate. If its bytes
// differ from those delivered or held, it
//    is also conflicting; only the newest `history` packets are compared. A number that comes after
//    it was given up is late. The first of these copies is late, the next ones are duplicates.
// Memory is bounded by the limits, whatever is offered. A packet in order is copied into a buffer
// of fixed size; memory is allocated only for packets that are held.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"

namespace tapedeck::feeds {

/// A packet's numbers and bytes. Message k (from 0) is bytes [ends[k-1], ends[k]), and has the
/// number first + k. The caller owns the bytes.
struct NumberedPacket {
  u64 first = 0;
  std::span<const u32> ends;
  Bytes bytes;

  [[nodiscard]] u64 count() const { return ends.size(); }
  [[nodiscard]] u64 end() const { return first + count(); }
  [[nodiscard]] Bytes message(std::size_t k) const {
    const std::size_t begin = k == 0 ? 0 : ends[k - 1];
    return bytes.subspan(begin, ends[k] - begin);
  }
};

struct SequencerLimits {
  u32 packets = 4'096;                        // held at most
  std::size_t bytes = std::size_t{64} << 20;  // held at most
  bool remembers = true;        // what was delivered, to compare copies with; false: there are none
  Nanos wait{kNanosPerSecond};  // for a gap, after the last progress
};

struct SequencerCounts {
  u64 gaps = 0;         // given up
  u64 lost = 0;         // numbers in them; saturates
  u64 duplicates = 0;   // numbers that came again
  u64 conflicting = 0;  // of the duplicates, with other bytes
  u64 late = 0;         // numbers that came after they were given up
};

class PacketSequencer {
 public:
  /// The highest number that a packet may begin with. Beyond it, numbers could exceed 64 bits.
  static constexpr u64 kMaxFirst = ~u64{0} - 0xFFFF;

  enum class Start : u8 {
    joined,  // the stream may have begun before its first packet
    begun    // the reader was there when the stream began
  };
  explicit PacketSequencer(Start start = Start::joined, SequencerLimits limits = {});

  /// A number that is farther ahead than this, in a stream that has begun, is damaged: no day has
  /// as many messages.
  static constexpr u64 kMostAhead = u64{1} << 32;

  enum class Verdict : u8 { deliver, held, dropped, damaged };
  struct Offered {
    Verdict verdict;
    u32 skip = 0;  // to deliver: leading messages that were delivered before
  };
  /// Takes a packet that has come. With `deliver`, the caller delivers the packet's messages after
  /// the first `skip` now, and then asks next(). `packet.first` is from 1 to kMaxFirst, and the
  /// packet has at most 65,535 messages.
  [[nodiscard]] Offered offer(const NumberedPacket& packet, Nanos now);
  /// Notes that the sender has sent all numbers before `next`, as a heartbeat says. Returns false
  /// if the number is damaged.
  bool claim(u64 next, Nanos now);
  /// Counts a packet of the stream before the last restart().
  void count_straggler(u64 first, u64 count);

  enum class Due : u8 {
    nothing,
    packet,  // deliver held()
    gap,     // the numbers from first() to last() are given up
    joined   // the stream was joined at last() + 1; first() is 1
  };
  /// Returns what is due at time `now`, after every offer() and claim() until nothing is due. The
  /// held packet stays valid until the next call of a function that is not const.
  [[nodiscard]] Due next(Nanos now);
  /// Forgets the stream for another one. Keeps the counts.
  void restart(Start start);
  /// Gives up all gaps, at the end of the stream: next() then returns all that is left.
  void finish() { finishing_ = true; }

  [[nodiscard]] NumberedPacket held() const;
  [[nodiscard]] u64 first() const { return gap_first_; }
  [[nodiscard]] u64 last() const { return gap_last_; }

  /// Returns true if packets are held or numbers are known to be missing.
  [[nodiscard]] bool waits() const { return !held_.empty() || claimed_ > expected_; }
  /// Returns the next number to deliver.
  [[nodiscard]] u64 expected() const { return expected_; }
  /// Returns false until a packet was delivered or a gap was given up.
  [[nodiscard]] bool has_begun() const { return has_begun_; }
  [[nodiscard]] const SequencerCounts& counts() const { return counts_; }

 private:
  struct HeldPacket {
    std::vector<u32> ends;
    std::vector<std::byte> bytes;
    Nanos since;
    [[nodiscard]] NumberedPacket view(u64 first) const { return {first, ends, bytes}; }
  };
  // The newest delivered packets, in a ring of fixed size.
  class History {
   public:
    History();
    void add(const NumberedPacket& packet);
    /// Returns the packet that delivered `number`, or nothing.
    [[nodiscard]] std::optional<NumberedPacket> find(u64 number) const;
    void clear() { begin_ = end_ = write_ = 0; }

   private:
    static constexpr std::size_t kHistoryPackets = 4'096;
    struct Slot {
      u64 first;
      u32 count, size, offset;
    };
    [[nodiscard]] const Slot& slot(std::size_t at) const { return slots_[at % kHistoryPackets]; }
    std::vector<Slot> slots_;
    std::vector<u32> buffer_;          // each packet: its ends, then its bytes
    std::size_t begin_ = 0, end_ = 0;  // numbers of the oldest slot and after the newest
    std::size_t write_ = 0;            // index in buffer_
  };

  void hold(const NumberedPacket& packet, Nanos now);
  void hold_run(const NumberedPacket& packet, std::size_t begin, std::size_t end, Nanos now);
  void take_again(const NumberedPacket& packet, u64 count);
  void note_lost(u64 first, u64 last);
  [[nodiscard]] static bool take_late(std::map<u64, u64>& given_up, u64 number);
  [[nodiscard]] bool must_give_up(Nanos now);
  [[nodiscard]] Due give_up();

  SequencerLimits limits_;
  SequencerCounts counts_;
  u64 expected_ = 1;
  u64 claimed_ = 1;  // all numbers before it were sent
  Nanos claimed_since_{0};
  Nanos progress_ = kBeginningOfTime;  // when a packet came that was delivered at once
  bool has_begun_ = false;
  bool joining_;
  bool finishing_ = false;

  std::map<u64, HeldPacket> held_;  // by first number; no two have a number in common
  std::size_t held_bytes_ = 0;
  HeldPacket due_;  // the held packet that next() returned
  u64 due_first_ = 0;
  u64 gap_first_ = 0, gap_last_ = 0;

  // Ranges that were given up, first to last, without the numbers that came late since.
  std::map<u64, u64> given_up_;
  std::map<u64, u64> given_up_before_;  // of the stream before the last restart()
  u64 expected_before_ = 1;
  History history_;
};

}  // namespace tapedeck::feeds
