// Writes the file of `--state FILE.csv`: one row per instrument, with the instrument's state at the
// end of the run.
#pragma once

#include <string>

#include "engine/pipeline/engine.hpp"

namespace tapedeck::output {

/// Writes the rows sorted by venue, and within a venue by first appearance. Throws
/// std::runtime_error when the file cannot be written.
void write_state(const std::string& path, const pipeline::Engine& engine);

}  // namespace tapedeck::output
