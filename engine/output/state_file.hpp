// Writes the file of `--state FILE.csv`: one row per instrument, with the instrument's state at the
// end of the run.
#pragma once

#include "engine/output/output_place.hpp"
#include "engine/pipeline/engine.hpp"

namespace tapedeck::output {

/// Writes the rows sorted by venue, and within a venue by first appearance. Returns the place,
/// which may be synced and kept. Throws std::runtime_error when the file cannot be written.
[[nodiscard]] PlacePtr write_state(PlacePtr place, const pipeline::Engine& engine);

}  // namespace tapedeck::output
