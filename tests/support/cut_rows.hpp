// The rows of a cut, as sinks get them.
#pragma once

#include <vector>

#include "engine/pipeline/cuts.hpp"

namespace tapedeck::test {

inline std::vector<const pipeline::CutRow*> row_pointers(
    const std::vector<pipeline::CutRow>& rows) {
  std::vector<const pipeline::CutRow*> pointers;
  pointers.reserve(rows.size());
  for (const pipeline::CutRow& row : rows) pointers.push_back(&row);
  return pointers;
}

}  // namespace tapedeck::test
