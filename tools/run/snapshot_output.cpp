#include "tools/run/snapshot_output.hpp"

#include <utility>

#include "engine/strategy/strategy_plan.hpp"

namespace tapedeck::tools {

std::unique_ptr<output::SnapshotFile> snapshot_output(
    const RunOptions& options, const pipeline::EngineConfig& config, feeds::TimeBase time_base,
    const Provenance& provenance, output::PlacePtr place, const thread::StopFlag& stop) {
  if (!config.cut_interval) return nullptr;
  return std::make_unique<output::SnapshotFile>(
      std::move(place),
      output::SnapshotShape{config.cut_depth, strategy::names_of(config.strategies),
                            time_base == feeds::TimeBase::utc, parquet_notes(provenance)},
      options.rows == "all" ? output::SnapshotRows::all : output::SnapshotRows::changed,
      options.snapshot_full == "skip" ? output::SnapshotFull::skip : output::SnapshotFull::block,
      stop, options.as);
}

}  // namespace tapedeck::tools
