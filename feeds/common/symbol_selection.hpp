// The symbols that a user asks for, as words that may be patterns, and which of them have occurred.
//
// A word means the symbol that is equal to it. A word without a capital letter also means symbols
// that differ from it only in case. In a word, * stands for any bytes, and ? for one byte.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/core/types.hpp"

namespace tapedeck::feeds {

/// Returns true if `word` means `symbol`.
[[nodiscard]] bool means(std::string_view word, std::string_view symbol);

/// Copies share what has occurred, so that the copies of all channels are one selection. insert()
/// must not be called once other threads use a copy; any thread may call the other functions.
class SymbolSelection {
 public:
  SymbolSelection() = default;
  SymbolSelection(std::initializer_list<std::string> words);
  SymbolSelection(const std::unordered_set<std::string>& words);  // NOLINT(*-explicit-*)

  void insert(const std::string& word);
  /// Makes this object empty, and leaves its copies as they are.
  void clear() { words_.reset(); }
  /// Returns true if there is no word. All symbols are then wanted.
  [[nodiscard]] bool empty() const { return words_ == nullptr; }
  /// Returns true if a word means `symbol`, and notes that `symbol` has occurred. False if there is
  /// no word.
  [[nodiscard]] bool contains(std::string_view symbol) const;

  /// Returns the word, if there is exactly one and it is no pattern.
  [[nodiscard]] std::optional<std::string> only_name() const;

  struct Missing {
    std::string word;
    std::optional<std::string> nearest;  // of the symbols that have occurred, if one is similar
  };
  /// Returns the words that mean none of the symbols that have occurred.
  [[nodiscard]] std::vector<Missing> missing() const;

 private:
  struct Words;
  std::shared_ptr<Words> words_;
};

/// Says that the names of this many instruments, which are among the symbols, came late.
[[nodiscard]] std::string names_came_late(u64 instruments);

}  // namespace tapedeck::feeds
