#include "tools/snapshot_file.hpp"

#include <stdexcept>

#include "engine/core/calendar.hpp"
#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

namespace tapedeck::tools {
namespace {

const char* name_of(TradingState state) {
  switch (state) {
    case TradingState::trading:
      return "trading";
    case TradingState::halted:
      return "halted";
    case TradingState::paused:
      return "paused";
    case TradingState::quotation_only:
      return "quotation_only";
    case TradingState::unknown:
      break;
  }
  return "unknown";
}

std::string level_fields(const std::vector<book::Touch>& levels, std::size_t depth) {
  const book::Touch level = depth < levels.size() ? levels[depth] : book::Touch{};
  return "," + decimal(level.price) + "," + std::to_string(level.quantity.value);
}

}  // namespace

CsvSnapshots::CsvSnapshots(const std::string& path, u32 depth)
    : path_(path), depth_(depth), file_(path) {
  if (!file_) throw UsageError("--out " + path + ": cannot be written; check the folder");
  file_ << "cut,venue,symbol,event_time,sequence";
  for (u32 i = 1; i <= depth_; ++i) {
    file_ << ",bid_" << i << ",bid_qty_" << i << ",ask_" << i << ",ask_qty_" << i;
  }
  file_ << ",last,volume,trading,flags\n";
}

void CsvSnapshots::on_cut(Nanos time, std::span<const pipeline::CutRow> rows) {
  if (!file_) return;
  const std::string cut = iso_time(time);
  for (const pipeline::CutRow& row : rows) {
    file_ << cut << ',' << row.venue << ',' << csv_field(row.symbol) << ',' << iso_time(row.time)
          << ',' << row.sequence;
    for (u32 i = 0; i < depth_; ++i) {
      file_ << level_fields(row.bids, i) << level_fields(row.asks, i);
    }
    file_ << ',' << decimal(row.last_price) << ',' << row.volume.value << ','
          << name_of(row.trading) << ',' << (row.stale ? "STALE" : "LIVE")
          << (row.suspect ? "|suspect" : "") << (row.crossed ? "|crossed" : "") << '\n';
  }
}

void CsvSnapshots::close() {
  file_.close();
  if (!file_)
    throw std::runtime_error(path_ + ": snapshots could not be written; is the disk full?");
}

}  // namespace tapedeck::tools
