#include "tools/cli/error.hpp"

#include "engine/core/recording.hpp"

namespace tapedeck::tools {
namespace {

// True for a field's name, which has a flag: snapshot_every is --snapshot-every.
bool is_field(std::string_view name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos;
}

std::string flag_of(std::string_view field) {
  std::string flag = "--";
  for (const char c : field) flag += c == '_' ? '-' : c;
  return flag;
}

}  // namespace

std::string with_flags(std::string_view text) {
  std::string shown;
  while (true) {
    const auto open = text.find('`');
    const auto close = open == text.npos ? text.npos : text.find('`', open + 1);
    if (close == text.npos) return shown.append(text);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    shown += text.substr(0, open);
    // Text that is no field (a file's name perhaps) stays, because its second backquote may begin a
    // field.
    if (is_field(name)) {
      shown += flag_of(name);
      text.remove_prefix(close + 1);
    } else {
      shown += text.substr(open, close - open);
      text.remove_prefix(close);
    }
  }
}

std::string with_flags(const ConfigError& error) {
  std::string text = error.what();
  if (!error.field().empty()) text.replace(0, error.field().size(), flag_of(error.field()));
  return with_flags(text);
}

std::string with_flags(const Damage& damage) {
  return with_flags(damage.message());
}

}  // namespace tapedeck::tools
