// Reads those parts of a `bench latency --json` result that a comparison needs.
//
// Any result gives either a value or a UsageError that says what was expected. All times are whole
// numbers from 0, so that callers need not check them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/core/types.hpp"
#include "engine/latency/latency_spans.hpp"

namespace tapedeck::tools {

/// One percentile of one latency span (`stages` in the JSON).
struct SavedPercentile {
  Nanos whole_run{0};
  std::vector<Nanos> windows;  // values of the windows that have samples, in order of time
};
/// The first four of kPercentiles are compared, because a window has too few events for p99.99.
inline constexpr std::size_t kComparedPercentiles = 4;
using SavedStage = std::array<SavedPercentile, kComparedPercentiles>;

/// A condition in which two results may differ although they measure the same figures.
struct SetupName {
  std::string_view what, plural, place;  // "cpu", "processors", and its place in the JSON
  bool is_number = false;
};
inline constexpr std::array<SetupName, 13> kSetupNames{
    {{"cpu", "processors", "machine/cpu"},
     {"cores_allowed", "cores allowed", "machine/cores_allowed", true},
     {"cores_online", "cores online", "machine/cores_online", true},
     {"kernel", "kernels", "machine/kernel"},
     {"compiler", "compilers", "machine/compiler"},
     {"build", "builds", "machine/build"},
     {"load", "loads", "load"},
     {"source", "sources", "source"},
     {"shards", "numbers of shards", "shards", true},
     {"wait", "ways of waiting", "wait"},
     {"sample_every", "shares of events sampled", "sample_every", true},
     {"timed_ns", "times that were timed", "timed_ns", true},
     {"clock", "clocks", "clock/name"}}};

struct SavedLatency {
  std::string file;
  std::string command;  // the command line that produced the result
  bool valid = true;
  std::string why_invalid;
  std::array<std::optional<SavedStage>, latency::kLatencySpans> stages;  // empty: not measured
  std::array<std::string, latency::kLatencySpans> why_none;
  std::optional<Nanos> hop;  // above 0
  bool fit_for_figures = true;
  std::array<std::string, kSetupNames.size()> setup;  // by kSetupNames; numbers as digits
};

/// Reads a parsed result of `bench latency`; `file` is the file's name in messages. Throws
/// UsageError.
[[nodiscard]] SavedLatency saved_latency_in(const nlohmann::json& result, const std::string& file);

}  // namespace tapedeck::tools
