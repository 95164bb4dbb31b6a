#include "tools/lab/result_field.hpp"

#include <array>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <iostream>
#include <limits>
#include <system_error>

#include "tools/cli/error.hpp"
#include "tools/cli/human_text.hpp"

namespace tapedeck::tools {
namespace {

// A result has one MiB at most. Of brackets alone, these take 300 MiB of memory.
constexpr std::size_t kMostResultBytes = std::size_t{4} << 20;
constexpr const char* kResultHint =
    "give what `tapedeck bench latency --json` or `bench throughput --json` wrote";

std::string content_of(std::istream& input, const std::string& name) {
  std::string content;
  std::array<char, 65'536> piece{};
  do {
    input.read(piece.data(), piece.size());
    content.append(piece.data(), static_cast<std::size_t>(input.gcount()));
  } while (input && content.size() <= kMostResultBytes);
  if (input.bad()) throw UsageError(name + ": cannot be read; " + kResultHint);
  if (content.empty()) throw UsageError(name + ": is empty; " + kResultHint);
  if (content.size() > kMostResultBytes) {
    throw UsageError(name + ": is larger than results are, of which " +
                     bytes_for_people(kMostResultBytes) + " are read; " + kResultHint);
  }
  return content;
}

}  // namespace

ResultField ResultField::operator[](std::string_view name) const {
  if (!value_->is_object()) refuse("an object");
  const std::string place = (place_.empty() ? "" : place_ + ".") + std::string{name};
  const auto found = value_->find(name);
  if (found == value_->end()) {
    throw UsageError(*file_ + ": has no " + place + ", which results have; " + kResultHint);
  }
  return {*found, *file_, place};
}

std::size_t ResultField::elements() const {
  if (!value_->is_array()) refuse("a list");
  return value_->size();
}

ResultField ResultField::element(std::size_t at) const {
  return {(*value_)[at], *file_, place_ + "[" + std::to_string(at) + "]"};
}

bool ResultField::flag() const {
  if (!value_->is_boolean()) refuse("true or false");
  return value_->get<bool>();
}

std::string ResultField::words() const {
  if (!value_->is_string()) refuse("a string");
  return value_->get<std::string>();
}

i64 ResultField::number(i64 least) const {
  constexpr u64 kMost = std::numeric_limits<i64>::max();
  const bool fits =
      value_->is_number_unsigned() ? value_->get<u64>() <= kMost : value_->is_number_integer();
  if (!fits || value_->get<i64>() < least) refuse("a whole number from " + std::to_string(least));
  return value_->get<i64>();
}

double ResultField::positive() const {
  const bool fits = value_->is_number() && std::isfinite(value_->get<double>());
  if (!fits || value_->get<double>() <= 0) refuse("a number above 0");
  return value_->get<double>();
}

void ResultField::refuse(const std::string& expected) const {
  throw UsageError(*file_ + ": " + place_ + " must be " + expected + ", not " +
                   (value_->is_number() ? value_->dump() : value_->type_name()) + "; " +
                   kResultHint);
}

std::pair<std::string, std::string> result_content(const std::string& path) {
  if (path == "-") {
    std::string name = "- (standard input)";
    std::string content = content_of(std::cin, name);
    return {std::move(content), std::move(name)};
  }
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw UsageError(path + ": cannot be opened: " + std::generic_category().message(errno) +
                     "; check the path");
  }
  return {content_of(file, path), path};
}

// Safe for any nesting, because neither the parser nor a value's destructor recurses. No callback
// that would stop it earlier, because with one the parser visits all neighbours of every object.
nlohmann::json parsed_result(const std::string& content, const std::string& file) {
  try {
    return nlohmann::json::parse(content);
  } catch (const nlohmann::json::parse_error& error) {
    throw UsageError(file + ": is not JSON, or not all of it (byte " + std::to_string(error.byte) +
                     "); " + kResultHint);
  } catch (const nlohmann::json::exception&) {
    throw UsageError(file + ": holds a number that is too large; " + kResultHint);
  }
}

// Returns the benchmark's name. Results of `bench throughput` have none.
std::string benchmark_of(const nlohmann::json& result, const std::string& file) {
  if (!result.is_object()) {
    throw UsageError(file + ": is JSON, but must be an object, not " + result.type_name() + "; " +
                     kResultHint);
  }
  if (!result.contains("benchmark") && result.contains("runs") && result.contains("rounds")) {
    return "throughput";
  }
  return ResultField{result, file}["benchmark"].words();
}

}  // namespace tapedeck::tools
