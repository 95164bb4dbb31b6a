// Which folder may include which: the arrows of the layout, as data.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/source_tree.hpp"

namespace tapedeck::test {

struct IncludeRule {
  std::string_view folder;            // the longest that fits a file is its rule
  std::vector<std::string_view> may;  // besides the folder itself
};

/// From the bottom up: no rule names a folder below it in this list. Strategies see the books
/// through their read-only view, and of that nothing else.
inline const std::vector<IncludeRule>& include_rules() {
  static const std::vector<IncludeRule> rules{
      {"engine/core/", {}},
      {"engine/system/", {"engine/core/"}},
      {"engine/latency/", {"engine/core/"}},
      {"engine/thread/", {"engine/core/", "engine/system/"}},
      {"engine/book/", {"engine/core/"}},
      {"engine/strategy/", {"engine/core/", "engine/book/"}},
      {"engine/pipeline/",
       {"engine/core/", "engine/system/", "engine/latency/", "engine/thread/", "engine/book/",
        "engine/strategy/"}},
      {"engine/output/", {"engine/core/", "engine/thread/", "engine/book/", "engine/pipeline/"}},
      {"feeds/common/", {"engine/core/"}},
      {"feeds/", {"engine/core/", "feeds/common/"}},
      // Checkpoints are of books, and its thread and its files are the engine's.
      {"feeds/recorder/",
       {"engine/core/", "engine/thread/", "engine/book/", "engine/output/", "feeds/common/",
        "feeds/itch50/", "feeds/tape/"}},
      {"feeds/catalog/", {"engine/core/", "feeds/"}},
      {"strategies/",
       {"engine/core/", "engine/book/book_view.hpp", "engine/strategy/context.hpp",
        "engine/strategy/strategy.hpp"}},
      {"tools/cli/", {"engine/", "feeds/", "strategies/"}},
      {"tools/live/", {"engine/", "tools/cli/"}},
      {"tools/run/", {"engine/", "feeds/", "tools/cli/", "tools/live/"}},
      {"tools/batch/", {"engine/", "feeds/", "tools/cli/", "tools/live/", "tools/run/"}},
      {"tools/book/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      {"tools/cat/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      {"tools/convert/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      {"tools/diff/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      {"tools/doctor/", {"engine/", "tools/cli/", "tools/run/"}},
      {"tools/inspect/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      {"tools/lab/", {"engine/", "feeds/", "tools/cli/", "tools/live/", "tools/run/"}},
      {"tools/replay/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      {"tools/simulate/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      {"tools/symbols/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      {"tools/verify/", {"engine/", "feeds/", "tools/cli/", "tools/run/"}},
      // The command itself: all of it above.
      {"tools/", {"engine/", "feeds/", "strategies/"}}};
  return rules;
}

struct WrongInclude {
  std::string file;
  std::size_t line;
  std::string included;

  friend bool operator==(const WrongInclude&, const WrongInclude&) = default;
  [[nodiscard]] std::string text() const {
    return file + ":" + std::to_string(line) + ": may not include " + included;
  }
};

/// What stands between the quotes of `#include "..."`; empty on every other line.
inline std::string included_by(std::string_view line) {
  const auto skip_spaces = [&line] {
    while (line.starts_with(' ') || line.starts_with('\t')) line.remove_prefix(1);
  };
  skip_spaces();
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip_spaces();
  if (!line.starts_with("include")) return {};
  line.remove_prefix(7);
  skip_spaces();
  if (!line.starts_with('"')) return {};
  line.remove_prefix(1);
  return std::string{line.substr(0, line.find('"'))};
}

/// The folder of the file itself, as its rule means it: feeds/itch50/ for a feed.
inline std::string own_folder(const std::string& path, std::string_view rule) {
  if (rule != "feeds/") return std::string{rule};  // of the command: tools/ with all its folders
  return path.substr(0, path.find('/', rule.size()) + 1);
}

/// Empty where no rule speaks of the file.
inline const IncludeRule* rule_of(const std::string& path) {
  const IncludeRule* found = nullptr;
  for (const IncludeRule& rule : include_rules()) {
    if (!path.starts_with(rule.folder)) continue;
    if (found == nullptr || rule.folder.size() > found->folder.size()) found = &rule;
  }
  return found;
}

inline std::vector<WrongInclude> wrong_includes(const std::vector<SourceFile>& files) {
  std::vector<WrongInclude> wrong;
  for (const SourceFile& file : files) {
    const bool bound = file.path.starts_with("engine/") || file.path.starts_with("feeds/") ||
                       file.path.starts_with("strategies/") || file.path.starts_with("tools/");
    if (!is_code(file) || !bound) continue;
    const IncludeRule* const rule = rule_of(file.path);
    for (std::size_t at = 0; at < file.lines.size(); ++at) {
      const std::string included = included_by(file.lines[at]);
      if (included.empty()) continue;
      bool allowed = rule != nullptr && included.starts_with(own_folder(file.path, rule->folder));
      if (rule != nullptr) {
        for (const std::string_view prefix : rule->may) allowed |= included.starts_with(prefix);
      }
      if (!allowed) wrong.push_back({file.path, at + 1, included});
    }
  }
  return wrong;
}

/// The folder that a file of ours, or what it includes, lies in.
inline std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string{} : path.substr(0, slash);
}

/// Which folders a folder includes something of, besides itself.
inline std::map<std::string, std::set<std::string>> folder_arrows(
    const std::vector<SourceFile>& files) {
  std::map<std::string, std::set<std::string>> arrows;
  for (const SourceFile& file : files) {
    if (!is_code(file)) continue;
    const std::string from = folder_of(file.path);
    for (const std::string& line : file.lines) {
      const std::string to = folder_of(included_by(line));
      if (!to.empty() && to != from) arrows[from].insert(to);
    }
  }
  return arrows;
}

/// Folders that lead back to themselves, in the order of the arrows; empty where there is no such
/// circle.
inline std::vector<std::string> folder_circle(
    const std::map<std::string, std::set<std::string>>& arrows) {
  std::set<std::string> done;
  std::vector<std::string> path;
  // Depth first; what is on the path and met again is a circle.
  const std::function<bool(const std::string&)> leads_back = [&](const std::string& folder) {
    if (const auto met = std::ranges::find(path, folder); met != path.end()) {
      path.erase(path.begin(), met);
      path.push_back(folder);
      return true;
    }
    path.push_back(folder);
    if (const auto from = arrows.find(folder); from != arrows.end() && !done.contains(folder)) {
      for (const std::string& to : from->second) {
        if (leads_back(to)) return true;
      }
    }
    done.insert(folder);
    path.pop_back();
    return false;
  };
  for (const auto& [folder, to] : arrows) {
    if (leads_back(folder)) return path;
  }
  return {};
}

}  // namespace tapedeck::test
