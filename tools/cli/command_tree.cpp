#include "tools/cli/command_tree.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "engine/core/text.hpp"
#include "feeds/catalog/catalog.hpp"
#include "strategies/registry.hpp"

namespace tapedeck::tools {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

// Options of the same name take the same values in every command, except those below.
constexpr std::array<Named, 47> kValues{{{"PATH", ""},
                                         {"--shards", "N|auto"},
                                         {"--shard-map", "FILE"},
                                         {"--batch", "N"},
                                         {"--pin", "auto|none|CORES"},
                                         {"--wait", "spin|yield|park|auto"},
                                         {"--queue-full", "block|drop"},
                                         {"--digest", "flow"},
                                         {"--snapshot-every", "TIME"},
                                         {"--depth", "N"},
                                         {"--out", "FILE"},
                                         {"--state", "FILE"},
                                         {"--symbol", "NAME"},
                                         {"--orderbook", "FILE"},
                                         {"--framing", "length|type"},
                                         {"--date", "YYYY-MM-DD"},
                                         {"--symbols", "A,B,..."},
                                         {"--report-every", "TIME"},
                                         {"--model", "zero-intelligence"},
                                         {"--preset", "default|large-tick|thin"},
                                         {"--instruments", "N"},
                                         {"--venues", "N"},
                                         {"--rate", "N|max"},
                                         {"--duration", "TIME"},
                                         {"--events", "N"},
                                         {"--seed", "N"},
                                         {"--record", "FILE"},
                                         {"--compress", "none|fast|small"},
                                         {"--sync", "none|interval|frame"},
                                         {"--checkpoints", "TIME"},
                                         {"--at", "TIME|#N"},
                                         {"--to", "TIME|#N"},
                                         {"--rounds", "N"},
                                         {"--load", "constant|poisson|bursts|recorded"},
                                         {"--speed", "FACTOR"},
                                         {"--warm-up", "TIME"},
                                         {"--from", "TIME|#N|open"},
                                         {"--sample-every", "N|auto"},
                                         {"--hgrm", "FOLDER"},
                                         {"--report", "FILE"},
                                         {"--first", "N"},
                                         {"--last", "N"},
                                         {"--percentile", "p50|p90|p99|p99.9|p99.99"},
                                         {"--limit", "TIME|auto"},
                                         {"--jobs", "N|auto"},
                                         {"--out-dir", "FOLDER"},
                                         {"--snapshots", "csv|jsonl|npy|parquet"}}};
struct OfCommand {
  std::string_view command, option, value;
};
constexpr std::array<OfCommand, 13> kValuesOfCommands{
    {{"itch", "--plant", "reversed-queue"},
     {"replay", "--from", "TIME|#N"},
     {"replay", "--speed", "max|FACTOR"},
     {"lobster", "--plant", "size@ROW|ignore-deletes|swap-side"},
     {"lobster", "--messages", "FILE"},
     {"throughput", "--shards", "A,B,..."},
     {"latency", "--rate", "N"},
     {"saturate", "--load", "constant|poisson|bursts"},
     {"compare", "A", "FILE"},
     {"diff", "A", "FILE"},
     {"diff", "B", "FILE"},
     {"compare", "B", "FILE"},
     {"completion", "SHELL", "bash|zsh|fish"}}};

void name_value(CLI::App& command, std::string_view option, std::string_view value) {
  CLI::Option* const found = command.get_option_no_throw(std::string{option});
  // One command's option may be another's flag.
  if (found != nullptr && found->get_items_expected_max() > 0) {
    found->type_name(std::string{value});
  }
}

bool is_word(std::string_view part) {
  return !part.empty() && std::ranges::none_of(part, [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '.' || c == ',';
  });
}

OptionEntry entry_of(const CLI::Option& option) {
  OptionEntry entry;
  const bool positional = option.get_positional();
  if (positional) {
    entry.name = option.get_name(true);
  } else if (!option.get_lnames().empty()) {
    entry.name = "--" + option.get_lnames().front();
  }
  if (!option.get_snames().empty()) entry.short_name = "-" + option.get_snames().front();
  entry.help = option.get_description();
  if (option.get_items_expected_max() > 0) entry.value = option.get_type_name();
  entry.default_value = option.get_default_str();
  entry.required = option.get_required();
  for (const std::string& part : split(entry.value, '|')) {
    if (part.starts_with("FILE") || part == "FOLDER") entry.takes_file = true;
    if (is_word(part)) entry.choices.push_back(part);
  }
  entry.takes_file |= positional && entry.choices.empty();
  entry.several = positional && option.get_expected_max() > 1;
  return entry;
}

}  // namespace

void name_option_values(CLI::App& app) {
  std::string formats;
  for (const std::string& format : feeds::known_formats()) {
    formats += (formats.empty() ? "" : "|") + format;
  }
  name_value(app, "--format", formats);
  std::string strategies;
  for (const strategies::StrategyKind& kind : strategies::all_kinds()) {
    strategies.append(strategies.empty() ? "" : "|").append(kind.name);
  }
  name_value(app, "--strategy", strategies);
  for (const auto& [option, value] : kValues) name_value(app, option, value);
  for (const auto& [command, option, value] : kValuesOfCommands) {
    if (app.get_name() == command) name_value(app, option, value);
  }
  for (CLI::App* const command : app.get_subcommands(nullptr)) name_option_values(*command);
}

CommandEntry tree_of(const CLI::App& app) {
  CommandEntry entry{app.get_name(), app.get_description(), {}, {}, {}};
  for (const CLI::Option* const option : app.get_options()) {
    (option->get_positional() ? entry.positionals : entry.options).push_back(entry_of(*option));
  }
  for (const CLI::App* const command : app.get_subcommands(nullptr)) {
    entry.commands.push_back(tree_of(*command));
  }
  return entry;
}

}  // namespace tapedeck::tools
