// Results as `bench latency --json` writes them, made by hand: what a comparison reads of them.
#pragma once

#include <array>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/latency/latency_spans.hpp"

namespace tapedeck::test {

inline constexpr std::array<const char*, 5> kResultPercentiles{"p50", "p90", "p99", "p99.9",
                                                               "p99.99"};

/// Twenty windows from `middle` - 10 to `middle` + 9, not in order.
inline nlohmann::json windows_around(i64 middle) {
  nlohmann::json windows = nlohmann::json::array();
  for (i64 i = 0; i < 20; ++i) windows.push_back(middle - 10 + i * 7 % 20);
  return windows;
}

/// The whole run and its windows of every percentile: p50 `median`, each next one 1,000 more.
inline nlohmann::json stage_around(i64 median) {
  nlohmann::json stage;
  for (std::size_t i = 0; i < kResultPercentiles.size(); ++i) {
    const i64 value = median + 1'000 * static_cast<i64>(i);
    stage[kResultPercentiles[i]] = value;
    stage["windows"][kResultPercentiles[i]] = windows_around(value);
  }
  stage["max"] = median + 10'000;
  stage["count"] = 1'000;
  stage["mean"] = static_cast<double>(median);
  stage["negative"] = 0;
  return stage;
}

/// Without shards and strategies: three stages are measured.
inline nlohmann::json latency_result() {
  nlohmann::json result = {{"benchmark", "latency"},
                           {"valid", true},
                           {"why_invalid", nullptr},
                           {"hop_ns", 45},
                           {"sample_every", 1},
                           {"timed_ns", 10'000'000'000},
                           {"load", "constant, 100,000 messages/s"},
                           {"source", "simulated market"},
                           {"shards", 0},
                           {"wait", "spin"},
                           {"clock", {{"name", "tsc"}}},
                           {"machine",
                            {{"cpu", "a processor"},
                             {"cores_allowed", 2},
                             {"cores_online", 2},
                             {"kernel", "Linux 6.1"},
                             {"compiler", "gcc 12.2.0"},
                             {"build", "release"},
                             {"fit_for_figures", true}}},
                           {"command", "tapedeck bench latency --json"}};
  for (const std::string_view name : latency::kLatencySpanNames) {
    result["stages"][std::string{name}] = nullptr;
    result["stages_why_none"][std::string{name}] = "one thread does everything";
  }
  for (const char* measured : {"due_to_book", "ingress_to_book", "due_to_ingress"}) {
    result["stages"][measured] = stage_around(500);
    result["stages_why_none"].erase(measured);
  }
  return result;
}

/// With `by` nanoseconds more in every window of a stage's percentile, and in the whole run.
inline nlohmann::json shifted(nlohmann::json result, const std::string& stage,
                              const std::string& percentile, i64 by) {
  nlohmann::json& figures = result["stages"][stage];
  figures[percentile] = figures[percentile].get<i64>() + by;
  for (nlohmann::json& window : figures["windows"][percentile]) window = window.get<i64>() + by;
  return result;
}

/// A good result's text with something in it that should not be: another value or none anywhere in
/// it, a byte changed, the end cut off.
inline std::string spoilt(const nlohmann::json& good, std::mt19937_64& random) {
  using nlohmann::json;
  static const std::vector<json> kValues{nullptr,
                                         true,
                                         0,
                                         -1,
                                         1.5,
                                         1e300,
                                         "",
                                         "word",
                                         json::array(),
                                         json::object(),
                                         std::numeric_limits<u64>::max(),
                                         std::numeric_limits<i64>::max()};
  const auto below = [&random](std::size_t bound) { return random() % bound; };
  const std::size_t kind = below(6);
  if (kind >= 2) {
    const json flat = good.flatten();
    auto leaf = flat.begin();
    std::advance(leaf, below(flat.size()));
    json::json_pointer place{leaf.key()};
    while (!place.empty() && below(3) == 0) place = place.parent_pointer();
    json result = good;
    if (kind == 2 && !place.empty() && result[place.parent_pointer()].is_object()) {
      result[place.parent_pointer()].erase(place.back());
    } else {
      result[place] = kValues[below(kValues.size())];
    }
    return result.dump();
  }
  std::string text = good.dump();
  if (kind == 0) return text.substr(0, below(text.size()));
  for (std::size_t i = below(8) + 1; i > 0; --i) {
    text[below(text.size())] = static_cast<char>(below(256));
  }
  return text;
}

}  // namespace tapedeck::test
