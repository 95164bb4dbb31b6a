// Parses the names of kinds of events, as people type them. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "engine/core/event_kinds.hpp"

namespace tapedeck::tools {

/// A set of kinds of events.
class KindSet {
 public:
  [[nodiscard]] bool has(Kind kind) const { return (bits_ >> static_cast<u32>(kind) & 1) != 0; }
  void add(Kind kind) { bits_ |= u32{1} << static_cast<u32>(kind); }

 private:
  static_assert(kKinds <= 32);
  u32 bits_ = 0;
};

/// Returns the kinds that feeds emit as rows: all but those with which the pipeline steers itself.
[[nodiscard]] KindSet kinds_of_rows();
/// Returns the kinds with these names, or kinds_of_rows() if there is no name. Throws UsageError
/// for another name, with the nearest, and the list of all.
[[nodiscard]] KindSet parse_kinds(const std::vector<std::string>& names);

}  // namespace tapedeck::tools
