#include "tools/batch/batch_results.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/display_width.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/cli/signals.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::array<std::string_view, 5> kEndNames{"done", "damaged", "failed", "stopped",
                                                    "not_begun"};

std::string_view end_name(FileEnd end) {
  return kEndNames[static_cast<std::size_t>(end)];
}

std::string end_text(FileEnd end) {
  return end == FileEnd::not_begun ? "not begun" : std::string{end_name(end)};
}

bool has_failed(const FileResult& file) {
  return file.end == FileEnd::damaged || file.end == FileEnd::failed;
}

double messages_per_s_of(const BatchResults& results, const RunCounts& sum) {
  return results.elapsed_s > 0 ? static_cast<double>(sum.feed.messages) / results.elapsed_s : 0;
}

nlohmann::ordered_json json_of_file(const FileResult& file) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["file"] = file.path;
  json["result"] = end_name(file.end);
  json["exit_code"] = static_cast<int>(file.code);
  json["json"] = nullptr;
  if (!file.json_path.empty()) json["json"] = file.json_path;
  json["messages"] = file.counts.feed.messages;
  json["events"] = file.counts.books.applied;
  json["instruments"] = file.counts.instruments;
  json["live_orders"] = file.counts.live_orders;
  json["schema"] = nullptr;
  if (!file.bookless_schema.empty()) json["schema"] = file.bookless_schema;
  json["complete"] = file.complete;
  add_cleanliness(json, file.findings);
  json["clean"] = file.clean;
  json["gaps"] = file.counts.feed.gaps;
  json["digest"] = json_of_digest(file.digest);
  json["flow_digest"] = json_of_digest(file.flow_digest);
  json["warnings"] = file.warnings;
  json["elapsed_s"] = file.elapsed_s;
  return json;
}

std::string end_for_people(const FileResult& file) {
  std::string text = end_text(file.end);
  if (file.end == FileEnd::done) text = file.complete ? "complete" : "no closing message";
  if (!file.bookless_schema.empty()) text += ", schema " + file.bookless_schema;
  if (file.warnings > 0) {
    text += ", " + counted(file.warnings, "warning");
  }
  return text;
}

using TableRow = std::vector<std::string>;

TableRow table_row(const FileResult& file, bool flow) {
  const bool counted = !file.json_path.empty();
  const auto hex = [](const std::optional<u64>& digest) { return digest ? hex16(*digest) : "-"; };
  TableRow row{harmless(file.path), counted ? grouped(file.counts.feed.messages) : "-",
               counted ? grouped(file.counts.instruments) : "-",
               counted ? grouped(file.counts.feed.gaps) : "-", hex(file.digest)};
  if (flow) row.push_back(hex(file.flow_digest));
  row.push_back(end_for_people(file));
  return row;
}

// Aligns numbers to the right, everything else to the left.
std::string table_text(const std::vector<TableRow>& rows) {
  std::vector<std::size_t> widths(rows[0].size());
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string text;
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool number = i >= 1 && i <= 3;
      const bool last = i + 1 == row.size();
      text += "  " + (number ? padded_left(row[i], widths[i])
                      : last ? row[i]
                             : padded_right(row[i], widths[i]));
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::size_t BatchResults::count(FileEnd end) const {
  return static_cast<std::size_t>(std::ranges::count(files, end, &FileResult::end));
}

RunCounts BatchResults::sum() const {
  RunCounts all;
  for (const FileResult& file : files) add(all, file.counts);
  return all;
}

ExitCode verdict_on(const BatchResults& results) {
  if (results.signal != 0) return code_after(results.signal);
  if (results.count(FileEnd::damaged) > 0) return ExitCode::damaged_input;
  return results.count(FileEnd::failed) > 0 ? ExitCode::failed : ExitCode::done;
}

nlohmann::ordered_json json_of(const BatchResults& results) {
  const RunCounts sum = results.sum();
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["files"] = results.files.size();
  json["done"] = results.count(FileEnd::done);
  json["failed"] = std::ranges::count_if(results.files, has_failed);
  json["stopped"] = results.count(FileEnd::stopped);
  json["not_begun"] = results.count(FileEnd::not_begun);
  json["clean"] = std::ranges::all_of(results.files, &FileResult::clean);
  add_amounts(json, sum);
  json["elapsed_s"] = results.elapsed_s;
  json["messages_per_s"] = messages_per_s_of(results, sum);
  json["peak_rss_bytes"] = results.peak_rss;
  add_findings(json, sum);
  nlohmann::ordered_json& files = json["results"] = nlohmann::ordered_json::array();
  nlohmann::ordered_json& failures = json["failures"] = nlohmann::ordered_json::array();
  for (const FileResult& file : results.files) {
    files.push_back(json_of_file(file));
    if (!has_failed(file)) continue;
    failures.push_back(
        {{"file", file.path}, {"reason", file.reason}, {"exit_code", static_cast<int>(file.code)}});
  }
  json["left_out"] = results.left_out;
  return json;
}

std::string table_of(const BatchResults& results, const std::string& written) {
  const bool flow = std::ranges::any_of(
      results.files, [](const FileResult& file) { return file.flow_digest.has_value(); });
  TableRow head{"file", "messages", "instruments", "gaps", "digest"};
  if (flow) head.emplace_back("flow digest");
  head.emplace_back("result");
  std::vector<TableRow> rows{head};
  for (const FileResult& file : results.files) rows.push_back(table_row(file, flow));

  std::string ends =
      grouped(results.count(FileEnd::done)) + " of " + grouped(results.files.size()) + " done";
  for (const FileEnd end :
       {FileEnd::damaged, FileEnd::failed, FileEnd::stopped, FileEnd::not_begun}) {
    if (const auto count = results.count(end); count > 0) {
      ends += ", " + grouped(count) + " " + end_text(end);
    }
  }
  const RunCounts sum = results.sum();
  std::string text = table_text(rows) + "\n  files     " + ends + "\n";
  text += "  read      " + counted(sum.feed.messages, "message") + ", " +
          bytes_for_people(sum.feed.bytes) + ", in " + with_decimals(results.elapsed_s, 3) +
          " s: " + with_decimals(messages_per_s_of(results, sum) / 1e6, 2) +
          " million messages/s\n";
  text += "  memory    " + bytes_for_people(results.peak_rss) + " at most\n";
  if (!written.empty()) {
    text += "  wrote     " + harmless(written) + ", and NAME.json of every file that was read\n";
  }
  return text;
}

}  // namespace tapedeck::tools
