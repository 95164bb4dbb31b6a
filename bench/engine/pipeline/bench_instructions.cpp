// The inline engine over the first messages of an ITCH file, once and untimed: the program that
// bench/count_instructions counts the instructions of.
//
//   bench_instructions FILE.itch --messages N [--sample EVERY]
//   bench_instructions FILE.itch --messages N --cut OUT.itch   writes those messages alone
//   bench_instructions --make FILE.itch --messages N    writes a made-up day of 500 instruments
//   bench_instructions --smoke                          checks the books against the reference
//
// The messages lie in memory before the engine starts, so that the stage's polls, and only they,
// hold what a message takes. Events are looked ahead for, as in books that fit no near cache: a day
// that can be counted in seconds has small ones. Exit 2: wrong usage, or a file with fewer
// messages.
#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "engine/core/clock.hpp"
#include "engine/core/error.hpp"
#include "engine/core/units.hpp"
#include "engine/pipeline/digests.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/system/environment.hpp"
#include "engine/thread/runner.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/itch50/file_feed.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/outcome.hpp"

namespace tapedeck {
namespace {

constexpr u32 kInstruments = 500;
constexpr const char* kUsage =
    "usage: bench_instructions FILE.itch --messages N [--sample EVERY | --cut OUT.itch] | "
    "--make FILE.itch --messages N | --smoke";

struct Options {
  std::string file;
  std::string make;
  std::string cut;
  u64 messages = 0;
  u32 sample = 0;  // one event of so many; 0: none
  bool smoke = false;
};

std::unique_ptr<itch50::FileFeed> feed_over(Bytes frames) {
  std::vector<itch50::DayFile> files;
  files.push_back({feeds::memory_source("first messages", frames), Nanos{0}});
  return std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length);
}

// The first `messages` of a file, each with its length. Throws ConfigError when there are fewer.
std::vector<std::byte> first_messages(const std::string& path, u64 messages) {
  const std::unique_ptr<feeds::ByteSource> source = feeds::open_source(path);
  std::vector<std::byte> frames;
  for (u64 read = 0; read < messages; ++read) {
    const bool has_length = source->ensure(sizeof(u16));
    const std::size_t size =
        has_length ? sizeof(u16) + load_be<u16>(source->window().data()) : std::size_t{0};
    if (size <= sizeof(u16) || !source->ensure(size)) {
      throw PathError(path, "holds " + grouped(read) + " ITCH 5.0 messages, " + grouped(messages) +
                                " are needed; give a longer file");
    }
    const Bytes frame = source->window().first(size);
    frames.insert(frames.end(), frame.begin(), frame.end());
    source->consume(size);
  }
  return frames;
}

// What `tapedeck replay --shards 0` runs.
u64 digest_after(Bytes frames, u64 messages, u32 sample) {
  pipeline::EngineConfig config;
  config.near_bytes = 0;
  if (sample > 0) config.sample = latency::SamplerOptions{.every = sample};
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(feed_over(frames));
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{std::move(config), std::move(feeds), clock, stop};
  engine.run();
  if (engine.progress().messages != messages) {
    throw ConfigError("messages", {},
                      grouped(engine.progress().messages) + " of " + grouped(messages) +
                          " messages can be decoded; give an undamaged file of ITCH 5.0");
  }
  return pipeline::digest_of(engine);
}

void print_result(u64 messages, u64 digest) {
  std::printf("compiler %s\nmessages %llu\ndigest %016llx\n",
              system::this_environment().compiler.c_str(),
              static_cast<unsigned long long>(messages), static_cast<unsigned long long>(digest));
}

void make(const Options& options) {
  test::FileWriter file{options.make};
  test::write_demo_flow(file, {options.messages, kInstruments, 1});
  file.close();
}

void cut(Bytes frames, const std::string& path) {
  std::ofstream file{path, std::ios::binary};
  file.write(reinterpret_cast<const char*>(frames.data()),
             static_cast<std::streamsize>(frames.size()));
  if (!file.flush()) throw PathError(path, "cannot be written; check the folder and its rights");
}

void smoke() {
  const bench::MadeDay day{20'000, kInstruments};
  itch50::FrameBuffer frames;
  test::write_demo_flow(frames, {day.messages(), kInstruments, 1});
  const u64 expected = test::expected_of({day.events()}).digest;
  for (const u32 sample : {0U, 8U}) {
    if (digest_after(frames.bytes(), day.messages(), sample) != expected) {
      throw std::runtime_error("wrong answer: the engine's books differ from the reference");
    }
  }
  print_result(day.messages(), expected);
}

// 0 when it is no number.
template <class Number>
Number number_in(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

// Throws ConfigError on anything that is no option of ours.
Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = arguments[i];
    const std::string_view value = i + 1 < count ? arguments[i + 1] : "";
    if (word == "--smoke") {
      options.smoke = true;
    } else if (word == "--sample" && number_in<u32>(value) > 0) {
      options.sample = number_in<u32>(value);
      ++i;
    } else if (word == "--make" && !value.empty()) {
      options.make = value;
      ++i;
    } else if (word == "--cut" && !value.empty()) {
      options.cut = value;
      ++i;
    } else if (word == "--messages" && number_in<u64>(value) > 0) {
      options.messages = number_in<u64>(value);
      ++i;
    } else if (!word.starts_with("--") && options.file.empty()) {
      options.file = word;
    } else {
      throw std::invalid_argument(std::string{word} + " is unknown, or no number follows it; " +
                                  kUsage);
    }
  }
  const bool one_of_them = options.file.empty() != options.make.empty();
  if (!options.smoke && (!one_of_them || options.messages == 0)) {
    throw std::invalid_argument(kUsage);
  }
  return options;
}

int run(int count, char** arguments) {
  try {
    const Options options = parse(count, arguments);
    bench::announce("bench_instructions");
    if (options.smoke) {
      smoke();
    } else if (!options.make.empty()) {
      make(options);
    } else {
      const std::vector<std::byte> frames = first_messages(options.file, options.messages);
      if (options.cut.empty()) {
        print_result(options.messages, digest_after(frames, options.messages, options.sample));
      } else {
        cut(frames, options.cut);
      }
    }
    return 0;
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "bench_instructions: %s\n", error.what());
    return 2;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "bench_instructions: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_instructions: %s\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::run(count, arguments);
}
