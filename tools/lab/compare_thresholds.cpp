#include "tools/lab/compare_thresholds.hpp"

#include <algorithm>

#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

constexpr double kMostShare = 100;  // 10,000 %

[[noreturn]] void refuse_threshold(const std::string& text) {
  throw UsageError("--threshold " + text +
                   ": must be a share like 15%, or of one percentile like p50=10%, from 0% to "
                   "10000%");
}

double share_of(std::string_view share, const std::string& text) {
  if (!share.ends_with('%')) refuse_threshold(text);
  share.remove_suffix(1);
  if (share == "0") return 0;
  const auto percent = parse_rate(share);
  if (!percent || *percent / 100 > kMostShare) refuse_threshold(text);
  return *percent / 100;
}

}  // namespace

CompareThresholds thresholds_of(const std::vector<std::string>& given) {
  CompareThresholds thresholds;
  for (const std::string& text : given) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      thresholds.latency.fill(share_of(text, text));
      thresholds.throughput = thresholds.latency.front();
      continue;
    }
    const auto known = std::ranges::find(kPercentiles, text.substr(0, equals),
                                         [](const auto& percentile) { return percentile.name; });
    const auto at = static_cast<std::size_t>(known - kPercentiles.begin());
    if (at >= thresholds.latency.size()) refuse_threshold(text);
    thresholds.latency[at] = share_of(std::string_view{text}.substr(equals + 1), text);
  }
  return thresholds;
}

bool is_beyond(double a, double b, double threshold) {
  return std::max(a, b) >= (1 + threshold) * std::min(a, b);
}

}  // namespace tapedeck::tools
