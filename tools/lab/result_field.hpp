// Reads the JSON that a benchmark wrote, field by field. Any content gives either a value or a
// UsageError that says what was expected and where. A file's size is checked before it is parsed.
// Main thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/core/types.hpp"

namespace tapedeck::tools {

/// A value within a result, and its place, which error messages name. `value` and `file`, the
/// file's name, must outlive it.
class ResultField {
 public:
  ResultField(const nlohmann::json& value, const std::string& file, std::string place = {})
      : value_(&value), file_(&file), place_(std::move(place)) {}

  /// All of these throw UsageError where the value is of another kind, or missing.
  [[nodiscard]] ResultField operator[](std::string_view name) const;
  [[nodiscard]] std::size_t elements() const;
  [[nodiscard]] ResultField element(std::size_t at) const;
  [[nodiscard]] bool none() const { return value_->is_null(); }
  [[nodiscard]] bool flag() const;
  [[nodiscard]] std::string words() const;
  [[nodiscard]] i64 number(i64 least = 0) const;
  /// Returns a finite number above 0, which need not be whole.
  [[nodiscard]] double positive() const;

 private:
  [[noreturn]] void refuse(const std::string& expected) const;

  const nlohmann::json* value_;
  const std::string* file_;
  std::string place_;
};

/// Returns the content of a file, or of standard input for "-", and the name to call it by. Throws
/// UsageError.
[[nodiscard]] std::pair<std::string, std::string> result_content(const std::string& path);
/// Parses a result; `file` is its name in messages. Throws UsageError.
[[nodiscard]] nlohmann::json parsed_result(const std::string& content, const std::string& file);
/// Returns the name of the benchmark that wrote the result: "latency". Throws UsageError.
[[nodiscard]] std::string benchmark_of(const nlohmann::json& result, const std::string& file);

}  // namespace tapedeck::tools
