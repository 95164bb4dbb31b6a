#include <algorithm>
#include <cmath>

#include "engine/core/printable.hpp"
#include "engine/output/parquet_writer.hpp"
#include "engine/output/snapshot_formats.hpp"

namespace tapedeck::output {
namespace {

std::vector<ParquetColumn> snapshot_columns(const SnapshotShape& shape) {
  using enum ParquetType;
  std::vector<ParquetColumn> columns{{"cut", time},
                                     {"venue", unsigned_16},
                                     {"symbol", text},
                                     {"event_time", time},
                                     {"sequence", unsigned_64}};
  const auto numbered = [](std::string name, u32 level) {
    return name.append("_").append(std::to_string(level));
  };
  for (u32 level = 1; level <= shape.depth; ++level) {
    for (const std::string side : {"bid", "ask"}) {
      columns.push_back({numbered(side, level), price, true});
      columns.push_back({numbered(side + "_qty", level), signed_64});
      columns.push_back({numbered(side + "_orders", level), unsigned_32});
    }
  }
  columns.insert(columns.end(), {{"bid_levels", unsigned_32},
                                 {"ask_levels", unsigned_32},
                                 {"last", price, true},
                                 {"last_qty", signed_64},
                                 {"volume", signed_64},
                                 {"state", text},
                                 {"state_reason", text, true},
                                 {"state_first", unsigned_64, true},
                                 {"state_last", unsigned_64, true},
                                 {"trading", text},
                                 {"flags", text}});
  for (const std::string& name : shape.signals) columns.push_back({name, floating, true});
  return columns;
}

class ParquetSnapshots final : public SnapshotFormat {
 public:
  ParquetSnapshots(ByteSink& out, const SnapshotShape& shape)
      : depth_(shape.depth),
        signals_(shape.signals.size()),
        file_(out, snapshot_columns(shape), with_time_base(shape.has_dates, shape.notes)) {}

  void on_cut(Nanos time, pipeline::CutRows rows) override {
    for (const pipeline::CutRow* const row : rows) write(time, *row);
  }
  void finish() override { file_.finish(); }

 private:
  void write(Nanos time, const pipeline::CutRow& row) {
    const book::InstrumentView& view = row.view;
    file_.integer(time.value);
    file_.integer(view.venue);
    // Symbols are bytes from the wire, and readers refuse a file with bytes that are not UTF-8.
    file_.text(valid_utf8(view.name()));
    file_.integer(view.time.value);
    file_.integer(static_cast<i64>(view.sequence));
    for (u32 depth = 0; depth < depth_; ++depth) {
      level(level_of(row.bids, depth));
      level(level_of(row.asks, depth));
    }
    file_.integer(view.bid_levels);
    file_.integer(view.ask_levels);
    price(view.last_price);
    file_.integer(view.last_quantity.value);
    file_.integer(view.volume.value);
    trust(view.trust);
    file_.text(name_of(view.trading));
    file_.text(joined_flags(view));
    for (std::size_t i = 0; i < signals_; ++i) {
      const bool has_value = i < row.values.size() && std::isfinite(row.values[i]);
      has_value ? file_.number(row.values[i]) : file_.none();
    }
    file_.end_row();
  }
  void trust(const book::BookTrust& trust) {
    const bool has_reason = trust.reason != book::TrustReason::none;
    file_.text(name_of(trust.state));
    has_reason ? file_.text(name_of(trust.reason)) : file_.none();
    for (const auto& sequence : {trust.known_first(), trust.known_last()}) {
      sequence ? file_.integer(static_cast<i64>(*sequence)) : file_.none();
    }
  }
  void level(const book::Level& level) {
    price(level.price);
    file_.integer(level.quantity.value);
    file_.integer(level.orders);
  }
  void price(Price price) { price == kNoPrice ? file_.none() : file_.integer(price.value); }

  u32 depth_;
  std::size_t signals_;
  ParquetWriter file_;
};

}  // namespace

SnapshotFormatPtr parquet_snapshots(ByteSink& out, const SnapshotShape& shape) {
  return std::make_unique<ParquetSnapshots>(out, shape);
}

}  // namespace tapedeck::output
