#include "tools/cli/options.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <random>
#include <sstream>
#include <utility>

#include "engine/core/decimal.hpp"
#include "engine/core/memory.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "engine/output/snapshot_file.hpp"
#include "engine/system/cpu_topology.hpp"
#include "engine/thread/batch_ring.hpp"
#include "feeds/common/line_reader.hpp"
#include "strategies/registry.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/outputs.hpp"

namespace tapedeck::tools {
namespace {

u32 shards_of(const std::string& text) {
  if (text == "auto") {
    // The feed thread gets a core of its own if there are several.
    const std::size_t cores = system::cores_to_burn(system::this_cpu_topology());
    return static_cast<u32>(std::clamp<std::size_t>(cores > 1 ? cores - 1 : 1, 1, 8));
  }
  const auto count = parse_integer(text);
  if (!count || *count < 0 || *count > pipeline::kMaxShards) {
    throw UsageError("--shards " + text + ": must be auto or a number from 0 to " +
                     std::to_string(pipeline::kMaxShards) + "; 0 does everything on one thread");
  }
  return static_cast<u32>(*count);
}

// Reads a shard map: one `symbol shard` pair per line; # begins a comment.
class ShardMapFile {
 public:
  ShardMapFile(const std::string& path, u32 shards)
      : path_(path), most_(std::max<u32>(shards, 1) - 1), source_(open(path)), lines_(*source_) {}

  std::unordered_map<std::string, u32> read() {
    std::string_view line;
    while (true) {
      ++number_;
      const feeds::Line next = lines_.next(line);
      if (next == feeds::Line::end) return std::move(map_);
      if (next == feeds::Line::damaged) refuse(with_flags(*source_->damage()));
      if (next == feeds::Line::too_long) refuse("is longer than a symbol and a shard can be");
      take(std::string{line.substr(0, line.find('#'))});
    }
  }

 private:
  // Many times the number of symbols of the largest market.
  static constexpr std::size_t kMostEntries = 1'000'000;

  static std::unique_ptr<feeds::ByteSource> open(const std::string& path) {
    try {
      return feeds::open_source(path);
    } catch (const ConfigError& error) {
      throw UsageError("--shard-map " + with_flags(error));
    }
  }
  void take(const std::string& line) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) return;
    std::istringstream words{line};
    words.exceptions(std::ios::badbit);  // else a stream hides that memory ran out
    std::string symbol, shard, more;
    words >> symbol >> shard;
    const auto index = parse_integer(shard);
    if (!index || *index < 0 || *index > most_ || (words >> more)) {
      refuse("expected a symbol and a shard from 0 to " + std::to_string(most_));
    }
    if (map_.size() >= kMostEntries) refuse("there are more symbols than any market has");
    if (!map_.emplace(symbol, static_cast<u32>(*index)).second) {
      refuse(symbol + " has a shard already");
    }
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw UsageError(path_ + ": line " + std::to_string(number_) + ": " + why);
  }

  std::string path_;
  i64 most_;
  std::unique_ptr<feeds::ByteSource> source_;
  feeds::LineReader lines_;
  std::unordered_map<std::string, u32> map_;
  u64 number_ = 0;
};

// More than any exchange has had live at once; both fit the memory of a large machine.
constexpr u64 kMaxOrders = 200'000'000;
constexpr u64 kMaxLevels = 50'000'000;

// Returns most of the memory of the machine, or of the process's control group.
u64 max_memory() {
  u64 memory = physical_memory();
  const auto limit = system::this_cpu_topology().memory_limit;
  if (limit && (memory == 0 || *limit < memory)) memory = *limit;
  return memory == 0 ? std::numeric_limits<u64>::max() : memory / 5 * 4;
}

u64 limit_of(const std::string& option, const std::string& text,
             std::optional<u64> (*parse)(std::string_view), const std::string& like) {
  const auto limit = parse(text);
  if (!limit) throw UsageError(option + " " + text + ": must be a whole number like " + like);
  return *limit;
}

pipeline::BookLimits limits_of(const RunOptions& options) {
  pipeline::BookLimits limits{kMaxOrders, kMaxLevels, 0};
  if (!options.max_orders.empty()) {
    limits.orders = limit_of("--max-orders", options.max_orders, parse_count, "1000000 or 50M");
  }
  if (!options.max_levels.empty()) {
    limits.levels = limit_of("--max-levels", options.max_levels, parse_count, "1000000 or 50M");
  }
  limits.bytes = options.max_memory.empty() ? max_memory()
                                            : limit_of("--max-memory", options.max_memory,
                                                       parse_bytes, "500MiB, 8GiB or 8G");
  return limits;
}

// Refuses what only snapshots have, where none are made.
void check_no_snapshot_options(const RunOptions& options) {
  const RunOptions defaults;
  const std::string why = ": is of snapshots; give --snapshot-every too";
  if (options.rows != defaults.rows) throw UsageError("--rows " + options.rows + why);
  if (options.depth != defaults.depth) {
    throw UsageError("--depth " + std::to_string(options.depth) + why);
  }
}

}  // namespace

pipeline::EngineConfig engine_config(const RunOptions& options) {
  pipeline::EngineConfig config;
  config.shards = shards_of(options.shards);
  if (options.batch < 1 || options.batch > thread::kMaxBatchEvents) {
    throw UsageError("--batch " + std::to_string(options.batch) + ": must be 1 to " +
                     std::to_string(thread::kMaxBatchEvents) + " events");
  }
  config.batch_events = options.batch;
  config.pins = system::parse_pins(options.pin);
  const auto wait = thread::parse_wait(options.wait);
  if (!wait) throw UsageError("--wait " + options.wait + ": must be spin, yield, park or auto");
  config.wait = *wait;
  if (options.queue_full == "drop") {
    if (config.shards == 0) {
      throw UsageError("--queue-full drop: with --shards 0 there is no queue; use --shards 1");
    }
    config.full = pipeline::QueueFull::drop;
  } else if (options.queue_full != "block") {
    throw UsageError("--queue-full " + options.queue_full + ": must be block or drop");
  }
  if (!options.digest.empty() && options.digest != "flow") {
    throw UsageError("--digest " + options.digest + ": must be flow");
  }
  config.flow_digest = options.digest == "flow";
  if (options.snapshot_every.empty() != options.out.empty()) {
    throw UsageError("--snapshot-every and --out go together: how often, and where to");
  }
  if (!options.as.empty() && options.out.empty()) {
    throw UsageError("--as " + options.as + ": is the format of --out, which is not given");
  }
  if (!options.snapshot_every.empty()) {
    config.cut_interval = parse_seconds(options.snapshot_every);
    if (!config.cut_interval) {
      throw UsageError("--snapshot-every " + options.snapshot_every +
                       ": must be a duration above zero like 1s, 250ms or 5m");
    }
    output::check_snapshot_path(options.out, options.as);
    check_rows_apart(options.out, options.json);
  }
  constexpr u32 kDeepest = 1000;  // more levels than any recorded book has
  if (options.depth < 1 || options.depth > kDeepest) {
    throw UsageError("--depth " + std::to_string(options.depth) + ": must be 1 to " +
                     std::to_string(kDeepest) + " levels");
  }
  config.cut_depth = options.depth;
  if (options.rows != "changed" && options.rows != "all") {
    throw UsageError("--rows " + options.rows + ": must be changed or all");
  }
  if (options.snapshot_every.empty()) check_no_snapshot_options(options);
  if (options.snapshot_full != "block" && options.snapshot_full != "skip") {
    throw UsageError("--snapshot-full " + options.snapshot_full + ": must be block or skip");
  }
  config.limits = limits_of(options);
  config.strategies = strategies::plans_of(options.strategies);
  if (!options.state.empty() && !options.state.ends_with(".csv")) {
    throw UsageError("--state " + options.state + ": its ending says the format, and must be .csv");
  }
  if (!options.shard_map.empty()) {
    config.shard_map = ShardMapFile{options.shard_map, config.shards}.read();
  }
  config.hash_key = new_hash_key();
  return config;
}

// A random key, so that an input cannot be made with ids that collide in the order index.
u64 new_hash_key() {
  std::random_device device;
  return (u64{device()} << 32) | device() | 1;
}

std::optional<Nanos> report_interval(const RunOptions& options) {
  if (options.report_every.empty()) return {};
  const auto interval = parse_seconds(options.report_every);
  constexpr Nanos kShortest{10'000'000};  // shorter intervals would keep a core busy
  if (!interval || *interval < kShortest) {
    throw UsageError("--report-every " + options.report_every +
                     ": must be a duration of at least 10ms, like 1s");
  }
  return interval;
}

void check_tape(const RecordOptions& options, const std::string& endings) {
  if (options.path.empty()) {
    check_no_force(options);
    return check_no_tape_options(options, "nothing is recorded without --record FILE.tape");
  }
  if (!options.path.ends_with(".tape")) {
    throw UsageError("--record " + options.path + ": its ending says the format, and must be " +
                     endings);
  }
}

void check_no_force(const RecordOptions& options) {
  if (!options.force) return;
  throw UsageError(
      "--force: nothing is recorded, and files of other results are replaced without it");
}

void check_no_tape_options(const RecordOptions& options, const std::string& why) {
  if (!options.compress.empty()) throw UsageError("--compress " + options.compress + ": " + why);
  if (!options.sync.empty()) throw UsageError("--sync " + options.sync + ": " + why);
  if (!options.checkpoints.empty())
    throw UsageError("--checkpoints " + options.checkpoints + ": " + why);
}

void check_readable_again(const std::string& path, const std::string& why) {
  std::error_code unknown;
  const auto kind = std::filesystem::status(path, unknown).type();
  using std::filesystem::file_type;
  if (path == "-" || kind == file_type::fifo || kind == file_type::character ||
      kind == file_type::socket) {
    throw UsageError((path == "-" ? "- (standard input)" : path) + ": " + why +
                     "; save it to a file first");
  }
}

namespace {

std::vector<std::vector<feeds::Destination>> groups_of(const std::vector<std::string>& given) {
  std::vector<std::vector<feeds::Destination>> groups;
  for (const std::string& text : given) {
    std::vector<feeds::Destination>& group = groups.emplace_back();
    for (const std::string& one : split(text, ',')) {
      const auto destination = feeds::parse_destination(one);
      if (!destination) {
        throw UsageError("--group " + text +
                         ": must be addresses with their ports, like 233.54.12.111:26477 or "
                         "[ff0e::1]:26477, with commas between the lines of one stream");
      }
      for (const auto& other : groups) {
        if (std::ranges::find(other, *destination) == other.end()) continue;
        throw UsageError("--group " + text + ": names an address twice");
      }
      group.push_back(*destination);
    }
  }
  return groups;
}

}  // namespace

std::string name_of_channel(const std::vector<std::string>& paths, const feeds::OpenedFeeds& opened,
                            std::size_t channel) {
  // With several paths in one channel, the first names it. Streams of a path share its thread.
  const std::size_t path = paths.size() > 1 ? opened.channels[channel].thread : 0;
  std::string name = paths[path] == "-" ? "(standard input)" : paths[path];
  const std::string& stream = opened.channels[channel].name;
  return stream.empty() ? name : name + ", " + stream;
}

void refuse_several_streams(const std::string& path, const feeds::OpenedFeeds& opened) {
  if (opened.channels.size() <= 1) return;
  std::string list;
  for (const feeds::OpenedChannel& channel : opened.channels) {
    list += (list.empty() ? "" : "; ") + channel.stream;
  }
  throw UsageError(path + ": holds several streams; choose one by --group: " + list);
}

std::vector<std::string> missing_symbols(const feeds::SymbolSelection& symbols) {
  std::vector<std::string> warnings;
  for (const auto& [word, near] : symbols.missing()) {
    warnings.push_back("--symbols: " + printable(word) + " is not in the input" +
                       (near ? "; did you mean " + printable(*near) + "?" : ""));
  }
  return warnings;
}

std::vector<std::string> files_read(const ReplayOptions& options) {
  std::vector<std::string> files = options.paths;
  if (!options.orderbook.empty()) files.push_back(options.orderbook);
  for (const std::string& path : options.paths) {
    if (const auto book = feeds::book_beside(path)) files.push_back(*book);
  }
  return files;
}

double speed_of(const std::string& text) {
  const auto speed = parse_rate(text);
  constexpr double kSlowest = 0.001;
  constexpr double kFastest = 1e6;
  if (!speed || *speed < kSlowest || *speed > kFastest) {
    throw UsageError("--speed " + text +
                     ": must be max or a factor from 0.001 to 1000000, like 1, 10 or 0.5");
  }
  return *speed;
}

feeds::FilesSpec files_spec(const ReplayOptions& options) {
  feeds::FilesSpec request;
  request.paths = options.paths;
  request.parallel = options.parallel;
  for (const std::string& symbol : options.symbols) {
    if (symbol.empty() || symbol.front() == ' ' || symbol.back() == ' ') {
      throw UsageError("--symbols: '" + symbol +
                       "' is no symbol; give names with commas and no blanks between them");
    }
    request.symbols.insert(symbol);
  }
  constexpr std::array<std::string_view, 4> kFramings{"auto", "length", "type", "soup"};
  if (std::ranges::find(kFramings, options.framing) == kFramings.end()) {
    throw UsageError("--framing " + options.framing + ": must be auto, length, type or soup");
  }
  request.framing = options.framing;
  if (!options.format.empty()) {
    const std::vector<std::string> known = feeds::known_formats();
    if (std::ranges::find(known, options.format) == known.end()) {
      std::string list;
      for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
      const auto near = nearest(options.format, known);
      throw UsageError("--format " + options.format + ": must be one of " + list +
                       (near ? "; did you mean " + *near + "?" : ""));
    }
    request.format = options.format;
  }
  if (!options.date.empty()) {
    request.date = parse_date(options.date);
    if (!request.date) {
      throw UsageError("--date " + options.date + ": must be a day like 2019-12-30 or 20191230");
    }
  }
  if (!options.max_ratio.empty()) {
    const auto ratio = parse_count(options.max_ratio);
    if (!ratio) {
      throw UsageError("--max-ratio " + options.max_ratio +
                       ": must be a whole number above zero, like " +
                       std::to_string(feeds::kMaxRatio));
    }
    request.max_ratio = *ratio;
  }
  request.groups = groups_of(options.groups);
  if (!options.orderbook.empty()) request.orderbook = options.orderbook;
  if (request.orderbook && (request.paths.size() != 1)) {
    throw UsageError("--orderbook goes with one LOBSTER message file, not several paths");
  }
  return request;
}

}  // namespace tapedeck::tools
