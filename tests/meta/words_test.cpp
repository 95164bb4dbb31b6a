// One word for one thing: names that the project once had for what the trade calls otherwise stay
// gone, from sources, from pages, and from what the command says of itself. Identifiers and phrases
// only, never a bare English word.
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/source_tree.hpp"

namespace tapedeck::test {
namespace {

struct Word {
  std::string_view gone;
  std::string_view now;
};

constexpr std::string_view kOwnPath = "tests/meta/words_test.cpp";

// Found as whole words, as they are written.
constexpr Word kIdentifiers[] = {
    {"LineNumber", "ChannelId"},
    {"LinePlace", "ChannelPlace"},
    {"LineMoment", "ChannelMoment"},
    {"LineStage", "ChannelStage"},
    {"LineProgress", "ChannelProgress"},
    {"LineCensus", "ChannelCensus"},
    {"ComparedLine", "ComparedChannel"},
    {"InspectedLine", "InspectedChannel"},
    {"kMaxInstrumentsPerLine", "kMaxInstrumentsPerChannel"},
    {"line_time", "channel_time"},
    {"line_stage", "channel_stage"},
    {"line_bells", "channel_bells"},
    {"line_hash", "channel_hash"},
    {"open_line", "open_channel"},
    {"poll_line", "poll_channel"},
    {"BasicLane", "BasicBatchRing"},
    {"thread::Lane", "thread::BatchRing"},
    {"lane_depths", "ring_depths"},
    {"batches_per_lane", "batches_per_ring"},
    {"LegTimes", "SpanTimes"},
    {"LegWindows", "SpanWindows"},
    {"kLegs", "kLatencySpans"},
    {"kLegNames", "kLatencySpanNames"},
    {"leg_times", "span_times"},
    {"leg_windows", "span_windows"},
    {"FollowOptions", "SamplerOptions"},
    {"pipeline::Follower", "latency::LatencySampler"},
    {"bench_following", "bench_sampling"},
    {"count_following", "count_sampling"},
    {"kOpening", "kPreroll"},
    {"pass_opening", "pass_preroll"},
    {"BookImage", "BookSnapshot"},
    {"ImageLevel", "SnapshotLevel"},
    {"ImageFrame", "CheckpointFrame"},
    {"TapeImages", "TapeCheckpoints"},
    {"kOfImage", "kOfCheckpoint"},
    {"give_image", "emit_checkpoint"},
    {"book::Touch", "book::Level"},
    {"PacedFeed", "OpenLoopFeed"},
    {"DeckFeed", "ReplayFeed"},
    {"DeckSettings", "ReplaySettings"},
    {"FeedAround", "FeedDecorator"},
    {"MessageTap", "MessageObserver"},
    {"decode_tapped", "decode_observed"},
    {"Conveyor", "RecyclingWorker"},
    {"BeaconCell", "VisibilityProbeCell"},
    {"next_beacon_", "next_probe_"},
    {"run_rally", "run_ping_pong"},
    {"MemoryRound", "CacheWarmer"},
    {"PageKeeper", "PagePrefaulter"},
    {"StrategyHost", "StrategyRunner"},
    {"HostCore", "CpuCore"},
    {"this_host", "this_cpu_topology"},
    {"this_machine", "this_environment"},
    {"PatientFile", "FileWriter"},
    {"PackedFile", "CompressedFile"},
    {"BackgroundFile", "AsyncFile"},
    {"tape::Haste", "tape::Backlog"},
    {"has_marks", "has_barriers"},
    {"tell_knowledge", "export_state"},
    {"take_aside", "take_out_of_band"},
    {"tape::Aside", "tape::OutOfBand"},
    {"itch50::Impossible", "itch50::Unencodable"},
    {"take_off", "reduce"},
    {"add_again", "add_noinline"},
    {"drop_first", "pop_front"},
};

// Found whatever their case, and where a line of text ends within them.
constexpr Word kPhrases[] = {
    {"line time", "channel time"},
    {"a line's thread", "a channel's thread"},
    {"the line's thread", "the channel's thread"},
    {"a line of its own: venue", "a channel of its own"},
    {"image of the books", "checkpoint"},
    {"images of the books", "checkpoints"},
    {"an image of a tape", "a checkpoint"},
    {"paced feed", "open-loop feed or replay feed"},
    {"like a tape deck", "at the speed at which it was recorded"},
    {"leg by leg", "span by span"},
    {"the fullest lane", "the fullest ring"},
    {"lights a beacon", "writes a probe"},
    {"a shard's follower", "a shard's sampler"},
};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_identifier(std::string_view line, std::string_view name) {
  for (auto at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || !is_word(line[at - 1]);
    if (begins && (end == line.size() || !is_word(line[end]))) return true;
  }
  return false;
}

// One line of plain words: what marks comments, quotes and ends of lines is a blank.
std::string plain(const std::vector<std::string>& lines) {
  std::string text = " ";
  for (const std::string& line : lines) {
    for (const char c : line + " ") {
      const bool is_mark = c == '/' || c == '#' || c == '"' || c == '*' || c == '|' ||
                           std::isspace(static_cast<unsigned char>(c)) != 0;
      if (!is_mark) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      if (is_mark && text.back() != ' ') text += ' ';
    }
  }
  return text;
}

// "place: gone; it is now" of every word found.
std::vector<std::string> gone_words(const std::vector<SourceFile>& files) {
  std::vector<std::string> found;
  const auto add = [&found](const std::string& place, const Word& word) {
    found.push_back(place + ": \"" + std::string{word.gone} + "\"; it is \"" +
                    std::string{word.now} + "\" now");
  };
  for (const SourceFile& file : files) {
    // What is said of earlier versions is in their words.
    if (file.path == kOwnPath || file.path == "CHANGELOG.md") continue;
    for (std::size_t at = 0; at < file.lines.size(); ++at) {
      for (const Word& word : kIdentifiers) {
        if (has_identifier(file.lines[at], word.gone)) {
          add(file.path + ":" + std::to_string(at + 1), word);
        }
      }
    }
    const std::string text = plain(file.lines);
    for (const Word& word : kPhrases) {
      if (has_identifier(text, word.gone)) add(file.path, word);
    }
  }
  return found;
}

using Found = std::vector<std::string>;

TEST(Words, OfEarlierVersionsAreInNoSourceAndOnNoPage) {
  EXPECT_EQ(gone_words(source_files(source_root())), Found{});
}

TEST(Words, OfEarlierVersionsAreNotInWhatTheCommandSaysOfItself) {
  const TemporaryFolder folder{"words"};
  Command command{folder};
  for (const std::vector<std::string>& asked :
       {std::vector<std::string>{"--help"}, std::vector<std::string>{"man"}}) {
    const Outcome said = command.run(asked);
    ASSERT_EQ(said.exit_code, 0) << said.err;
    std::vector<std::string> lines{""};
    for (const char c : said.out) {
      if (c == '\n') lines.emplace_back();
      // roff writes a hyphen as \-
      if (c != '\n' && c != '\\') lines.back() += c;
    }
    EXPECT_EQ(gone_words({{"tapedeck " + asked.front(), lines}}), Found{});
  }
}

TEST(Words, OfEarlierVersionsAreNoticed) {
  const std::string by = "\"; it is \"";
  EXPECT_EQ(gone_words({{"a.cpp", {"int a;", "LineNumber n;  // not MyLineNumber"}}}),
            (Found{"a.cpp:2: \"LineNumber" + by + "ChannelId\" now"}));
  EXPECT_EQ(gone_words({{"a.cpp", {"MyLineNumber n;", "LineNumbers m;"}}}), Found{});
  EXPECT_EQ(gone_words({{"b.hpp", {"/// By the Line", "/// time of its channel."}}}),
            (Found{"b.hpp: \"line time" + by + "channel time\" now"}));
  EXPECT_EQ(gone_words({{"docs/c.md", {"a newline timed, a line, time"}}}), Found{});
}

}  // namespace
}  // namespace tapedeck::test
