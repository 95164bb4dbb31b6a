#include "tools/cli/examples.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tapedeck::tools {
namespace {

constexpr auto kExamples = std::to_array<Example>({
    {"simulate", "tapedeck simulate", "a live market for ten seconds, with its books"},
    {"simulate", "tapedeck simulate --rate max --events 200k --record day.itch",
     "a recording for the other commands, as fast as it can be made"},
    {"simulate", "tapedeck simulate --rate max --events 200k --checkpoints 1s --record day.tape",
     "the same market as a tape, in which any moment is found at once"},
    {"simulate", "tapedeck simulate --rate 6.3 --instruments 1 --duration 6h30m --speed max",
     "a quiet day of one instrument, in a moment"},
    {"replay", "tapedeck replay day.itch", "books of the whole day, as fast as possible"},
    {"replay", "tapedeck replay day.itch --snapshot-every 1s --depth 5 --out books.csv",
     "five levels of every book, every second of exchange time"},
    {"replay", "tapedeck replay day.tape --from 09:30:01 --speed 10 --strategy vwap",
     "from a moment on, ten times as fast as it happened"},
    {"batch", "tapedeck batch day.itch day.tape --out-dir results --state",
     "many files at once, with results for each"},
    {"cat", "tapedeck cat day.itch --from 09:30:01 --symbols SIM1 --limit 20",
     "an instrument's next events, for people"},
    {"cat", "tapedeck cat day.tape --kinds execute,execute_at,trade --as csv > trades.csv",
     "all trades as rows, with the sides and prices of their orders"},
    {"symbols", "tapedeck symbols day.itch", "all instruments, the busiest first"},
    {"convert", "tapedeck convert day.itch --out copy.tape", "a tape of a recording"},
    {"convert", "tapedeck convert day.itch --symbols SIM1 --out events.csv.gz",
     "one instrument's events as rows for other programs"},
    {"inspect", "tapedeck inspect day.itch", "what the file holds, without books"},
    {"book", "tapedeck book day.itch --at 09:30:01 --symbol SIM1 --orders",
     "one book as it was at a moment, order by order"},
    {"diff", "tapedeck diff day.itch copy.tape", "where two recordings part, if they do"},
    {"verify itch", "tapedeck verify itch day.itch",
     "the engine's books against slow and obvious ones"},
    {"verify lobster", "tapedeck verify lobster --messages LOBSTER_SampleFile.zip",
     "the engine's books against the exchange's own"},
    {"bench throughput", "tapedeck bench throughput day.itch --rounds 3",
     "how fast the file is replayed, by number of shards"},
    {"bench latency", "tapedeck bench latency --rate 50k --duration 2s --report latency.html",
     "how long events take, as a page for a browser"},
    {"bench latency", "tapedeck bench latency day.itch --rate 20k --duration 2s --json",
     "a recorded file as the load, the result as JSON"},
    {"bench saturate", "tapedeck bench saturate --duration 200ms --report knee.html",
     "the load from which waiting dominates"},
    {"bench compare", "tapedeck bench compare before.json after.json",
     "whether two results of `bench latency --json` differ"},
    {"doctor", "tapedeck doctor", "what this computer is good for, and how to run on it"},
    {"strategies", "tapedeck strategies", "the signals, their options and values"},
    {"completion", "source <(tapedeck completion bash)", "completion in this shell"},
    {"man", "tapedeck man | man -l -", "the manual page"},
    {"help", "tapedeck help bench latency", "the help of a command"},
});

// What a newcomer types first, in this order.
constexpr auto kFirstSteps = std::to_array<std::string_view>(
    {"tapedeck simulate", "tapedeck simulate --rate max --events 200k --record day.itch",
     "tapedeck replay day.itch",
     "tapedeck cat day.itch --from 09:30:01 --symbols SIM1 --limit 20"});

// The program itself has the first steps; a group of commands, the first example of each of them.
bool is_shown(const Example& example, std::string_view command, std::string_view& before) {
  if (command.empty()) return std::ranges::find(kFirstSteps, example.line) != kFirstSteps.end();
  if (example.command == command) return true;
  const bool is_inside =
      example.command.starts_with(command) && example.command[command.size()] == ' ';
  return is_inside && std::exchange(before, example.command) != example.command;
}

}  // namespace

std::span<const Example> all_examples() {
  return kExamples;
}

std::string examples_text(std::string_view command) {
  std::string text;
  std::string_view before;
  for (const Example& example : kExamples) {
    if (!is_shown(example, command, before)) continue;
    text.append(text.empty() ? "Examples:\n" : "");
    text.append("  ").append(example.line).append("\n      ").append(example.what).append("\n");
  }
  return text;
}

}  // namespace tapedeck::tools
