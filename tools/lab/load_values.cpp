#include "tools/lab/load_values.hpp"

#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

constexpr u64 kFastestLoad = 1'000'000'000;  // messages per second: one per nanosecond
constexpr Nanos kLongestRun{3600 * kNanosPerSecond};

}  // namespace

Nanos duration_option(const std::string& option, const std::string& text, const char* example,
                      ParseDuration parse) {
  const auto duration = parse(text);
  if (!duration || *duration > kLongestRun) {
    throw UsageError(option + " " + text + ": must be above zero and at most 1h, like " + example);
  }
  return *duration;
}

double messages_a_second(const std::string& option, const std::string& text) {
  const auto rate = parse_count(text);
  if (!rate || *rate > kFastestLoad) {
    throw UsageError(option + " " + text +
                     ": must be messages per second from 1 to 1G, like 100k or 1M");
  }
  return static_cast<double>(*rate);
}

}  // namespace tapedeck::tools
