#include "engine/core/decimal.hpp"
#include "engine/output/csv.hpp"
#include "engine/output/snapshot_formats.hpp"

namespace tapedeck::output {
namespace {

class CsvSnapshots final : public SnapshotFormat {
 public:
  CsvSnapshots(ByteSink& out, const SnapshotShape& shape) : out_(out), shape_(shape) {
    std::string header = "cut,venue,symbol,event_time,sequence";
    for (u32 level = 1; level <= shape_.depth; ++level) {
      const std::string n = std::to_string(level);
      header.append(",bid_").append(n).append(",bid_qty_").append(n);
      header.append(",ask_").append(n).append(",ask_qty_").append(n);
    }
    header += ",bid_levels,ask_levels,last,last_qty,volume,state,state_reason,state_first";
    header += ",state_last,trading,flags";
    for (const std::string& name : shape.signals) header += "," + csv_field(name);
    out_.append(as_bytes_of(header + "\n"));
  }

  void on_cut(Nanos time, pipeline::CutRows rows) override {
    const std::string cut = time_in_rows(time, shape_);
    for (const pipeline::CutRow* const row : rows) {
      text_ = cut;
      write(*row);
      out_.append(as_bytes_of(text_));
    }
  }

 private:
  void write(const pipeline::CutRow& row) {
    const book::InstrumentView& view = row.view;
    field(std::to_string(view.venue));
    field(csv_field(view.name()));
    field(time_in_rows(view.time, shape_));
    field(std::to_string(view.sequence));
    for (u32 depth = 0; depth < shape_.depth; ++depth) {
      level(row.bids, depth);
      level(row.asks, depth);
    }
    field(std::to_string(view.bid_levels));
    field(std::to_string(view.ask_levels));
    field(decimal(view.last_price));
    field(std::to_string(view.last_quantity.value));
    field(std::to_string(view.volume.value));
    for (const std::string& text : trust_fields(view.trust)) field(text);
    field(name_of(view.trading));
    field(joined_flags(view));
    for (const double value : row.values) field(number(value));
    text_ += '\n';
  }
  void level(const std::vector<book::Level>& levels, u32 depth) {
    const book::Level level = level_of(levels, depth);
    field(decimal(level.price));
    field(std::to_string(level.quantity.value));
  }
  void field(std::string_view text) { text_.append(",").append(text); }

  ByteSink& out_;
  SnapshotShape shape_;
  std::string text_;
};

}  // namespace

SnapshotFormatPtr csv_snapshots(ByteSink& out, const SnapshotShape& shape) {
  return std::make_unique<CsvSnapshots>(out, shape);
}

}  // namespace tapedeck::output
