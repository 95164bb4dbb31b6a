// The file of `--snapshot-every TIME --out FILE`.
#pragma once

#include <memory>

#include "engine/output/output_place.hpp"
#include "engine/output/snapshot_file.hpp"
#include "engine/pipeline/engine_config.hpp"
#include "engine/thread/runner.hpp"
#include "feeds/catalog/catalog.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/provenance.hpp"

namespace tapedeck::tools {

/// Returns the file, at the claimed place of options.out; null without snapshots. `config` is made
/// of the same options. `stop` must outlive the file.
[[nodiscard]] std::unique_ptr<output::SnapshotFile> snapshot_output(
    const RunOptions& options, const pipeline::EngineConfig& config, feeds::TimeBase time_base,
    const Provenance& provenance, output::PlacePtr place, const thread::StopFlag& stop);

}  // namespace tapedeck::tools
