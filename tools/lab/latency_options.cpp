#include "tools/lab/latency_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "engine/system/cpu_topology.hpp"
#include "tools/cli/error.hpp"
#include "tools/lab/load_values.hpp"
#include "tools/lab/machine_measures.hpp"
#include "tools/run/place_finder.hpp"
#include "tools/run/watched_cores.hpp"

namespace tapedeck::tools {
namespace {

using open_loop::Shape;

constexpr double kSampledPerS = 250'000;  // events: few enough that sampling stays cheap
constexpr u32 kMostBetweenSamples = 1'000'000;
constexpr double kSlowestSpeed = 1e-3;
constexpr u32 kLookedAt = 1 << 16;  // messages read from a file to find times that change

double number_above_zero(const std::string& option, const std::string& text, double most) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value > 0) || value > most) {
    throw UsageError(option + ": '" + text + "' must be a number above 0 and at most " +
                     std::to_string(static_cast<u64>(most)));
  }
  return value;
}

// bursts:period=10ms,share=0.1
void read_bursts(const std::string& parameters, open_loop::Load& load) {
  for (const std::string& part : split(parameters, ',')) {
    const auto equals = part.find('=');
    const std::string key = part.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : part.substr(equals + 1);
    if (key == "period") {
      load.period = duration_option("--load bursts: period", value, "10ms");
    } else if (key == "share") {
      load.share = number_above_zero("--load bursts: share", value, 1);
    } else {
      throw UsageError("--load bursts: '" + part + "' must be period=TIME or share=NUMBER");
    }
  }
}

void read_shape(const std::string& text, open_loop::Load& load) {
  const auto colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const std::string parameters = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (name == "bursts") {
    load.shape = Shape::bursts;
    if (colon != std::string::npos) read_bursts(parameters, load);
    return;
  }
  if (name == "constant") {
    load.shape = Shape::constant;
  } else if (name == "poisson") {
    load.shape = Shape::poisson;
  } else if (name == "recorded") {
    load.shape = Shape::recorded;
  } else {
    const std::vector<std::string> known{"constant", "poisson", "bursts", "recorded"};
    const auto near = nearest(name, known);
    throw UsageError("--load " + text + ": must be constant, poisson, bursts or recorded" +
                     (near ? "; did you mean " + *near + "?" : ""));
  }
  if (colon != std::string::npos) {
    throw UsageError("--load " + text + ": only bursts takes parameters");
  }
}

open_loop::Load load_of(const LatencyOptions& options) {
  open_loop::Load load;
  read_shape(options.load, load);
  const auto seed = parse_integer(options.seed);
  if (!seed || *seed < 0) {
    throw UsageError("--seed " + options.seed +
                     ": must be a whole number from 0 to 9223372036854775807");
  }
  load.seed = static_cast<u64>(*seed);
  if (load.shape == Shape::recorded) {
    if (!options.rate.empty()) {
      throw UsageError(
          "--rate " + options.rate +
          ": the recorded times determine the rate; --speed 10 makes it ten times as fast");
    }
    if (options.input.paths.empty()) {
      throw UsageError("--load recorded: needs a recorded file to take the times from");
    }
    if (!options.speed.empty()) load.speed = number_above_zero("--speed", options.speed, 1e6);
    if (load.speed < kSlowestSpeed) {
      throw UsageError("--speed " + options.speed + ": must be at least 0.001");
    }
    return load;
  }
  if (!options.speed.empty()) {
    throw UsageError("--speed " + options.speed + ": goes with --load recorded");
  }
  load.messages_per_s = messages_a_second("--rate", options.rate.empty() ? "100k" : options.rate);
  return load;
}

open_loop::Start start_of(const LatencyOptions& options, const std::optional<AskedPlace>& from) {
  open_loop::Start start;
  if (options.from.empty()) {
    start.after_open = options.input.paths.empty();
  } else if (options.from == "open") {
    start.after_open = true;
  } else {
    start.sequence = from->place.sequence.value_or(0);
    start.exchange_time = from->place.time.value_or(kBeginningOfTime);
  }
  return start;
}

u32 sampling(const LatencyOptions& options, const open_loop::Load& load) {
  if (options.sample_every == "auto") {
    if (load.shape == Shape::recorded) return 1;
    return static_cast<u32>(std::max(1.0, std::ceil(load.messages_per_s / kSampledPerS)));
  }
  const auto every = parse_integer(options.sample_every);
  if (!every || *every < 1 || *every > kMostBetweenSamples) {
    throw UsageError("--sample-every " + options.sample_every +
                     ": must be auto or a number from 1 to " + std::to_string(kMostBetweenSamples));
  }
  return static_cast<u32>(*every);
}

// "0.5", "100"
std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return error == std::errc{} ? std::string{text.data(), end} : std::to_string(value);
}

std::string load_text(const open_loop::Load& load) {
  const std::string rate =
      counted(static_cast<u64>(std::llround(load.messages_per_s)), "message") + "/s";
  switch (load.shape) {
    case Shape::poisson:
      return "poisson, " + rate + " on average";
    case Shape::bursts:
      return "bursts, " + rate + " on average, all of them in the first " +
             std::to_string(std::lround(load.share * 100)) + " % of every " +
             duration_for_people(load.period);
    case Shape::recorded:
      return "as recorded, " + shortest(load.speed) + " times as fast";
    case Shape::constant:
    default:
      return "constant, " + rate;
  }
}

// Counts the feed thread and the shards, or the one thread that is both.
std::size_t threads_under_load(const pipeline::EngineConfig& config) {
  return config.shards == 0 ? 1 : config.shards + 1;
}

// A reader that spins for what becomes visible needs a core of its own.
std::string why_no_reader(const pipeline::EngineConfig& config) {
  const std::size_t threads = threads_under_load(config) + 1;
  if (system::cores_to_burn(system::this_cpu_topology()) < threads) {
    return "no core is free for a reader that waits for it";
  }
  const bool listed = config.pins.mode == system::PinPlan::Mode::list;
  if (listed && config.pins.cores.size() < threads) {
    return "--pin names no core for a reader that waits for it";
  }
  return {};
}

// Checks that recorded times change, because otherwise everything is due at once.
void check_times(const LatencyOptions& options, feeds::OpenedFeeds opened) {
  refuse_several_streams(options.input.paths.front(), opened);
  Feed& feed = *opened.channels.front().feed;
  std::vector<Event> storage(kMinPollBuffer);
  std::optional<Nanos> first;
  for (FeedStatus status = FeedStatus::ready;
       status != FeedStatus::ended && feed.counters().messages < kLookedAt;) {
    EventBuffer events{storage.data(), kMinPollBuffer};
    status = feed.poll(events, Nanos{0});
    for (const Event& event : events) {
      if (event.kind == Kind::loss) continue;
      if (!first) first = event.exchange_time;
      if (event.exchange_time != *first) return;
    }
  }
  if (const Damage* const damage = damage_of(feed)) throw DamagedInput(with_flags(*damage));
  if (feed.counters().messages == 0) {
    throw DamagedInput(options.input.paths.front() +
                       ": holds no messages; check how the file was made or fetched");
  }
  throw UsageError(options.input.paths.front() + ": its first " +
                   counted(feed.counters().messages, "message has", "messages have") +
                   " no times to follow; use --load constant and --rate");
}

using GivenByName = std::vector<std::pair<const char*, bool>>;

void refuse_given(const GivenByName& options, const std::string& why) {
  for (const auto& [name, given] : options) {
    if (given) throw UsageError(name + why);
  }
}

// Refuses options of one kind of source with the other, because they would be ignored.
void check_source_options(const LatencyOptions& options) {
  const ReplayOptions& input = options.input;
  if (input.paths.empty()) {
    refuse_given({{"--format", !input.format.empty()},
                  {"--orderbook", !input.orderbook.empty()},
                  {"--framing", !input.framing.empty()},
                  {"--date", !input.date.empty()},
                  {"--symbols", !input.symbols.empty()}},
                 ": says how files are read; give the PATH of one, or leave it out");
  } else {
    refuse_given(
        {{"--preset", !options.preset.empty()}, {"--instruments", options.instruments.has_value()}},
        ": is of the simulated market; leave it out, or the files");
  }
}

// Returns a market without a practical end, because the benchmark's own clock ends the run.
SimulateOptions market_of(const LatencyOptions& options) {
  SimulateOptions market;
  if (!options.preset.empty()) market.preset = options.preset;
  if (options.instruments) market.instruments = *options.instruments;
  market.seed = options.seed;
  market.rate = "max";
  market.duration = "14h";
  return market;
}

std::string market_text(const SimulateOptions& market) {
  return "simulated market, " + counted(market.instruments, "instrument") + ", preset " +
         market.preset + ", seed " + market.seed;
}

feeds::FilesSpec spec_of_files(ReplayOptions input) {
  if (input.framing.empty()) input.framing = ReplayOptions{}.framing;
  return files_spec(input);
}

}  // namespace

LatencyPlan latency_plan(const LatencyOptions& options, Reader reader) {
  check_source_options(options);
  const std::optional<TimeZone> zone = zone_of_option(options.input.tz);
  LatencyPlan plan;
  plan.load = load_of(options);
  plan.span.duration = duration_option("--duration", options.duration, "10s", parse_seconds);
  if (options.warm_up != "0") {
    plan.span.warm_up = duration_option("--warm-up", options.warm_up, "500ms, or 0", parse_seconds);
  }
  plan.watch = watch_option(options.watch);
  plan.sample_every = sampling(options, plan.load);
  plan.load_text = load_text(plan.load);

  RunOptions run = options.input.run;
  if (run.wait.empty()) {
    RunOptions any = run;
    any.wait = "auto";
    const bool a_core_each = threads_under_load(engine_config(any)) <=
                             system::cores_to_burn(system::this_cpu_topology());
    run.wait = a_core_each ? "spin" : "auto";
  }
  plan.engine = engine_config(run);
  plan.why_not_visible = reader == Reader::none ? "this benchmark does not measure what readers see"
                                                : why_no_reader(plan.engine);
  // The feed thread, the shards and the reader.
  const std::size_t busy = threads_under_load(plan.engine) + (plan.why_not_visible.empty() ? 1 : 0);
  plan.cores = cores_of_threads(plan.engine.pins, busy);
  plan.engine.wait = thread::wait_among(plan.engine.wait, busy,
                                        system::cores_to_burn(system::this_cpu_topology()));
  plan.wait = name_of(plan.engine.wait);

  if (options.input.paths.empty()) {
    const SimulateOptions market = market_of(options);
    plan.source = market_text(market);
    plan.open = [request = simulated_spec(market)] { return feeds::open_channels(request); };
  } else {
    for (const std::string& path : options.input.paths) {
      check_readable_again(path,
                           "cannot be read twice, and a benchmark looks at it before it runs");
      plan.source += (plan.source.empty() ? "" : ", ") + printable(path);
    }
    plan.open = [request = spec_of_files(options.input)] { return feeds::open_channels(request); };
  }
  feeds::OpenedFeeds opened = plan.open();
  plan.time_base = opened.time_base;
  const bool has_place = !options.from.empty() && options.from != "open";
  const thread::StopFlag never_stopped;
  PlaceFinder finder{opened, plan.open, zone, never_stopped};
  if (has_place) plan.from = finder.find("--from", options.from, "open");
  plan.start = start_of(options, plan.from);
  if (plan.load.shape == Shape::recorded) check_times(options, std::move(opened));
  return plan;
}

}  // namespace tapedeck::tools
