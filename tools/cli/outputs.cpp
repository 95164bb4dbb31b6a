#include "tools/cli/outputs.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/cli/error.hpp"
#include "tools/cli/standard_streams.hpp"

namespace tapedeck::tools {
namespace {

using output::FileIdentity;

std::optional<FileIdentity> identity_of_input(const std::string& path) {
  struct stat status {};
  const int failed = path == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status);
  return failed == 0 ? output::identity_of(status) : std::nullopt;
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// The standard streams that go to a regular file.
std::set<FileIdentity> files_of_streams() {
  std::set<FileIdentity> files;
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status {};
    if (::fstat(stream, &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (const auto file = output::identity_of(status)) files.insert(*file);
  }
  return files;
}

// Returns the identities of files whose names are those of an output's temporary files.
std::set<FileIdentity> parts_of(const std::vector<std::string>& inputs,
                                const output::OutputTarget& target) {
  std::set<FileIdentity> parts;
  const std::string folder = target.folder() + "/";
  for (const std::string& input : inputs) {
    const std::string name = name_of(input);
    if (!name.starts_with(output::part_stem(target.name()))) continue;
    const auto beside = identity_of_input(folder + name);
    if (beside && beside == identity_of_input(input)) parts.insert(*beside);
  }
  return parts;
}

}  // namespace

OutputRequest recording_request(const std::string& path, bool force) {
  return {path, force ? output::Existing::replaced : output::Existing::kept};
}

bool is_standard_output(const std::string& path) {
  std::error_code none;
  if (path.empty() || !std::filesystem::exists(path, none)) return false;
  const output::OutputTarget target = output::output_target(path);
  using Kind = output::OutputTarget::Kind;
  if (target.kind == Kind::descriptor) return target.descriptor == STDOUT_FILENO;
  struct stat status {};
  return target.kind == Kind::pipe && ::fstat(STDOUT_FILENO, &status) == 0 &&
         output::identity_of(status) == output::identity_of(target);
}

void check_rows_apart(const std::string& out, bool json) {
  if (!is_standard_output(out)) return;
  require_standard_output();
  if (json) {
    throw UsageError("--json: standard output is where --out puts the rows; leave one of them out");
  }
}

void check_apart(const std::vector<OutputRequest>& outputs,
                 const std::vector<std::string>& inputs) {
  std::set<FileIdentity> read;
  for (const std::string& input : inputs) {
    const auto file = identity_of_input(input);
    if (file) read.insert(*file);
  }
  std::vector<std::string> hidden;  // the only inputs that may have the name of a temporary file
  std::ranges::copy_if(inputs, std::back_inserter(hidden),
                       [](const std::string& input) { return name_of(input).starts_with("."); });
  const std::set<FileIdentity> streams = files_of_streams();
  if (std::ranges::any_of(streams, [&](const auto& file) { return read.contains(file); })) {
    throw UsageError(
        "standard output or standard error goes to an input of this run; send it to another file");
  }
  std::set<FileIdentity> written;
  for (const auto& [path, existing] : outputs) {
    if (path.empty()) continue;
    const output::OutputTarget target = output::output_target(path);
    const auto file = output::identity_of(target);
    if (!file) continue;
    if (read.contains(*file) || !parts_of(hidden, target).empty()) {
      throw UsageError(path +
                       ": is an input of this run and would be overwritten; name another file");
    }
    if (target.kind == output::OutputTarget::Kind::file && streams.contains(*file)) {
      throw UsageError(path +
                       ": is where standard output or standard error goes; give each output a "
                       "file of its own");
    }
    if (!written.insert(*file).second) {
      throw UsageError(path + ": is the place of two outputs; give each output a file of its own");
    }
  }
}

ClaimedOutputs::ClaimedOutputs(const std::vector<OutputRequest>& outputs,
                               const std::vector<std::string>& inputs) {
  check_apart(outputs, inputs);
  for (const auto& [path, existing] : outputs) {
    if (!path.empty()) places_.push_back(output::place_for(path, existing));
  }
}

output::PlacePtr ClaimedOutputs::take(const std::string& path) {
  if (path.empty()) return nullptr;
  const auto found = std::ranges::find_if(places_, [&](const output::PlacePtr& place) {
    return place != nullptr && place->path() == path;
  });
  if (found == places_.end()) throw std::logic_error(path + " was not claimed");
  return std::exchange(*found, nullptr);
}

void TextOutputs::write(const std::string& path, const std::string& text) {
  add([&] {
    output::OutputFile file{claimed_.take(path)};
    file.text() << text;
    return file.finish();
  });
}

void TextOutputs::add(const std::function<output::PlacePtr()>& finish) {
  try {
    output::PlacePtr place = finish();
    place->sync();
    written_.push_back(std::move(place));
  } catch (const std::runtime_error& error) {
    failed_ = true;
    spdlog::error("{}", error.what());
  }
}

ExitCode TextOutputs::end(ExitCode code) {
  // There were events, because there are figures.
  if (!keeps_outputs(code, true)) return code;
  const std::vector<std::string> failures = output::keep_all(written_);
  for (const std::string& failure : failures) spdlog::error("{}", failure);
  return failures.empty() || code != ExitCode::done ? code : ExitCode::failed;
}

NewFolder::NewFolder(const std::string& path, const std::string& flag) {
  namespace fs = std::filesystem;
  std::error_code failure;
  if (fs::exists(path, failure) && !fs::is_directory(path, failure)) {
    throw UsageError(flag + " " + path + ": is a file; name a folder");
  }
  // Each folder is created by itself, so that those that were there before are known.
  fs::path folder;
  int error = 0;
  for (const fs::path& part : fs::path{path}) {
    folder /= part;
    if (folder.empty() || error != 0) continue;
    constexpr mode_t kByUmask = 0777;
    if (::mkdir(folder.c_str(), kByUmask) == 0) {
      made_.push_back(folder.string());
    } else if (errno != EEXIST && !fs::is_directory(folder, failure)) {
      error = errno;
    }
  }
  if (error == 0 && ::access(path.c_str(), W_OK | X_OK) != 0) error = errno;
  if (error == 0) return;
  remove();
  throw UsageError(flag + " " + path + ": cannot be made or written to (" +
                   std::generic_category().message(error) +
                   "); check the path and its permissions");
}

NewFolder::~NewFolder() {
  remove();
}

void NewFolder::remove() noexcept {
  for (; !made_.empty(); made_.pop_back()) ::rmdir(made_.back().c_str());
}

}  // namespace tapedeck::tools
