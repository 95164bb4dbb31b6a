#include "tools/batch/batch_files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "feeds/common/byte_source.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/outputs.hpp"

namespace tapedeck::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSummaryName = "summary";

// Recognises a file in a folder by its name, in case its first bytes are damaged.
bool ending_says_format(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) name.erase(name.size() - packed.size());
  }
  constexpr std::array<std::string_view, 3> kEndings{"itch", "itch50", ".pcap"};
  return std::ranges::any_of(kEndings,
                             [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_of_known_format(const fs::path& file, const std::string& framing) {
  if (ending_says_format(file.filename().string())) return true;
  try {
    return !feeds::format_by_content(file.string(), framing).empty();
  } catch (const ConfigError&) {  // cannot be opened, and its name shows no format
    return false;
  }
}

BatchFile as_batch_file(const fs::path& path) {
  std::error_code unknown;
  const auto bytes = fs::file_size(path, unknown);
  return {path.string(), path.filename().string(), unknown ? 0 : u64{bytes}};
}

void add_folder(const std::string& folder, const std::string& framing, BatchInput& input) {
  std::error_code failure;
  std::vector<fs::path> entries;
  fs::directory_iterator at{folder, failure};
  for (; !failure && at != fs::directory_iterator{}; at.increment(failure)) {
    if (!at->path().filename().string().starts_with(".")) entries.push_back(at->path());
  }
  if (failure) throw UsageError(folder + ": cannot be read as a folder: " + failure.message());
  std::ranges::sort(entries);
  const std::size_t before = input.files.size();
  for (const fs::path& entry : entries) {
    std::error_code ignored;
    if (fs::is_regular_file(entry, ignored) && is_of_known_format(entry, framing)) {
      input.files.push_back(as_batch_file(entry));
    } else {
      input.left_out.push_back(entry.string() + (fs::is_directory(entry, ignored) ? "/" : ""));
    }
  }
  if (input.files.size() == before) {
    throw UsageError(folder +
                     ": holds no file of a known format; its subfolders are not "
                     "searched, name them");
  }
}

void add_named_file(const std::string& path, BatchInput& input) {
  check_readable_again(path, "is read once, and a batch is of files");
  (void)feeds::open_source(path);  // throws when it cannot be opened
  input.files.push_back(as_batch_file(path));
}

using FileNumber = std::pair<dev_t, ino_t>;

std::optional<FileNumber> file_number(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return FileNumber{info.st_dev, info.st_ino};
}

// Removes the book files that are read with the message files beside them. A file of a known format
// is an input, whatever its name.
void take_pairs_together(const std::string& framing, BatchInput& input) {
  std::set<FileNumber> books;
  for (const BatchFile& file : input.files) {
    const auto book = feeds::book_beside(file.path);
    const auto number = book ? file_number(*book) : std::nullopt;
    if (number) books.insert(*number);
  }
  if (books.empty()) return;
  const auto is_book = [&](const std::string& path) {
    const auto number = file_number(path);
    return number && books.contains(*number) && feeds::format_by_content(path, framing).empty();
  };
  std::erase_if(input.files, [&](const BatchFile& file) { return is_book(file.path); });
  std::erase_if(input.left_out, is_book);
}

// Results are named after their files.
void check_names(const BatchInput& input, const std::string& out_dir) {
  std::map<std::string, std::string> path_of;
  for (const BatchFile& file : input.files) {
    if (file.name == kSummaryName) {
      throw UsageError(file.path + ": its results would be " + out_dir +
                       "/summary.json, which is that of all files; give it another name");
    }
    const auto [first, fresh] = path_of.emplace(file.name, file.path);
    if (fresh) continue;
    std::error_code ignored;
    if (fs::equivalent(first->second, file.path, ignored)) {
      throw UsageError(file.path + ": is given twice; give it once");
    }
    throw UsageError(first->second + " and " + file.path + ": results of both would be " + out_dir +
                     "/" + file.name +
                     ".json; make a batch of each folder, with an --out-dir of its own");
  }
}

std::vector<OutputRequest> all_outputs(const BatchOptions& options, const BatchInput& input) {
  std::vector<OutputRequest> all{{summary_path(options)}};
  for (const BatchFile& file : input.files) {
    const BatchOutputs of_file = outputs_of(file, options);
    for (const std::string& path : {of_file.json, of_file.snapshots, of_file.state}) {
      all.push_back({path});
    }
  }
  return all;
}

}  // namespace

BatchInput batch_input(const BatchOptions& options) {
  BatchInput input;
  for (const std::string& path : options.each.paths) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      add_folder(path, options.each.framing, input);
    } else {
      add_named_file(path, input);
    }
  }
  take_pairs_together(options.each.framing, input);
  check_names(input, options.out_dir);
  return input;
}

std::vector<std::string> files_read(const BatchInput& input) {
  std::vector<std::string> all;
  for (const BatchFile& file : input.files) {
    all.push_back(file.path);
    if (auto book = feeds::book_beside(file.path)) all.push_back(std::move(*book));
  }
  return all;
}

BatchOutputs outputs_of(const BatchFile& file, const BatchOptions& options) {
  const std::string stem = (fs::path{options.out_dir} / file.name).string();
  const std::string format = options.snapshots.empty() ? "csv" : options.snapshots;
  return {stem + ".json",
          options.each.run.snapshot_every.empty() ? "" : stem + ".snapshots." + format,
          options.state ? stem + ".state.csv" : ""};
}

std::string summary_path(const BatchOptions& options) {
  return (fs::path{options.out_dir} / kSummaryName).string() + ".json";
}

OutDir::OutDir(const BatchOptions& options, const BatchInput& input) {
  const std::string& folder = options.out_dir;
  NewFolder made{folder, "--out-dir"};
  check_apart(all_outputs(options, input), files_read(input));
  summary_ = output::place_for(summary_path(options));
  made.keep();
}

}  // namespace tapedeck::tools
