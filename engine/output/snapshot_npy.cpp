#include <bit>
#include <cmath>
#include <limits>

#include "engine/output/append_le.hpp"
#include "engine/output/snapshot_formats.hpp"

namespace tapedeck::output {
namespace {

// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
constexpr std::string_view kNpyMagic = "\x93NUMPY";
constexpr std::size_t kNpyAlignment = 64;
constexpr double kNpyNoValue = std::numeric_limits<double>::quiet_NaN();
// Widths of text, and the order of the columns, keep every number at a multiple of its own size, so
// that there is no padding, and NumPy need not copy a column to compute with it.
constexpr std::size_t kSymbolBytes = 22, kStateBytes = 16, kReasonBytes = 16, kTradingBytes = 16,
                      kFlagsBytes = 24;
static_assert(kMaxSymbol <= kSymbolBytes);
static_assert((sizeof(ChannelId) + kSymbolBytes) % sizeof(u64) == 0);

std::string npy_descr(const SnapshotShape& shape) {
  std::string descr;
  const auto column = [&](std::string_view name, std::string_view type) {
    descr.append(descr.empty() ? "('" : ", ('").append(name).append("', '").append(type);
    descr += "')";
  };
  // The levels of a row are one column, with several numbers per row.
  const auto levels = [&](std::string_view name, std::string_view type) {
    column(name, type);
    descr.insert(descr.size() - 1, ", (" + std::to_string(shape.depth) + ",)");
  };
  const auto text = [&](std::string_view name, std::size_t bytes) {
    column(name, "|S" + std::to_string(bytes));
  };
  column("cut", "<i8");
  column("venue", "<u2");
  text("symbol", kSymbolBytes);
  column("event_time", "<i8");
  column("sequence", "<u8");
  for (const char* name : {"bid", "bid_qty", "ask", "ask_qty"}) levels(name, "<i8");
  for (const char* name : {"bid_orders", "ask_orders"}) levels(name, "<u4");
  for (const char* name : {"bid_levels", "ask_levels"}) column(name, "<u4");
  for (const char* name : {"last", "last_qty", "volume"}) column(name, "<i8");
  text("state", kStateBytes);
  text("state_reason", kReasonBytes);
  for (const char* name : {"state_first", "state_last"}) column(name, "<u8");
  text("trading", kTradingBytes);
  text("flags", kFlagsBytes);
  for (const std::string& name : shape.signals) column(name, "<f8");
  return descr;
}

// `rows` is a number, or text that is no number. The header's length is the same for any of them.
std::string npy_header(const std::string& descr, std::string_view rows) {
  constexpr std::size_t kMostDigits = 20;
  const std::string shape = rows.empty() ? "None" : "(" + std::string{rows} + ",)";
  std::string text = "{'descr': [" + descr + "], 'fortran_order': False, 'shape': " + shape + ", }";
  const std::size_t longest = text.size() - shape.size() + kMostDigits + 3;
  // Version 1.0 counts the text in two bytes, 2.0 in four.
  const bool is_short = longest + kNpyAlignment < 65'536;
  const std::size_t before = kNpyMagic.size() + 2 + (is_short ? 2 : 4);
  const std::size_t all = (before + longest + kNpyAlignment) / kNpyAlignment * kNpyAlignment;
  text.resize(all - before - 1, ' ');
  text += '\n';
  std::string header{kNpyMagic};
  if (is_short) {
    header.append("\x01\0", 2);
    append_le(header, static_cast<u16>(text.size()));
  } else {
    header.append("\x02\0", 2);
    append_le(header, static_cast<u32>(text.size()));
  }
  return header + text;
}

class NpySnapshots final : public SnapshotFormat {
 public:
  NpySnapshots(ByteSink& out, const SnapshotShape& shape)
      : out_(out), depth_(shape.depth), signals_(shape.signals.size()), descr_(npy_descr(shape)) {
    // A header without a number until the rows are counted; NumPy refuses a file that was left like
    // this.
    out_.append(as_bytes_of(npy_header(descr_, "")));
  }

  void on_cut(Nanos time, pipeline::CutRows rows) override {
    for (const pipeline::CutRow* const row : rows) {
      row_.clear();
      write(time, *row);
      row_bytes_ = row_.size();
      out_.append(as_bytes_of(row_));
    }
  }

  [[nodiscard]] std::string beginning(u64 written) const override {
    const std::size_t header = npy_header(descr_, "0").size();
    if (written < header) return {};
    const u64 rows = row_bytes_ == 0 ? 0 : (written - header) / row_bytes_;
    return npy_header(descr_, std::to_string(rows));
  }

 private:
  void write(Nanos time, const pipeline::CutRow& row) {
    const book::InstrumentView& view = row.view;
    integer(time.value);
    integer(view.venue);
    text(view.name(), kSymbolBytes);
    integer(view.time.value);
    integer(view.sequence);
    for (const auto* side : {&row.bids, &row.asks}) {
      for (u32 depth = 0; depth < depth_; ++depth) integer(level_of(*side, depth).price.value);
      for (u32 depth = 0; depth < depth_; ++depth) integer(level_of(*side, depth).quantity.value);
    }
    for (const auto* side : {&row.bids, &row.asks}) {
      for (u32 depth = 0; depth < depth_; ++depth) integer(level_of(*side, depth).orders);
    }
    integer(view.bid_levels);
    integer(view.ask_levels);
    integer(view.last_price.value);
    integer(view.last_quantity.value);
    integer(view.volume.value);
    text(name_of(view.trust.state), kStateBytes);
    text(name_of(view.trust.reason), kReasonBytes);
    integer(view.trust.known_first().value_or(0));
    integer(view.trust.known_last().value_or(0));
    text(name_of(view.trading), kTradingBytes);
    text(joined_flags(view), kFlagsBytes);
    for (std::size_t i = 0; i < signals_; ++i) {
      value(i < row.values.size() ? row.values[i] : kNpyNoValue);
    }
  }
  template <std::integral T>
  void integer(T value) {
    append_le(row_, static_cast<std::make_unsigned_t<T>>(value));
  }
  void value(double value) {
    append_le(row_, std::bit_cast<u64>(std::isfinite(value) ? value : kNpyNoValue));
  }
  void text(std::string_view text, std::size_t bytes) {
    text = text.substr(0, bytes);
    row_.append(text).append(bytes - text.size(), '\0');
  }

  ByteSink& out_;
  u32 depth_;
  std::size_t signals_;
  std::string descr_;
  std::string row_;
  std::size_t row_bytes_ = 0;
};

}  // namespace

SnapshotFormatPtr npy_snapshots(ByteSink& out, const SnapshotShape& shape) {
  return std::make_unique<NpySnapshots>(out, shape);
}

}  // namespace tapedeck::output
