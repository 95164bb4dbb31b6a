#include "tools/cli/provenance.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "engine/core/calendar.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/version.hpp"
#include "tools/cli/human_text.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kDirty = "-dirty";

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

ProvenanceInput input_of(const std::string& path) {
  std::error_code unknown;
  if (path == "-" || !std::filesystem::is_regular_file(path, unknown)) return {path, {}};
  const auto bytes = std::filesystem::file_size(path, unknown);
  return {path, unknown ? std::nullopt : std::optional<u64>{bytes}};
}

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(valid_utf8(text));
}

// Returns true for a character that no shell gives a meaning, wherever it is in a word.
bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view{"-_./:,+@%"}.find(c) != std::string_view::npos;
}

}  // namespace

Nanos wall_time() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

Provenance provenance_of(const std::vector<std::string>& inputs, Nanos now) {
  Provenance provenance{.version = kVersion,
                        .commit = std::string{commit_of_build()},
                        .host = host_name(),
                        .time = now,
                        .command = command_as_typed(),
                        .inputs = {}};
  for (const std::string& path : inputs) provenance.inputs.push_back(input_of(path));
  return provenance;
}

ordered_json json_of(const Provenance& provenance) {
  ordered_json inputs = ordered_json::array();
  for (const auto& [file, bytes] : provenance.inputs) {
    inputs.push_back(
        {{"file", valid_utf8(file)}, {"bytes", bytes ? ordered_json(*bytes) : ordered_json()}});
  }
  return {{"version", provenance.version},         {"commit", text_or_null(provenance.commit)},
          {"host", text_or_null(provenance.host)}, {"time", iso_time(provenance.time)},
          {"command", provenance.command},         {"inputs", std::move(inputs)}};
}

ordered_json with_provenance(ordered_json result, const Provenance& provenance) {
  result[kProvenanceKey] = json_of(provenance);
  return result;
}

std::vector<output::ParquetNote> parquet_notes(const Provenance& provenance) {
  return {{kProvenanceKey, json_of(provenance).dump()}};
}

std::string program_text(const Provenance& provenance) {
  const std::string& commit = provenance.commit;
  if (commit.empty()) return provenance.version + ", of an unknown commit";
  constexpr std::size_t kDigits = 12;  // which Git understands, and a narrow page has room for
  const std::string after = commit.ends_with(kDirty) ? std::string{kDirty} : "";
  return provenance.version + ", commit " +
         commit.substr(0, std::min(kDigits, commit.size() - after.size())) + after;
}

std::string inputs_text(const Provenance& provenance) {
  std::string text;
  for (const auto& [file, bytes] : provenance.inputs) {
    text.append(text.empty() ? "" : "; ").append(harmless(file));
    if (bytes) text.append(", ").append(bytes_for_people(*bytes));
  }
  return text.empty() ? "none" : text;
}

std::string shell_word(std::string_view word) {
  // Within a word "#" and "=" have no meaning, but at its beginning they have.
  const auto is_plain_inside = [](char c) { return is_plain(c) || c == '#' || c == '='; };
  if (!word.empty() && is_plain(word[0]) && std::ranges::all_of(word, is_plain_inside)) {
    return std::string{word};
  }
  std::string quoted;
  if (harmless(word) == word) {
    for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return "'" + quoted + "'";
  }
  for (const char c : word) {
    if (c >= ' ' && c <= '~' && c != '\'' && c != '\\') {
      quoted += c;
      continue;
    }
    std::array<char, 8> octal{};
    std::snprintf(octal.data(), octal.size(), "\\%03o", static_cast<unsigned>(static_cast<u8>(c)));
    quoted += octal.data();
  }
  return "$'" + quoted + "'";
}

std::string command_as_typed() {
  std::ifstream file{"/proc/self/cmdline", std::ios::binary};
  file.exceptions(std::ios::badbit);  // else a stream hides that memory ran out
  std::string command = "tapedeck";
  std::string word;
  std::getline(file, word, '\0');
  while (std::getline(file, word, '\0')) command += " " + shell_word(word);
  return command;
}

}  // namespace tapedeck::tools
