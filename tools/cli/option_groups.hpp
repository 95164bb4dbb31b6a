// Sorts the options of --help into groups, and gives some of them a short name. Pure functions; any
// thread.
#pragma once

#include <array>
#include <string_view>

namespace tapedeck::tools {

/// The titles of the groups, in the order of --help.
inline constexpr std::array<std::string_view, 8> kOptionGroups{
    "Reading", "Time", "Market", "Load", "Books", "Threads", "Results", "General"};

/// Returns the title of the group of a command's option: "Threads" for "--pin". Returns empty for
/// an option that has no group.
[[nodiscard]] std::string_view group_of(std::string_view command, std::string_view option);
/// Returns the short name of an option: "-q" for "--quiet"; empty if it has none.
[[nodiscard]] std::string_view short_name_of(std::string_view option);

}  // namespace tapedeck::tools
