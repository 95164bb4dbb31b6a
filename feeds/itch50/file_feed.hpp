// Reads ITCH 5.0 day files as Nasdaq publishes them (BinaryFILE: a 16-bit big-endian length before
// each message), or as a client of its TCP feed stores them (SoupBinTCP packets), one after
// another, as one channel.
//
// engine/core/recording.hpp states the rules for threads and polling. A file ends normally after a
// whole message, or with a zero length in its last two bytes. Any other violation of the framing is
// damage, and ends the channel. Of SoupBinTCP packets, those with sequenced data are messages,
// which soup_session.hpp numbers; the packet that ends the session says that the file is complete.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/core/recording.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/common/symbol_selection.hpp"
#include "feeds/itch50/decoder.hpp"
#include "feeds/itch50/soup_session.hpp"

namespace tapedeck::itch50 {

enum class Framing : u8 {
  length,  // the 16-bit lengths determine where messages begin
  type,    // lengths are ignored (some writers leave them zero); the type gives the message's size
  soup     // each message is in a SoupBinTCP packet
};

/// One file of a channel and the midnight (see eastern_midnight) that its times count from.
struct DayFile {
  std::unique_ptr<feeds::ByteSource> source;
  Nanos midnight;
  std::optional<Framing> framing = {};  // nothing: that of the feed
};

class FileFeed final : public RecordedFeed {
 public:
  /// `files` has at least one file. `observer`, if any, must outlive the feed.
  FileFeed(std::vector<DayFile> files, Framing framing, feeds::SymbolSelection symbols = {},
           feeds::MessageObserver* observer = nullptr);

  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return damage_; }
  [[nodiscard]] bool said_complete() const override { return ended_ && complete_; }
  [[nodiscard]] std::string expected_end() const override {
    return "its closing message (system event C)";
  }
  /// Returns the number within SoupBinTCP's session, if there is one.
  [[nodiscard]] Sequence last_sequence() const override {
    return session_.last_number().value_or(counters_.messages);
  }
  [[nodiscard]] ReadProgress progress() const override;
  [[nodiscard]] std::vector<std::string> warnings() const override { return session_.warnings(); }

 private:
  enum class Framed : u8 { message, need_more, end_mark, broken };

  template <bool kPlain>
  u32 decode_window(EventBuffer& out, u32 budget, Nanos now);
  static Framed frame(Framing framing, Bytes rest, std::size_t& length);
  u32 decode_packets(EventBuffer& out, u32 budget, Nanos now);
  bool take_packet(const SoupPacket& packet, EventBuffer& out, Nanos now);
  bool take_sequenced(Bytes message, EventBuffer& out, Nanos now);
  void take_login(Bytes payload, EventBuffer& out, Nanos now);
  bool refill(bool only_now);
  void next_file();
  void begin_day();
  void break_off(u64 at, std::string found, std::string expected, std::string hint);
  void break_off_short(Bytes rest, std::size_t length);
  void break_off_cut(Bytes rest);

  std::vector<DayFile> files_;
  std::size_t current_ = 0;
  Framing framing_;
  Decoder decoder_;
  FeedCounters& counters_;
  feeds::MessageObserver* observer_;
  bool plain_ = false;
  std::optional<Damage> damage_;
  bool ended_ = false;
  bool complete_ = true;  // every file so far said that it was complete
  SoupSession session_;
  Nanos last_exchange_time_{0};  // of the newest event of a SoupBinTCP packet
  bool session_ended_ = false;   // the newest packet but heartbeats was SoupBinTCP's end of session
};

/// Returns true if a file that begins with these bytes looks like ITCH 5.0 with `framing`. The
/// first message must have a known type and, for Framing::length, the length of that type. For
/// Framing::soup, see may_be_soup(). `beginning` must have at least three bytes or be the whole
/// file.
[[nodiscard]] bool looks_like_itch(Bytes beginning, Framing framing);

}  // namespace tapedeck::itch50
