// Says how a result came to be: the program, the computer, the time, the command and its inputs.
// Every JSON result and every HTML page has it, and every Parquet file in its metadata.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/core/types.hpp"
#include "engine/output/parquet_metadata.hpp"

namespace tapedeck::tools {

struct ProvenanceInput {
  std::string file;          // as the command names it; "-" is standard input
  std::optional<u64> bytes;  // the size on disk; empty for what has none, such as a pipe
};

struct Provenance {
  std::string version;  // "0.1.0"
  std::string commit;   // of the build, see commit_of_build()
  std::string host;
  Nanos time{0};        // when the command began to run, since 1970 UTC
  std::string command;  // as typed, quoted for a shell
  std::vector<ProvenanceInput> inputs;
};

/// Returns the commit of the sources that were built: 40 hex digits, with "-dirty" behind them if
/// the sources had changes that were not committed. Empty if that is unknown. Any thread.
[[nodiscard]] std::string_view commit_of_build();

/// Returns the time of day since 1970 UTC. Any thread.
[[nodiscard]] Nanos wall_time();
/// Returns the provenance of a result of this process. `inputs` are the paths that the command
/// reads. Call it before the inputs are read, because a file may grow meanwhile. Any thread.
[[nodiscard]] Provenance provenance_of(const std::vector<std::string>& inputs,
                                       Nanos now = wall_time());

/// Returns the object that results have under kProvenanceKey. What is unknown is null.
[[nodiscard]] nlohmann::ordered_json json_of(const Provenance& provenance);
inline constexpr const char* kProvenanceKey = "provenance";
/// Returns the result with its provenance.
[[nodiscard]] nlohmann::ordered_json with_provenance(nlohmann::ordered_json result,
                                                     const Provenance& provenance);
/// Returns the metadata with which a Parquet file says the same: the object as JSON in one line.
[[nodiscard]] std::vector<output::ParquetNote> parquet_notes(const Provenance& provenance);
/// Returns "0.1.0, commit 0123456789ab", for people: the first 12 digits.
[[nodiscard]] std::string program_text(const Provenance& provenance);
/// Returns the inputs and their sizes, like "day.itch, 1.2 GB; -"; "none" without any.
[[nodiscard]] std::string inputs_text(const Provenance& provenance);

/// Returns the word as a shell takes it literally. Bytes that steer a terminal or are not UTF-8 are
/// written as $'...', which bash, zsh, ksh and POSIX 2024 understand.
[[nodiscard]] std::string shell_word(std::string_view word);
/// Returns this process's command line as typed, quoted for a shell. "tapedeck" replaces the
/// program's path.
[[nodiscard]] std::string command_as_typed();

}  // namespace tapedeck::tools
