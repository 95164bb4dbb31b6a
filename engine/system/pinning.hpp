// Finds the cores that this process may use, and pins threads to them. Uses Linux affinity masks,
// which need no root rights.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::system {

/// Returns the cores in the calling thread's affinity mask, ascending. The machine may have more
/// cores. A thread that is not pinned may use all cores that the process may use.
[[nodiscard]] std::vector<int> allowed_cores();

struct PinPlan {
  enum class Mode { none, automatic, list } mode = Mode::none;
  std::vector<int> cores;  // with `list`: assigned in order, starting again after the last one
};

/// Parses "auto", "none" or a list like "0,1". Throws ConfigError for any other text, and for cores
/// that this process may not use.
[[nodiscard]] PinPlan parse_pins(std::string_view text);

/// Returns one entry per thread: the thread's core, or nothing if the thread is not to be pinned.
/// `automatic` pins threads only if there is a core for each of them, and takes the cores in the
/// order of cores_in_order_of_use().
[[nodiscard]] std::vector<std::optional<int>> assign_cores(const PinPlan& plan,
                                                           std::size_t threads);

/// Names the calling thread, for debuggers and top. Keeps only the first 15 characters.
void name_this_thread(const std::string& name);
/// Pins the calling thread, if `core` is set. Returns the placement as read back from the system:
/// "cpu 1" if the thread may use only one core, else a text that says how many cores it may use.
[[nodiscard]] std::string pin_this_thread(std::optional<int> core);

}  // namespace tapedeck::system
