// Reads DBN files, one after another, as one channel.
//
// Threads and polling: see engine/core/feed.hpp. DBN has no closing record. A file counts as
// complete if it ends between two records. If its metadata states a number of records, the file
// must also have this number.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/dbn/decoder.hpp"

namespace tapedeck::feeds::dbn {

class FileFeed final : public Feed {
 public:
  /// `files` has at least one file. `observer`, if not null, receives the records, and must outlive
  /// the feed.
  explicit FileFeed(std::vector<std::unique_ptr<ByteSource>> files,
                    std::unordered_set<std::string> symbols = {},
                    MessageObserver* observer = nullptr);

  [[nodiscard]] FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return damage_; }
  [[nodiscard]] bool said_complete() const override { return ended_ && all_there_; }
  [[nodiscard]] u64 last_sequence() const override { return decoder_.last_sequence(); }
  [[nodiscard]] u64 raw_bytes_read() const override;
  [[nodiscard]] u64 raw_bytes_total() const override;
  [[nodiscard]] std::vector<std::string> warnings() const override { return decoder_.warnings(); }

 private:
  [[nodiscard]] bool start_file();
  u32 decode_window(EventBuffer& out, u32 budget, Nanos now);
  bool refill(bool only_now);
  void next_file();
  void break_off(std::string found, std::string expected, std::string hint);
  void break_off_at(Bytes record);

  std::vector<std::unique_ptr<ByteSource>> files_;
  std::size_t current_ = 0;
  Decoder decoder_;
  FeedCounters& counters_;
  MessageObserver* observer_;
  std::optional<u64> expected_records_;  // stated in the current file's metadata
  u64 messages_before_ = 0;              // messages of the earlier files
  std::optional<Damage> damage_;
  bool started_ = false;  // the current file's metadata have been read
  bool ended_ = false;
  bool all_there_ = true;
};

}  // namespace tapedeck::feeds::dbn
