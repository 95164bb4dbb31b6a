// Where the recorded data is, and how a test says that it needs it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace tapedeck::test {

/// $TAPEDECK_DATA, or ../shared/data beside the source tree; empty where neither is there.
inline std::optional<std::filesystem::path> recorded_data(const std::string& path) {
  const char* named = std::getenv("TAPEDECK_DATA");
  const char* source = std::getenv("TAPEDECK_SOURCE_DIR");
  const std::filesystem::path root =
      named != nullptr ? std::filesystem::path{named}
                       : std::filesystem::path{source != nullptr ? source : "."} / "../shared/data";
  const auto full = root / path;
  if (!std::filesystem::exists(full)) return {};
  return full;
}

}  // namespace tapedeck::test

/// Declares `name` as the path of a recorded file, or skips the test, which tools/check counts.
#define TAPEDECK_NEED_DATA(name, where)                                                   \
  const auto name##_found = ::tapedeck::test::recorded_data(where);                       \
  if (!name##_found) GTEST_SKIP() << "needs recorded data that is not here: " << (where); \
  const std::filesystem::path& name = *name##_found
