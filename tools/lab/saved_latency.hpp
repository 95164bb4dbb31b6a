// A result that `bench latency --json` wrote, read again: what a comparison needs of it.
//
// 1. A file is bounded in size before anything is made of it.
// 2. Whatever a file holds is a result, or a UsageError that says what was expected of it: times
//    are whole numbers from 0, so that nobody has to ask again.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/types.hpp"
#include "engine/latency/latency_spans.hpp"

namespace tapedeck::tools {

/// Of a percentile, of a stage.
struct SavedPercentile {
  Nanos whole_run{0};
  std::vector<Nanos> windows;  // those in which anything was sampled, in order of time
};
/// Of the first of kPercentiles: of p99.99 a window has too few events.
inline constexpr std::size_t kComparedPercentiles = 4;
using SavedStage = std::array<SavedPercentile, kComparedPercentiles>;

/// What two results may differ in though they ask for the same figures.
struct SetupName {
  std::string_view what, plural, place;  // "wait", "ways of waiting"; in the JSON, "machine/cpu"
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
  std::string command;  // that measured it
  bool valid = true;
  std::string why_invalid;
  std::array<std::optional<SavedStage>, latency::kLatencySpans> stages;  // empty: not measured
  std::array<std::string, latency::kLatencySpans> why_none;
  std::optional<Nanos> hop;  // above 0
  bool fit_for_figures = true;
  std::array<std::string, kSetupNames.size()> setup;  // numbers in digits
};

/// Reads a file, or standard input of `-`. Throws UsageError.
[[nodiscard]] SavedLatency saved_latency(const std::string& path);
/// From its content; `file` is what messages call it. Throws UsageError.
[[nodiscard]] SavedLatency saved_latency_in(const std::string& content, const std::string& file);

}  // namespace tapedeck::tools
