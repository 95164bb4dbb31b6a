// The cores that this process may use, and threads pinned to them. Uses Linux affinity masks, for
// which no root is needed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::system {

/// Returns the cores that the calling thread may use, ascending: those in its affinity mask, not
/// those that exist. A thread that is not pinned may use all cores that the process may use.
[[nodiscard]] std::vector<int> allowed_cores();

struct PinPlan {
  enum class Mode { none, automatic, list } mode = Mode::none;
  std::vector<int> cores;  // with `list`: assigned to the threads in turn
};

/// Parses "auto", "none" or "0,1,...". Throws ConfigError on anything else and on cores that this
/// process may not use.
[[nodiscard]] PinPlan parse_pins(std::string_view text);

/// Returns one entry per thread: its core, or empty for a thread that is not pinned. `automatic`
/// pins only when every thread gets a core of its own, and takes the cores in the order of
/// cores_in_order_of_use().
[[nodiscard]] std::vector<std::optional<int>> assign_cores(const PinPlan& plan,
                                                           std::size_t threads);

/// Names the calling thread (15 characters at most are kept), for debuggers and top.
void name_this_thread(const std::string& name);
/// Pins the calling thread, and returns its placement as read back from the system: "cpu 1", or a
/// text that says which cores it may use instead.
[[nodiscard]] std::string pin_this_thread(std::optional<int> core);

}  // namespace tapedeck::system
