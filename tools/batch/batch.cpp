// Threads: the calling thread posts every file to a pool, draws the progress, and takes the results
// in the order of the input. A file's whole run, from opening it to writing its results, is one
// job, so that no more engines exist at a time than there are jobs.
#include "tools/batch/batch.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/core/clock.hpp"
#include "engine/core/memory.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "engine/output/output_place.hpp"
#include "engine/output/snapshot_file.hpp"
#include "engine/system/cpu_topology.hpp"
#include "tools/batch/batch_files.hpp"
#include "tools/batch/batch_progress.hpp"
#include "tools/batch/batch_results.hpp"
#include "tools/batch/job_pool.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/signals.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/run/engine_run.hpp"
#include "tools/run/findings.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kMostJobs = 64;  // as many as shards at most

std::size_t jobs_of(const std::string& text) {
  if (text == "auto") {
    return std::clamp<std::size_t>(system::cores_to_burn(system::this_cpu_topology()), 1,
                                   kMostJobs);
  }
  const auto count = parse_count(text);
  if (!count || *count > kMostJobs) {
    throw UsageError("--jobs " + text + ": must be auto or a number from 1 to " +
                     std::to_string(kMostJobs));
  }
  return static_cast<std::size_t>(*count);
}

// Returns the options of one file's replay.
ReplayOptions options_for(const BatchFile& file, const BatchOptions& options) {
  ReplayOptions one = options.each;
  const BatchOutputs outputs = outputs_of(file, options);
  one.paths = {file.path};
  one.run.out = outputs.snapshots;
  one.run.state = outputs.state;
  one.run.quiet = true;  // the batch draws its own line
  return one;
}

// Checks everything that can be checked before a file is opened.
void check_batch_options(const BatchOptions& options) {
  if (options.out_dir.empty()) throw UsageError("--out-dir: must name a folder");
  if (!options.snapshots.empty() && !output::is_snapshot_format(options.snapshots)) {
    throw UsageError("--as " + options.snapshots + ": must be csv, jsonl, npy or parquet");
  }
  if (!options.snapshots.empty() && options.each.run.snapshot_every.empty()) {
    throw UsageError("--as " + options.snapshots +
                     ": goes with --snapshot-every, which says how often");
  }
  const ReplayOptions any = options_for({"any", "any", 0}, options);
  (void)engine_config(any.run);
  (void)fail_on_kinds(any.run.fail_on, any.run.strict);
  (void)files_spec(any);
}

output::PlacePtr written_json(output::PlacePtr place, const nlohmann::ordered_json& json) {
  output::OutputFile file{std::move(place)};
  file.text() << printed_json(json);
  output::PlacePtr written = file.finish();
  written->sync();
  return written;
}

FileEnd end_with(ExitCode code) {
  switch (code) {
    case ExitCode::done:
      return FileEnd::done;
    case ExitCode::damaged_input:
      return FileEnd::damaged;
    case ExitCode::hung_up:
    case ExitCode::interrupted:
    case ExitCode::terminated:
      return FileEnd::stopped;
    default:
      return FileEnd::failed;
  }
}

u64 bytes_of(const BatchInput& input) {
  u64 sum = 0;
  for (const BatchFile& file : input.files) sum += file.bytes;
  return sum;
}

class FileBatch {
 public:
  FileBatch(const BatchOptions& options, BatchInput input, std::size_t jobs)
      : options_(options),
        input_(std::move(input)),
        jobs_(std::min(jobs, input_.files.size())),
        progress_(input_.files.size(), bytes_of(input_)) {}

  BatchResults run() {
    BatchResults results;
    const SteadyClock clock;
    const Nanos started = clock.now();
    {
      JobPool pool{jobs_};
      std::vector<std::future<FileResult>> pending;
      for (const BatchFile& file : input_.files) {
        pending.push_back(pool.run([this, &file] { return result_of(file); }));
      }
      take(pending, results, clock, started);
    }
    results.elapsed_s =
        static_cast<double>((clock.now() - started).value) / static_cast<double>(kNanosPerSecond);
    results.left_out = input_.left_out;
    results.peak_rss = peak_rss_bytes();
    results.signal = stop_.received();
    return results;
  }

 private:
  // Takes the results in the order of the input, and draws the progress while it waits.
  void take(std::vector<std::future<FileResult>>& pending, BatchResults& results,
            const Clock& clock, Nanos started) const {
    constexpr std::chrono::milliseconds kRefresh{100};
    const bool live = shows_live(options_.each.run.quiet);
    auto next = std::chrono::steady_clock::now() + kRefresh;
    for (std::future<FileResult>& file : pending) {
      while (live && file.wait_until(next) != std::future_status::ready) {
        draw_text(files_progress_text(progress_.at(clock.now() - started)));
        next = std::chrono::steady_clock::now() + kRefresh;
      }
      results.files.push_back(file.get());
    }
    if (live) clear_live_line();
  }

  // Runs on a thread of the pool, like all functions below. Faults of a file are never thrown.
  FileResult result_of(const BatchFile& file) {
    FileResult result;
    result.path = file.path;
    FileWatch watch{progress_, file.bytes};
    if (stop_.flag().requested()) {
      result.code = code_after(stop_.received());
      result.reason = "not begun: a signal came before";
      return result;
    }
    try {
      run_file(file, watch, result);
      result.end = end_with(result.code);
    } catch (const DamagedInput& damage) {
      result.end = FileEnd::damaged;
      result.code = ExitCode::damaged_input;
      result.reason = damage.what();
    } catch (const std::bad_alloc&) {
      result.end = FileEnd::failed;
      result.code = ExitCode::failed;
      result.reason = "memory ran out";
    } catch (const ConfigError& error) {
      result.end = FileEnd::failed;
      result.code = ExitCode::failed;
      result.reason = with_flags(error);
    } catch (const std::exception& error) {
      // Also usage errors: those that only the file's content shows, or a file deleted since it was
      // checked.
      result.end = FileEnd::failed;
      result.code = ExitCode::failed;
      result.reason = error.what();
    }
    watch.ended(result.end != FileEnd::done);
    return result;
  }

  void run_file(const BatchFile& file, FileWatch& watch, FileResult& result) {
    const ReplayOptions options = options_for(file, options_);
    pipeline::EngineConfig config = engine_config(options.run);
    // All jobs share the machine's memory.
    if (options.run.max_memory.empty()) config.limits.bytes /= jobs_;
    feeds::FilesSpec request = files_spec(options);
    request.read_ahead = has_cores_to_read_ahead(config, 1, jobs_);
    feeds::OpenedFeeds opened = feeds::open_channels(request);
    feeds::keep_times_plausible(opened);
    const BatchOutputs paths = outputs_of(file, options_);
    ClaimedOutputs claimed{{{paths.json}, {paths.snapshots}, {paths.state}}, files_read(options)};
    RunStyle style;
    style.provenance = provenance_of(files_read(options));
    const Provenance provenance = style.provenance;
    style.require_complete = options.require_complete;
    style.fail_on = fail_on_kinds(options.run.fail_on, options.run.strict);
    style.symbols = request.symbols;
    style.watch = [&watch](const pipeline::Engine* engine) { watch.look_at(engine); };
    OwnStop stop{stop_};
    WrittenOutputs outputs;
    RunResults run = results_of_run(options.run, std::move(config), std::move(opened),
                                    std::move(style), claimed, {stop.flag(), stop_}, outputs);
    // A run that had already reached its end was not stopped.
    if (run.complete || !run.damage.empty()) run.signal = 0;
    note(run, result);
    const bool has_events = run.instrument_events() > 0;
    result.code = verdict_on(run, options.require_complete);
    const std::vector<std::string> failures = keep_or_drop(outputs, result.code, has_events);
    run.unwritten.insert(run.unwritten.end(), failures.begin(), failures.end());
    try {
      // It reports failures too, so it replaces an earlier one whatever the exit code is.
      written_json(claimed.take(paths.json), with_provenance(json_of(run), provenance))->keep();
      result.json_path = paths.json;
    } catch (const std::exception& error) {
      run.unwritten.emplace_back(error.what());
    }
    result.code = verdict_on(run, options.require_complete);
    std::vector<std::string> reasons = faults_of(run, options.require_complete);
    if (run.signal != 0) reasons.emplace_back("stopped by a signal before its end");
    reasons.insert(reasons.end(), run.unwritten.begin(), run.unwritten.end());
    for (const std::string& reason : reasons) {
      result.reason += (result.reason.empty() ? "" : "\n") + reason;
    }
  }

  static void note(const RunResults& run, FileResult& result) {
    result.counts = run;
    result.complete = run.complete;
    result.findings = findings_of(run);
    result.clean = is_clean(result.findings);
    result.bookless_schema = run.bookless_schema;
    result.digest = run.digest;
    result.flow_digest = run.flow_digest;
    result.warnings = run.warnings.size();
    result.elapsed_s = run.elapsed_s;
  }

  const BatchOptions& options_;
  const BatchInput input_;
  const std::size_t jobs_;
  StopOnSignal stop_;
  BatchProgress progress_;
};

void log_left_out(const std::vector<std::string>& left_out) {
  if (left_out.empty()) return;
  constexpr std::size_t kNamed = 5;
  std::string list;
  for (std::size_t i = 0; i < std::min(kNamed, left_out.size()); ++i) {
    list += (i == 0 ? "" : ", ") + harmless(left_out[i]);
  }
  if (left_out.size() > kNamed) list += ", ...";
  spdlog::warn("left out, no files of a known format: {} ({})", list, left_out.size());
}

// Logs failures on stderr, in the order of the input.
void log_failures(const BatchResults& results) {
  for (const FileResult& file : results.files) {
    if (file.end != FileEnd::damaged && file.end != FileEnd::failed) continue;
    for (const std::string& reason : split(file.reason, '\n')) {
      const bool named = reason.find(file.path) != std::string::npos;
      spdlog::error("{}{}", named ? "" : file.path + ": ", reason);
    }
  }
  if (results.signal == 0) return;
  spdlog::warn("stopped by a signal: {} of {} files done, {} stopped on the way, {} not begun",
               results.count(FileEnd::done), results.files.size(), results.count(FileEnd::stopped),
               results.count(FileEnd::not_begun));
}

}  // namespace

ExitCode batch(const BatchOptions& options) {
  const std::size_t jobs = jobs_of(options.jobs);
  check_batch_options(options);
  const Activity activity{"running the batch"};
  BatchInput input = batch_input(options);
  const Provenance provenance = provenance_of(files_read(input));
  OutDir out_dir{options, input};
  log_left_out(input.left_out);
  const BatchResults results = FileBatch{options, std::move(input), jobs}.run();
  log_failures(results);
  const nlohmann::ordered_json json = with_provenance(json_of(results), provenance);
  ExitCode code = verdict_on(results);
  std::string written;
  try {
    // The summary reports failures too, so it replaces the earlier one whatever the exit code is.
    written_json(out_dir.take_summary(), json)->keep();
    written = summary_path(options);
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    if (code == ExitCode::done) code = ExitCode::failed;
  }
  if (options.each.run.json) {
    print_results(printed_json(json));
  } else {
    print_results(table_of(results, written));
  }
  return code;
}

}  // namespace tapedeck::tools
