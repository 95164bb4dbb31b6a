#include "tools/cli/log.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <vector>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/standard_streams.hpp"

namespace tapedeck::tools {
namespace {

// A file with another beginning is no log, and nothing is appended to it.
constexpr std::string_view kFirstLine = "# log of tapedeck\n";

// Formats a message with flags for its fields and without control characters, because parts may
// come from an input: names in an archive, a venue's errors.
class HarmlessMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm& /*time*/,
              spdlog::memory_buf_t& out) override {
    const std::string text =
        harmless(with_flags(std::string_view{message.payload.data(), message.payload.size()}));
    out.append(text.data(), text.data() + text.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<HarmlessMessage>();
  }
};

std::unique_ptr<spdlog::formatter> formatter(bool has_times) {
  auto made = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  made->add_flag<HarmlessMessage>('*').set_pattern(
      has_times ? "%Y-%m-%dT%H:%M:%S.%eZ tapedeck: %^%l%$: %*" : "tapedeck: %^%l%$: %*");
  return made;
}

spdlog::level::level_enum level_of(const std::string& name) {
  const std::vector<std::string> known{"debug", "info", "warning", "error", "off"};
  for (const std::string& one : known) {
    if (one == name) return spdlog::level::from_str(name);
  }
  const auto near = nearest(name, known);
  throw UsageError("--log-level " + name + ": must be debug, info, warning, error or off" +
                   (near ? "; did you mean " + *near + "?" : ""));
}

// Writes the first line of a new log. A file that is there must begin with it.
void prepare(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::exists(path, unknown) && !std::filesystem::is_regular_file(path, unknown)) {
    return;  // a pipe or a device
  }
  std::string beginning(kFirstLine.size(), '\0');
  std::ifstream there{path, std::ios::binary};
  there.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  if (there.gcount() > 0) {
    if (beginning == kFirstLine) return;
    throw UsageError("--log-file " + path +
                     ": is there already and is no log of tapedeck; name another file");
  }
  std::ofstream fresh{path, std::ios::binary | std::ios::app};
  if (!(fresh << kFirstLine << std::flush)) {
    throw UsageError("--log-file " + path + ": cannot be written; check the path");
  }
}

}  // namespace

void start_log() {
  const auto log = spdlog::stderr_color_mt(
      "tapedeck", no_colour() ? spdlog::color_mode::never : spdlog::color_mode::automatic);
  log->set_formatter(formatter(::isatty(STDERR_FILENO) == 0));
  spdlog::set_default_logger(log);
}

void set_log(const LogOptions& options) {
  const spdlog::level::level_enum level = level_of(options.level);
  spdlog::default_logger()->set_level(level);
  if (options.file.empty()) return;
  prepare(options.file);
  try {
    const auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
    file->set_formatter(formatter(true));
    spdlog::default_logger()->sinks().push_back(file);
    spdlog::default_logger()->flush_on(spdlog::level::info);
  } catch (const spdlog::spdlog_ex&) {
    throw UsageError("--log-file " + options.file + ": cannot be written; check the path");
  }
}

}  // namespace tapedeck::tools
