#include <nlohmann/json.hpp>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/output/snapshot_formats.hpp"

namespace tapedeck::output {
namespace {

// Symbols are bytes from the wire.
std::string json_text(std::string_view text) {
  return nlohmann::json(valid_utf8(text)).dump();
}

std::string or_null(const std::string& text) {
  return text.empty() ? "null" : text;
}

std::string or_null(std::optional<Sequence> sequence) {
  return sequence ? std::to_string(*sequence) : "null";
}

// Written by hand and not by the library, so that a price keeps its decimals as they are.
class JsonlSnapshots final : public SnapshotFormat {
 public:
  JsonlSnapshots(ByteSink& out, const SnapshotShape& shape) : out_(out), shape_(shape) {
    for (const std::string& name : shape.signals) signals_.push_back(json_text(name));
  }

  void on_cut(Nanos time, pipeline::CutRows rows) override {
    const std::string cut = json_text(time_in_rows(time, shape_));
    for (const pipeline::CutRow* const row : rows) {
      text_ = "{\"cut\":" + cut;
      write(*row);
      out_.append(as_bytes_of(text_));
    }
  }

 private:
  void write(const pipeline::CutRow& row) {
    const book::InstrumentView& view = row.view;
    field("venue", std::to_string(view.venue));
    field("symbol", json_text(view.name()));
    field("event_time", json_text(time_in_rows(view.time, shape_)));
    field("sequence", std::to_string(view.sequence));
    field("bids", levels(row.bids));
    field("asks", levels(row.asks));
    field("bid_levels", std::to_string(view.bid_levels));
    field("ask_levels", std::to_string(view.ask_levels));
    field("last", or_null(decimal(view.last_price)));
    field("last_qty", std::to_string(view.last_quantity.value));
    field("volume", std::to_string(view.volume.value));
    trust(view.trust);
    field("trading", json_text(name_of(view.trading)));
    std::string flags;
    for (const std::string_view flag : flags_of(view)) {
      flags.append(flags.empty() ? "" : ",").append(json_text(flag));
    }
    field("flags", "[" + flags + "]");
    std::string values;
    for (std::size_t i = 0; i < signals_.size() && i < row.values.size(); ++i) {
      values.append(values.empty() ? "" : ",").append(signals_[i]).append(":");
      values += or_null(number(row.values[i]));
    }
    field("signals", "{" + values + "}");
    if (!shape_.has_dates) field("time_base", json_text("midnight"));
    text_ += "}\n";
  }
  void trust(const book::BookTrust& trust) {
    const bool has_reason = trust.reason != book::TrustReason::none;
    field("state", json_text(name_of(trust.state)));
    field("state_reason", has_reason ? json_text(name_of(trust.reason)) : "null");
    field("state_first", or_null(trust.known_first()));
    field("state_last", or_null(trust.known_last()));
  }
  static std::string levels(const std::vector<book::Level>& side) {
    std::string list;
    for (const book::Level& level : side) {
      list.append(list.empty() ? "[" : ",[").append(decimal(level.price)).append(",");
      list.append(std::to_string(level.quantity.value)).append("]");
    }
    return "[" + list + "]";
  }
  void field(std::string_view name, std::string_view value) {
    text_.append(",\"").append(name).append("\":").append(value);
  }

  ByteSink& out_;
  SnapshotShape shape_;
  std::vector<std::string> signals_;  // quoted names
  std::string text_;
};

}  // namespace

SnapshotFormatPtr jsonl_snapshots(ByteSink& out, const SnapshotShape& shape) {
  return std::make_unique<JsonlSnapshots>(out, shape);
}

}  // namespace tapedeck::output
