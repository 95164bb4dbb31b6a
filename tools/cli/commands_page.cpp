#include "tools/cli/commands_page.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "engine/core/text.hpp"
#include "tools/cli/option_table.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::string_view kBegin = "<!-- options of ";
constexpr std::string_view kWithout = " but not of ";
constexpr std::string_view kClose = " -->";
constexpr std::string_view kEnd = "<!-- end of options -->";

std::string code(std::string_view text) {
  return "`" + std::string{text} + "`";
}

// "`-o`, `--out FILE`"
std::string names_of(const OptionEntry& option) {
  const std::string brief = option.short_name.empty() ? "" : code(option.short_name) + ", ";
  return brief + code(option.name + (option.value.empty() ? "" : " " + option.value));
}

// A bar would end the cell, within code too.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out.empty() ? " |" : " " + out + " |";
}

std::string meaning_of(const OptionRow& row, const OptionEntry& option) {
  std::string text;
  if (option.required) text += "Required. ";
  for (const std::string& alias : option.aliases) text += "Also " + code(alias) + ". ";
  if (!row.details.empty()) return text + written_out(row.details);
  const std::string help = written_out(row.help);
  return text + help + (help.ends_with('.') ? "" : ".");
}

std::string default_of(const OptionRow& row, const OptionEntry& option) {
  if (option.value.empty()) return "off";
  if (!row.otherwise.empty()) return std::string{row.otherwise};
  return option.default_value.empty() ? "" : code(option.default_value);
}

// What a line that begins a table asks for.
class TableRequest {
 public:
  TableRequest(std::string_view text, const CommandEntry& tree) {
    const std::size_t without = text.find(kWithout);
    if (without != std::string_view::npos) {
      without_ = text.substr(without + kWithout.size());
      (void)command(tree, without_);
    }
    for (const std::string& name : split(text.substr(0, without), ',')) {
      commands_.push_back(name.substr(name.find_first_not_of(' ')));
      (void)command(tree, commands_.back());
    }
  }

  [[nodiscard]] std::string table(const CommandEntry& tree) const {
    const CommandEntry& first = command(tree, commands_.front());
    std::string text = "| Option | Default | Meaning |\n|---|---|---|\n";
    for (const OptionRow& row : option_rows()) {
      if (!wants(row)) continue;
      const std::string_view name = row.name.substr(0, row.name.find(','));
      const auto option = std::ranges::find(first.options, name, &OptionEntry::name);
      if (option == first.options.end()) continue;  // an argument
      text += "|" + cell(names_of(*option)) + cell(default_of(row, *option)) +
              cell(meaning_of(row, *option)) + "\n";
    }
    return text;
  }

 private:
  static const CommandEntry& command(const CommandEntry& tree, std::string_view path) {
    const CommandEntry* const found = find_command(tree, path);
    if (found == nullptr) {
      throw std::invalid_argument("there is no command " + std::string{path});
    }
    return *found;
  }
  [[nodiscard]] bool wants(const OptionRow& row) const {
    if (!without_.empty() && is_for(row, without_)) return false;
    return std::ranges::all_of(commands_,
                               [&](const std::string& name) { return is_for(row, name); });
  }

  std::vector<std::string> commands_;
  std::string without_;
};

}  // namespace

std::string with_option_tables(std::string_view page, const CommandEntry& tree) {
  std::string out;
  while (true) {
    const std::size_t begin = page.find(kBegin);
    if (begin == std::string_view::npos) return out.append(page);
    const std::size_t close = page.find(kClose, begin);
    const std::size_t end = page.find(kEnd, begin);
    if (close == std::string_view::npos || end == std::string_view::npos) {
      throw std::invalid_argument("a table of options has no end: " +
                                  std::string{page.substr(begin, page.find('\n', begin))});
    }
    const std::size_t from = begin + kBegin.size();
    const TableRequest request{page.substr(from, close - from), tree};
    out.append(page.substr(0, close + kClose.size())).append("\n\n");
    out.append(request.table(tree)).append("\n").append(kEnd);
    page.remove_prefix(end + kEnd.size());
  }
}

}  // namespace tapedeck::tools
