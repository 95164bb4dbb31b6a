// Turns a report of a running engine into what the live table says. Pure functions.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/pipeline/reporter.hpp"
#include "tools/cli/shown_time.hpp"
#include "tools/live/live_frame.hpp"

namespace tapedeck::tools {

/// What the table needs to know of a run besides its reports.
struct LiveContext {
  std::vector<ShownTimes> times;         // by channel
  std::vector<std::string> value_names;  // of the strategies
  std::string source;                    // the name of the input; may hold any bytes
  bool paced = false;                    // latencies are meaningful
  bool unicode = false;                  // the terminal shows UTF-8
};

/// The best prices of the instruments in a report, to compare the next report with.
class BestPrices {
 public:
  BestPrices() = default;
  explicit BestPrices(const pipeline::Report& report);
  /// Sets the moves of a row. A price that was or is missing has not moved.
  void mark(const book::InstrumentView& view, LiveRow& row) const;

 private:
  // Two instruments of a channel may have the same symbol, or the same number of the source.
  using Key = std::tuple<ChannelId, u32, std::string>;
  struct Pair {
    Price bid, ask;
  };
  [[nodiscard]] static Key key_of(const book::InstrumentView& view);

  std::map<Key, Pair> pairs_;
};

/// Returns the model of a report. `before` has the prices of the last frame.
[[nodiscard]] LiveModel model_of(const pipeline::Report& report, const LiveContext& context,
                                 const BestPrices& before);

}  // namespace tapedeck::tools
