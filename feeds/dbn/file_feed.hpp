// Reads DBN files, one after another, as one channel.
//
// Threads and polling: see engine/core/recording.hpp. DBN has no closing record. A file counts as
// complete if it ends between two records. If its metadata states a number of records, the file
// must also have this number. A poll ends before a record of a snapshot that follows other records,
// and before another record that follows a snapshot.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/core/recording.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/common/symbol_selection.hpp"
#include "feeds/dbn/decoder.hpp"

namespace tapedeck::feeds::dbn {

class FileFeed final : public RecordedFeed {
 public:
  /// `files` has at least one file. `observer`, if not null, receives the records, and must outlive
  /// the feed.
  explicit FileFeed(std::vector<std::unique_ptr<ByteSource>> files, SymbolSelection symbols = {},
                    MessageObserver* observer = nullptr);

  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  [[nodiscard]] FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return damage_; }
  [[nodiscard]] bool said_complete() const override { return ended_ && all_there_; }
  [[nodiscard]] std::string expected_end() const override;
  [[nodiscard]] bool restoring() const override { return restoring_; }
  [[nodiscard]] std::string bookless_schema() const override {
    return has_order_schema_ ? std::string{} : schema_;
  }
  [[nodiscard]] bool is_empty_but_whole() const override {
    return complete() && counters_.messages == 0;
  }
  [[nodiscard]] Sequence last_sequence() const override { return decoder_.last_sequence(); }
  [[nodiscard]] ReadProgress progress() const override;
  [[nodiscard]] std::vector<std::string> warnings() const override { return decoder_.warnings(); }

 private:
  struct Beginning {
    bool was_read = false;
    std::optional<Metadata> metadata;
    std::optional<Damage> damage;
  };

  void read_beginnings();
  [[nodiscard]] bool start_file();
  u32 decode_window(EventBuffer& out, u32 budget, Nanos now);
  [[nodiscard]] bool fits_poll(Bytes record, bool has_events);
  bool refill(bool only_now);
  void next_file();
  void break_off(std::string found, std::string expected, std::string hint);
  void break_off_at(Bytes record);

  std::vector<std::unique_ptr<ByteSource>> files_;
  std::vector<Beginning> beginnings_;  // by file; empty if no names are needed ahead
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
  u64 missing_from_ = 0;    // the number of records that the first incomplete file should have
  u32 poll_began_ = 0;      // events that the buffer had before the poll
  bool restoring_ = false;  // the newest poll's records are those of a snapshot
  bool poll_over_ = false;  // the next record belongs to another poll
  std::string schema_;      // of the first file with another schema than that of orders
  bool has_order_schema_ = false;
};

}  // namespace tapedeck::feeds::dbn
