// The cores that this process may use, and threads pinned to them. Linux affinity masks; no root
// needed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::system {

/// The cores this process may use, ascending: what the affinity mask allows, not what exists.
[[nodiscard]] std::vector<int> allowed_cores();

struct PinPlan {
  enum class Mode { none, automatic, list } mode = Mode::none;
  std::vector<int> cores;  // with `list`: assigned to the threads in turn
};

/// "auto", "none" or "0,1,...". Throws ConfigError on anything else and on cores that this process
/// may not use.
[[nodiscard]] PinPlan parse_pins(std::string_view text);

/// A core for each of `threads` threads; empty entries are not pinned. `automatic` pins only when
/// every thread gets a core of its own, and takes them in the order of cores_in_order_of_use().
[[nodiscard]] std::vector<std::optional<int>> assign_cores(const PinPlan& plan,
                                                           std::size_t threads);

/// Names the calling thread (15 characters at most are kept), for debuggers and top.
void name_this_thread(const std::string& name);
/// Pins the calling thread, and returns its placement as read back from the system: "cpu 1", or a
/// text that says which cores it may use instead.
[[nodiscard]] std::string pin_this_thread(std::optional<int> core);

}  // namespace tapedeck::system
