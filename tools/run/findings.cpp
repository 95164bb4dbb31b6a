#include "tools/run/findings.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

struct FindingKind {
  std::string_view name;
  bool is_clean = false;
  Finds found_by = Finds::in_input;
};
constexpr std::array<FindingKind, 14> kFindingKinds{{{"damage"},
                                                     {"left-out"},
                                                     {"incomplete"},
                                                     {"gaps"},
                                                     {"malformed"},
                                                     {"faults", false, Finds::in_books},
                                                     {"suspect", false, Finds::in_books},
                                                     {"stale", false, Finds::in_books},
                                                     {"crossed", false, Finds::in_books},
                                                     {"dropped", false, Finds::in_queues},
                                                     {"conflicting"},
                                                     {"unknown", true},
                                                     {"times", true},
                                                     {"warnings", true}}};

class Findings {
 public:
  void add(std::string_view kind, std::string text) {
    const auto known = std::ranges::find(kFindingKinds, kind, &FindingKind::name);
    found_.push_back({known->name, std::move(text), known->is_clean});
  }
  void add(std::string_view kind, u64 count, std::string_view one, std::string_view several) {
    if (count == 0) return;
    add(kind, grouped(count) + " " + std::string{count == 1 ? one : several});
  }
  [[nodiscard]] std::vector<RunFinding> take() { return std::move(found_); }

 private:
  std::vector<RunFinding> found_;
};

}  // namespace

std::vector<RunFinding> findings_of(const RunQuality& r) {
  Findings found;
  for (const std::string& text : r.damage) found.add("damage", text);
  for (const std::string& text : r.left_out) found.add("left-out", text);
  if (!r.complete) found.add("incomplete", "the recording has no end");
  if (r.feed.gaps > 0 || r.feed.lost > 0) {
    found.add("gaps", grouped(r.feed.gaps) + (r.feed.gaps == 1 ? " gap" : " gaps") + " with " +
                          grouped(r.feed.lost) +
                          (r.feed.lost == 1 ? " message lost" : " messages lost"));
  }
  found.add("malformed", r.feed.malformed, "malformed message", "malformed messages");
  for (const book::FaultKind& kind : std::span{book::kFaultKinds}.subspan<1>()) {
    if (const u64 count = r.books.of(kind.fault); count > 0) {
      found.add("faults", std::string{kind.help} + ": " + grouped(count));
    }
  }
  found.add("suspect", r.suspect_books, "book is SUSPECT", "books are SUSPECT");
  found.add("stale", r.stale_books, "book is STALE", "books are STALE");
  found.add("crossed", r.books.crossed_events, "time a book crossed while trading",
            "times a book crossed while trading");
  found.add("dropped", r.dropped, "event dropped", "events dropped");
  found.add("conflicting", r.feed.conflicting, "message came again with other bytes",
            "messages came again with other bytes");
  found.add("unknown", r.feed.unknown_type, "message of an unknown type",
            "messages of unknown types");
  found.add("times", r.feed.time_backwards + r.feed.implausible_times, "time that cannot be right",
            "times that cannot be right");
  found.add("warnings", r.warnings.size(), "warning", "warnings");
  return found.take();
}

void log_quality(const RunQuality& quality) {
  for (const std::string& warning : quality.warnings) spdlog::warn("{}", warning);
  for (const std::string& damage : quality.damage) spdlog::error("{}", damage);
  for (const std::string& left_out : quality.left_out) spdlog::error("{}", left_out);
}

bool is_clean(const std::vector<RunFinding>& findings) {
  return std::ranges::all_of(findings, &RunFinding::is_clean);
}

void add_cleanliness(nlohmann::ordered_json& json, const std::vector<RunFinding>& findings) {
  json["clean"] = is_clean(findings);
  nlohmann::ordered_json& list = json["findings"] = nlohmann::ordered_json::array();
  for (const RunFinding& one : findings) {
    if (one.kind == "warnings") continue;  // they are in the summary, and depend on the machine
    list.push_back({{"kind", one.kind}, {"text", one.text}, {"clean", one.is_clean}});
  }
}

std::vector<std::string> fail_on_kinds(const std::vector<std::string>& given, bool strict,
                                       Finds finds) {
  std::vector<std::string> known;
  std::string list;
  std::vector<std::string> kinds = given;
  for (const FindingKind& kind : kFindingKinds) {
    if (kind.found_by > finds) continue;
    known.emplace_back(kind.name);
    list.append(list.empty() ? "" : ", ").append(kind.name);
    if (strict && !kind.is_clean) kinds.emplace_back(kind.name);
  }
  for (const std::string& name : given) {
    if (std::ranges::find(known, name) != known.end()) continue;
    std::string problem = "--fail-on " + name;
    if (std::ranges::find(kFindingKinds, name, &FindingKind::name) != kFindingKinds.end()) {
      problem.append(": this command cannot find that, but `tapedeck replay` does; it finds ");
      throw UsageError(problem.append(list));
    }
    const auto near = nearest(name, known);
    problem.append(": must be one of ").append(list);
    if (near) problem.append("; did you mean ").append(*near).append("?");
    throw UsageError(problem);
  }
  return kinds;
}

std::vector<std::string> failed_on(const std::vector<RunFinding>& findings,
                                   const std::vector<std::string>& kinds) {
  std::vector<std::string> texts;
  for (const RunFinding& one : findings) {
    if (std::ranges::find(kinds, one.kind) == kinds.end()) continue;
    texts.push_back("--fail-on " + std::string{one.kind} + ": " + one.text);
  }
  return texts;
}

ExitCode code_after_findings(ExitCode code, const std::vector<RunFinding>& findings,
                             const std::vector<std::string>& kinds) {
  const std::vector<std::string> texts = failed_on(findings, kinds);
  for (const std::string& text : texts) spdlog::error("{}", text);
  return texts.empty() || code != ExitCode::done ? code : ExitCode::damaged_input;
}

}  // namespace tapedeck::tools
