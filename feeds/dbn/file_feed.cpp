#include "feeds/dbn/file_feed.hpp"

#include <utility>

#include "engine/core/units.hpp"

namespace tapedeck::feeds::dbn {
namespace {

std::size_t length_of(Bytes record) {
  return kLengthUnit * std::to_integer<std::size_t>(record[0]);
}

std::string record_name(Bytes record) {
  constexpr const char* kDigits = "0123456789abcdef";
  const auto type = std::to_integer<u8>(record[kTypeAt]);
  return std::string{"a record of type 0x"} + kDigits[type >> 4] + kDigits[type & 15];
}

}  // namespace

FileFeed::FileFeed(std::vector<std::unique_ptr<ByteSource>> files, SymbolSelection symbols,
                   MessageObserver* observer)
    : files_(std::move(files)),
      decoder_(std::move(symbols)),
      counters_(decoder_.counters()),
      observer_(observer) {}

FeedStatus FileFeed::poll(EventBuffer& out, Nanos now) {
  u32 taken = 0;
  poll_over_ = false;
  poll_began_ = out.size();
  if (decoder_.has_due()) {
    decoder_.rename_due(counters_.messages, now, out);
    if (decoder_.has_due()) return FeedStatus::ready;
  }
  while (!ended_ && taken < kMaxMessagesPerPoll && out.room() >= kMostEventsPerRecord) {
    if (!started_ && !start_file()) break;
    const u32 decoded = decode_window(out, kMaxMessagesPerPoll - taken, now);
    taken += decoded;
    // What was read is handed over before a pipe's writer is waited for.
    if (poll_over_ || (decoded == 0 && !ended_ && !refill(taken > 0))) break;
  }
  return ended_ ? FeedStatus::ended : FeedStatus::ready;
}

// Reads the metadata of all later files, so that the decoder keeps the orders of ids that only a
// later file gives a wanted name. Pipes are not read ahead, because their writers may wait for each
// other.
void FileFeed::read_beginnings() {
  beginnings_.resize(files_.size());
  for (std::size_t i = 1; i < files_.size(); ++i) {
    if (files_[i]->raw_bytes_total() == 0) continue;
    Beginning& beginning = beginnings_[i];
    beginning.was_read = true;
    beginning.metadata = read_metadata(*files_[i], beginning.damage);
    if (beginning.metadata) decoder_.foresee(*beginning.metadata, static_cast<u32>(i) + 1);
  }
}

bool FileFeed::start_file() {
  if (beginnings_.empty() && files_.size() > 1 && !decoder_.decodes_all()) read_beginnings();
  ByteSource& source = *files_[current_];
  std::optional<Metadata> metadata;
  if (current_ < beginnings_.size() && beginnings_[current_].was_read) {
    metadata = std::move(beginnings_[current_].metadata);
    damage_ = beginnings_[current_].damage;
  } else {
    metadata = read_metadata(source, damage_);
  }
  counters_.bytes += source.offset();
  if (!metadata) {
    ended_ = true;
    return false;
  }
  started_ = true;
  expected_records_ = metadata->records;
  messages_before_ = counters_.messages;
  if (metadata->schema == kOrderSchema) {
    has_order_schema_ = true;
  } else if (schema_.empty()) {
    schema_ = schema_name(metadata->schema);
  }
  decoder_.start_file(*std::move(metadata));
  return true;
}

// Decodes whole records from the front of the window and returns their number; 0 when the window
// holds less than one.
u32 FileFeed::decode_window(EventBuffer& out, u32 budget, Nanos now) {
  ByteSource& source = *files_[current_];
  Bytes rest = source.window();
  const std::size_t size = rest.size();
  u64 messages = counters_.messages;
  u32 taken = 0;
  bool broken = false;
  while (taken < budget && out.room() >= kMostEventsPerRecord && rest.size() >= kRecordHeader) {
    const std::size_t length = length_of(rest);
    broken = length < kRecordHeader;
    if (broken || rest.size() < length) break;
    const Bytes record = rest.first(length);
    poll_over_ = !fits_poll(record, out.size() > poll_began_);
    if (poll_over_) [[unlikely]]
      break;
    ++messages;
    ++taken;
    const Decoded decoded = observer_ == nullptr
                                ? decoder_.decode(record, messages, now, out)
                                : decode_observed(decoder_, *observer_, record, messages, now, out);
    broken = decoded == Decoded::too_short;
    if (broken) break;
    rest = rest.subspan(length);
    if (decoder_.has_due()) [[unlikely]] {
      decoder_.rename_due(messages, now, out);
      if (decoder_.has_due()) break;
    }
  }
  counters_.messages = messages;
  counters_.bytes += size - rest.size();
  source.consume(size - rest.size());
  if (broken) break_off_at(rest);
  return taken;
}

// Returns false if the record may not be in one poll with the events before it, because either only
// it or only they are of a snapshot. Records that are not about orders fit any poll.
bool FileFeed::fits_poll(Bytes record, bool has_events) {
  const bool is_order = record[kTypeAt] == std::byte{static_cast<u8>(RecordType::order)};
  if (!is_order || record.size() < OrderAt::kSize) return true;
  const bool of_snapshot = (std::to_integer<u8>(record[OrderAt::kFlags]) & kSnapshotFlag) != 0;
  if (of_snapshot != restoring_) [[unlikely]] {
    if (has_events) return false;
    restoring_ = of_snapshot;
  }
  return true;
}

// Called when the window holds less than a record: reads more of this file, goes to the next one,
// or ends the channel.
bool FileFeed::refill(bool only_now) {
  ByteSource& source = *files_[current_];
  switch (only_now ? source.fill_now() : source.fill()) {
    case Fill::later:
      return false;
    case Fill::more:
      return true;
    case Fill::damaged:
      damage_ = source.damage();
      ended_ = true;
      return false;
    case Fill::end:
      break;
  }
  const Bytes rest = source.window();
  if (rest.empty()) {
    next_file();
    return !ended_;
  }
  constexpr const char* kCut = "the file was cut; fetch it again";
  if (length_of(rest) < kRecordHeader) {
    break_off_at(rest);
  } else if (rest.size() <= kTypeAt) {
    break_off("the end of the file inside a record's header",
              grouped(kRecordHeader) + " bytes of it", kCut);
  } else {
    break_off("the end of the file " + counted(rest.size(), "byte") + " into " + record_name(rest),
              counted(length_of(rest), "byte"), kCut);
  }
  return false;
}

void FileFeed::next_file() {
  if (expected_records_ && counters_.messages - messages_before_ != *expected_records_) {
    if (std::exchange(all_there_, false)) missing_from_ = *expected_records_;
  }
  started_ = false;
  if (current_ + 1 == files_.size()) {
    ended_ = true;
  } else {
    ++current_;
  }
}

void FileFeed::break_off(std::string found, std::string expected, std::string hint) {
  damage_ = Damage{.file = files_[current_]->name(),
                   .offset = files_[current_]->offset(),
                   .found = std::move(found),
                   .expected = std::move(expected),
                   .hint = std::move(hint)};
  ended_ = true;
}

// Ends the channel at `record`, whose length is invalid.
void FileFeed::break_off_at(Bytes record) {
  const std::size_t length = length_of(record);
  constexpr const char* kHint = "the file is damaged here; what came before was used";
  if (length < kRecordHeader) {
    return break_off("a record with a length of " + counted(length, "byte"),
                     "at least the " + std::to_string(kRecordHeader) + " of its header", kHint);
  }
  const std::size_t least = decoder_.least_size(std::to_integer<u8>(record[kTypeAt]));
  break_off(record_name(record) + " with a length of " + counted(length, "byte"),
            "at least " + std::to_string(least), kHint);
}

std::string FileFeed::expected_end() const {
  if (all_there_) return Recording::expected_end();
  return "the number of records that its metadata states (" + grouped(missing_from_) + ")";
}

ReadProgress FileFeed::progress() const {
  ReadProgress sum;
  bool is_total_known = true;
  for (const auto& file : files_) {
    const ReadProgress one = file->progress();
    sum.read += one.read;
    sum.total += one.total;
    is_total_known &= one.total != 0;
  }
  if (!is_total_known) sum.total = 0;
  return sum;
}

}  // namespace tapedeck::feeds::dbn
