// Which folder may include which: the arrows of the layout, as data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/source_tree.hpp"

namespace tapedeck::test {

struct IncludeRule {
  std::string_view folder;            // the longest that fits a file is its rule
  std::vector<std::string_view> may;  // besides the folder itself
};

/// Strategies see the books through their read-only view, and of that nothing else.
inline const std::vector<IncludeRule>& include_rules() {
  static const std::vector<IncludeRule> rules{
      {"engine/core/", {}},
      {"engine/thread/", {"engine/core/"}},
      {"engine/book/", {"engine/core/"}},
      {"engine/pipeline/", {"engine/core/", "engine/thread/", "engine/book/"}},
      {"feeds/common/", {"engine/core/"}},
      {"feeds/catalog/", {"engine/core/", "feeds/"}},
      {"feeds/", {"engine/core/", "feeds/common/"}},
      {"strategies/", {"engine/core/", "engine/book/book_view.hpp", "engine/book/strategy.hpp"}},
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
  if (rule != "feeds/") return std::string{rule};
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

}  // namespace tapedeck::test
