#include "engine/output/snapshot_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/output/parquet_writer.hpp"

namespace tapedeck::output {
namespace {

// The most bytes in a JSON row, the largest format: for the fixed part, a level of both sides, and
// a signal beside its name.
constexpr std::size_t kMostRowHead = 700;
constexpr std::size_t kMostLevel = 100;
constexpr std::size_t kMostSignal = 100;

struct SnapshotEnding {
  std::string_view name;
  SnapshotFormatPtr (*make)(ByteSink& out, const SnapshotShape& shape);
  bool rewrites_beginning;  // which a pipe cannot
};
constexpr std::array<SnapshotEnding, 4> kSnapshotEndings{{{"csv", csv_snapshots, false},
                                                          {"jsonl", jsonl_snapshots, false},
                                                          {"npy", npy_snapshots, true},
                                                          {"parquet", parquet_snapshots, false}}};

const SnapshotEnding* ending_of(const std::string& path) {
  const auto* const found = std::ranges::find_if(
      kSnapshotEndings,
      [&](const SnapshotEnding& ending) { return path.ends_with("." + std::string{ending.name}); });
  return found == kSnapshotEndings.end() ? nullptr : found;
}

const SnapshotEnding& snapshot_ending(const std::string& path, const std::string& as) {
  const SnapshotEnding* found = ending_of(path);
  if (!as.empty()) {
    const auto* const named = std::ranges::find(kSnapshotEndings, as, &SnapshotEnding::name);
    if (named == kSnapshotEndings.end()) {
      throw ConfigError("as", as, "must be csv, jsonl, npy or parquet");
    }
    if (found != nullptr && found != named) {
      throw ConfigError("as", as, "the ending of " + path + " says ." + std::string{found->name});
    }
    return *named;
  }
  if (found == nullptr) {
    throw ConfigError("out", path,
                      "its ending says the format, and must be .csv, .jsonl, .npy or .parquet; or "
                      "say it by `as`");
  }
  return *found;
}

}  // namespace

bool is_snapshot_format(std::string_view ending) {
  return std::ranges::find(kSnapshotEndings, ending, &SnapshotEnding::name) !=
         kSnapshotEndings.end();
}

void check_snapshot_path(const std::string& path, const std::string& as) {
  (void)snapshot_ending(path, as);
}

SnapshotFile::SnapshotFile(PlacePtr place, const SnapshotShape& shape, SnapshotRows rows,
                           SnapshotFull full, const thread::StopFlag& stop, const std::string& as)
    : rows_(rows),
      full_(full),
      in_groups_(snapshot_ending(place->path(), as).name == "parquet"),
      most_row_bytes_(kMostRowHead + kMostLevel * shape.depth + kMostSignal * shape.signals.size()),
      delivery_(place->is_direct() && snapshot_ending(place->path(), as).rewrites_beginning
                    ? Delivery::at_the_end
                    : Delivery::at_once),
      file_(std::move(place), stop, full == SnapshotFull::skip ? kChunksToSkip : AsyncFile::kChunks,
            delivery_),
      format_(snapshot_ending(file_.path(), as).make(file_, shape)) {}

void SnapshotFile::on_cut(Nanos time, pipeline::CutRows rows) {
  std::span<const pipeline::CutRows> runs{&rows, 1};
  if (rows_ == SnapshotRows::changed) runs = changed_.of(rows);
  std::size_t count = 0;
  for (const pipeline::CutRows run : runs) count += run.size();
  // A cut that is larger than all the room is not left out for that reason alone.
  if (full_ == SnapshotFull::skip && !file_.idle() && file_.room() < most_bytes(count)) {
    ++skipped_;
    return;
  }
  for (const pipeline::CutRows run : runs) format_->on_cut(time, run);
  if (rows_ == SnapshotRows::changed) changed_.note_written();
  // With `skip`, flushed only while the file is idle, because one small chunk a cut would use up
  // the room.
  if (full_ == SnapshotFull::block || file_.idle()) file_.flush();
}

// A format with row groups may also write rows of earlier cuts.
std::size_t SnapshotFile::most_bytes(std::size_t rows) const {
  return rows * most_row_bytes_ + (in_groups_ ? ParquetWriter::kGroupBytes : 0);
}

PlacePtr SnapshotFile::finish() {
  format_->finish();
  file_.drain();
  const std::string beginning = format_->beginning(file_.written());
  if (!beginning.empty()) file_.overwrite_beginning(as_bytes_of(beginning));
  return file_.finish();
}

}  // namespace tapedeck::output
