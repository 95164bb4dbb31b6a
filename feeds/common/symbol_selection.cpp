#include "feeds/common/symbol_selection.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "engine/core/text.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::feeds {
namespace {

constexpr std::string_view kPatternBytes = "*?";

constexpr char in_lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool has_capital(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return c != in_lower_case(c); });
}

bool is_loose(std::string_view word) {
  return !has_capital(word) || word.find_first_of(kPatternBytes) != std::string_view::npos;
}

// Matches a pattern in linear time for each *: after a mismatch, only the newest * takes more.
bool matches(std::string_view pattern, std::string_view text, bool any_case) {
  const auto same = [&](char wanted, char found) {
    return wanted == '?' || wanted == (any_case ? in_lower_case(found) : found);
  };
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = i;
    } else if (at < pattern.size() && same(pattern[at], text[i])) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace

bool means(std::string_view word, std::string_view symbol) {
  return word == symbol || (is_loose(word) && matches(word, symbol, !has_capital(word)));
}

struct SymbolSelection::Words {
  std::unordered_set<std::string> all;
  std::vector<std::string> loose;  // of `all`, those that may mean other symbols than their own
  std::mutex mutex;                // guards `unmet`
  std::vector<Missing> unmet;      // those that mean no symbol so far
};

SymbolSelection::SymbolSelection(std::initializer_list<std::string> words) {
  for (const std::string& word : words) insert(word);
}

SymbolSelection::SymbolSelection(const std::unordered_set<std::string>& words) {
  for (const std::string& word : words) insert(word);
}

void SymbolSelection::insert(const std::string& word) {
  if (words_ == nullptr) words_ = std::make_shared<Words>();
  if (!words_->all.insert(word).second) return;
  if (is_loose(word)) words_->loose.push_back(word);
  words_->unmet.push_back({word, {}});
}

bool SymbolSelection::contains(std::string_view symbol) const {
  if (words_ == nullptr) return false;
  const bool found = words_->all.contains(std::string{symbol}) ||
                     std::ranges::any_of(words_->loose, [&](const std::string& word) {
                       return means(word, symbol);
                     });
  const std::lock_guard lock{words_->mutex};
  std::vector<Missing>& unmet = words_->unmet;
  if (found) {
    std::erase_if(unmet, [&](const Missing& each) { return means(each.word, symbol); });
  } else {
    for (Missing& each : unmet) {
      const std::array<std::string, 2> candidates{each.nearest.value_or(""), std::string{symbol}};
      const auto from = each.nearest ? candidates.begin() : candidates.begin() + 1;
      each.nearest = nearest(each.word, {from, candidates.end()});
    }
  }
  return found;
}

std::optional<std::string> SymbolSelection::only_name() const {
  if (words_ == nullptr || words_->all.size() != 1) return {};
  const std::string& word = *words_->all.begin();
  if (word.find_first_of(kPatternBytes) != std::string::npos) return {};
  return word;
}

std::vector<SymbolSelection::Missing> SymbolSelection::missing() const {
  if (words_ == nullptr) return {};
  const std::lock_guard lock{words_->mutex};
  return words_->unmet;
}

std::string names_came_late(u64 instruments) {
  return counted(instruments, "instrument") +
         " got a name that is among the symbols after its orders had been left out; such a book is "
         "SUSPECT until it begins anew";
}

}  // namespace tapedeck::feeds
