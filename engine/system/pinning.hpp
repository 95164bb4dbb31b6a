// Which cores there are for us, and threads on them. Linux affinity masks; no root needed.
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
  std::vector<int> cores;  // with `list`: given to the threads in turn
};

/// "auto", "none" or "0,1,...". Throws ConfigError on anything else and on cores that are not ours.
[[nodiscard]] PinPlan parse_pins(std::string_view text);

/// A core for each of `threads` threads; empty entries are not pinned. `automatic` pins only when
/// every thread gets a core of its own, and takes them in the order of cores_in_order_of_use().
[[nodiscard]] std::vector<std::optional<int>> assign_cores(const PinPlan& plan,
                                                           std::size_t threads);

/// Names the calling thread (15 characters at most are kept), for debuggers and top.
void name_this_thread(const std::string& name);
/// Pins the calling thread, reads back what the system made of it: "cpu 1", or what else it is.
[[nodiscard]] std::string pin_this_thread(std::optional<int> core);

}  // namespace tapedeck::system
