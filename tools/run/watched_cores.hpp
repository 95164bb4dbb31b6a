// What others took of the cores that a measurement used, and whether that spoils it. The cores are
// watched by threads that spin on them, see engine/system/spin_noise.hpp. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "engine/core/types.hpp"
#include "engine/system/spin_noise.hpp"

namespace tapedeck::tools {

/// From this share on, what is measured on a core says little about the program.
inline constexpr double kMostTaken = 0.01;
/// Cores that were watched for less say too little about what others take.
inline constexpr Nanos kLeastWatched{kNanosPerSecond};

/// Parses the value of --watch: 10 ms to 1 minute. Throws UsageError.
[[nodiscard]] Nanos watch_option(const std::string& text);

/// Returns why the cores make the results invalid, a text like "others took 52 % of the time of
/// core 0 and 50 % of the time of core 1; end what else runs there, and measure again". That is so
/// if a core was taken for more than kMostTaken, or was watched for less than kLeastWatched. Empty
/// if nothing is wrong.
[[nodiscard]] std::string cores_taken_text(const std::vector<system::CoreNoise>& noise);

}  // namespace tapedeck::tools
