#include "tools/lab/saved_latency.hpp"

#include <cerrno>
#include <fstream>
#include <iostream>
#include <limits>
#include <system_error>

#include <nlohmann/json.hpp>

#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

// A result has one MiB at most. Of brackets alone, these take 300 MiB of memory.
constexpr std::size_t kMostResultBytes = std::size_t{4} << 20;
constexpr std::size_t kMostNameShown = 40;  // of an unknown benchmark
constexpr const char* kResultHint = "give what `tapedeck bench latency --json` wrote";

// A value within a result, and its place, which error messages name.
class ResultField {
 public:
  ResultField(const nlohmann::json& value, const std::string& file, std::string place = {})
      : value_(&value), file_(&file), place_(std::move(place)) {}

  [[nodiscard]] ResultField operator[](std::string_view name) const {
    if (!value_->is_object()) refuse("an object");
    const std::string place = (place_.empty() ? "" : place_ + ".") + std::string{name};
    const auto found = value_->find(name);
    if (found == value_->end()) {
      throw UsageError(*file_ + ": has no " + place + ", which results have; " + kResultHint);
    }
    return {*found, *file_, place};
  }
  [[nodiscard]] std::size_t elements() const {
    if (!value_->is_array()) refuse("a list");
    return value_->size();
  }
  [[nodiscard]] ResultField element(std::size_t at) const {
    return {(*value_)[at], *file_, place_ + "[" + std::to_string(at) + "]"};
  }
  [[nodiscard]] bool none() const { return value_->is_null(); }
  [[nodiscard]] bool flag() const {
    if (!value_->is_boolean()) refuse("true or false");
    return value_->get<bool>();
  }
  [[nodiscard]] std::string words() const {
    if (!value_->is_string()) refuse("a string");
    return value_->get<std::string>();
  }
  [[nodiscard]] i64 number(i64 least = 0) const {
    constexpr u64 kMost = std::numeric_limits<i64>::max();
    const bool fits =
        value_->is_number_unsigned() ? value_->get<u64>() <= kMost : value_->is_number_integer();
    if (!fits || value_->get<i64>() < least) refuse("a whole number from " + std::to_string(least));
    return value_->get<i64>();
  }

 private:
  [[noreturn]] void refuse(const std::string& expected) const {
    throw UsageError(*file_ + ": " + place_ + " must be " + expected + ", not " +
                     (value_->is_number() ? value_->dump() : value_->type_name()) + "; " +
                     kResultHint);
  }

  const nlohmann::json* value_;
  const std::string* file_;
  std::string place_;
};

std::string result_content(std::istream& input, const std::string& name) {
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

SavedStage stage_in(const ResultField& field) {
  SavedStage stage;
  const ResultField windows = field["windows"];
  for (std::size_t i = 0; i < kComparedPercentiles; ++i) {
    stage[i].whole_run = Nanos{field[kPercentiles[i].name].number()};
    const ResultField values = windows[kPercentiles[i].name];
    for (std::size_t at = 0; at < values.elements(); ++at) {
      const ResultField window = values.element(at);
      if (!window.none()) stage[i].windows.push_back(Nanos{window.number()});
    }
  }
  return stage;
}

std::string setup_in(ResultField field, const SetupName& name) {
  for (const std::string& step : split(name.place, '/')) field = field[step];
  return name.is_number ? std::to_string(field.number()) : field.words();
}

}  // namespace

SavedLatency saved_latency_in(const std::string& content, const std::string& file) {
  const nlohmann::json parsed = parsed_result(content, file);
  if (const std::string kind = benchmark_of(parsed, file); kind != "latency") {
    throw UsageError(file + ": is a result of bench " + printable(kind.substr(0, kMostNameShown)) +
                     "; compare takes those of `tapedeck bench latency --json`");
  }
  const ResultField result{parsed, file};
  SavedLatency saved;
  saved.file = file;
  saved.command = result["command"].words();
  saved.valid = result["valid"].flag();
  if (!saved.valid) saved.why_invalid = result["why_invalid"].words();
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    const ResultField stage = result["stages"][latency::kLatencySpanNames[i]];
    if (stage.none()) {
      saved.why_none[i] = result["stages_why_none"][latency::kLatencySpanNames[i]].words();
    } else {
      saved.stages[i] = stage_in(stage);
    }
  }
  if (const ResultField hop = result["hop_ns"]; !hop.none()) saved.hop = Nanos{hop.number(1)};
  saved.fit_for_figures = result["machine"]["fit_for_figures"].flag();
  for (std::size_t i = 0; i < kSetupNames.size(); ++i) {
    saved.setup[i] = setup_in(result, kSetupNames[i]);
  }
  return saved;
}

SavedLatency saved_latency(const std::string& path) {
  if (path == "-") {
    const std::string name = "- (standard input)";
    return saved_latency_in(result_content(std::cin, name), name);
  }
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw UsageError(path + ": cannot be opened: " + std::generic_category().message(errno) +
                     "; check the path");
  }
  return saved_latency_in(result_content(file, path), path);
}

}  // namespace tapedeck::tools
