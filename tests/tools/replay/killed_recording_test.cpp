// What a tape that was cut off in the middle of its recording must still be.
#include <csignal>
#include <filesystem>
#include <regex>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "feeds/catalog/catalog.hpp"
#include "tests/support/command.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/tapes.hpp"

namespace tapedeck {
namespace {

using test::Outcome;

class KilledRecording : public ::testing::Test {
 protected:
  // The newest message that was reported to be on the disk.
  static u64 synced(const std::string& told) {
    u64 newest = 0;
    static const std::regex kLine{"synced up to message ([0-9]+)"};
    for (std::sregex_iterator at{told.begin(), told.end(), kLine}, end; at != end; ++at) {
      newest = std::stoull((*at)[1]);
    }
    return newest;
  }
  // Event by event what the source gave, from its first message on, and no further.
  static u64 expect_prefix(const std::string& tape, tape::Content content,
                           const std::vector<Event>& source) {
    const auto feed = test::open_tape(feeds::open_source(tape), content);
    const std::vector<Event> events = test::drain(*feed);
    EXPECT_LE(events.size(), source.size()) << "the source was not long enough";
    u64 last = 0;
    for (std::size_t i = 0; i < std::min(events.size(), source.size()); ++i) {
      if (!same_event(events[i], source[i])) {
        ADD_FAILURE() << tape << ": event " << i << " is not the source's";
        break;
      }
      last = events[i].sequence;
    }
    return last;
  }
  // What comes behind a checkpoint, if there is one, is what the source gave there. True if there
  // is.
  static bool expect_same_behind_checkpoint(const std::string& tape, tape::Content content,
                                            const std::vector<Event>& source, u64 before) {
    tape::TapeOptions options;
    options.reopen = tape::reopening(tape);
    const auto feed = test::open_tape(feeds::open_source(tape), content, std::move(options));
    const auto reached = feed->seek({before, kBeginningOfTime});
    if (!reached) return false;
    const auto is_of_checkpoint = [](const Event& event) {
      return (event.flags & kOfCheckpoint) != 0;
    };
    std::vector<Event> events = test::drain(*feed);
    events.erase(events.begin(), std::ranges::find_if_not(events, is_of_checkpoint));
    const auto from = std::ranges::upper_bound(source, reached->sequence, {}, &Event::sequence);
    const auto left = static_cast<std::size_t>(source.end() - from);
    EXPECT_TRUE(events.size() <= left && std::equal(events.begin(), events.end(), from, same_event))
        << tape;
    return true;
  }

  test::TemporaryFolder folder_{"killed"};
  test::Command command_{folder_};
};

TEST_F(KilledRecording, KeepsWhatWasSyncedAndNothingWrong) {
  feeds::SimulatedSpec request;
  request.events_per_s = 2e6;
  request.duration = Nanos{kNanosPerSecond};
  request.events = 800'000;
  request.speed.reset();
  const feeds::OpenedFeeds simulation = feeds::open_channels(request);
  const std::vector<Event> simulated = test::drain(*simulation.channels[0].feed);
  const std::string day = folder_.path("day.itch");
  test::FileWriter writer{day};
  test::write_demo_flow(writer, {400'000, 20, 12});
  writer.close();
  const std::string day_bytes = test::file_content(day);
  const std::vector<Event> recorded = test::drain(*test::feed_over(as_bytes_of(day_bytes)));

  const u64 kills = test::starts(20, 80, 200);
  Random random{20261125};
  u64 with_messages = 0;
  u64 with_synced = 0;
  u64 begun_at_checkpoints = 0;
  for (u64 kill = 0; kill < kills; ++kill) {
    const std::string tape = folder_.path("killed.tape");
    std::filesystem::remove(tape);
    const bool of_messages = kill % 2 == 1;
    std::vector<std::string> words{"--record",   tape,
                                   "--sync",     kill % 3 == 0 ? "none" : "frame",
                                   "--compress", kill % 5 == 0 ? "none" : "fast"};
    const bool with_checkpoints = kill % 4 >= 2;
    if (with_checkpoints)
      words.insert(words.end(), {"--checkpoints", of_messages ? "10m" : "10ms"});
    if (of_messages) {
      words.insert(words.begin(), {"replay", day});
    } else {
      words.insert(words.begin(), {"simulate", "--rate", "2M", "--events", "800k"});
    }
    const auto after = std::chrono::microseconds{
        5'000 + random.below(test::kCommandSanitized ? 900'000 : 120'000)};
    const Outcome run = command_.run_and_signal(words, SIGKILL, after);
    ASSERT_TRUE(run.exit_code == 128 + SIGKILL || run.exit_code == 0) << run.err;
    if (!std::filesystem::exists(tape) || std::filesystem::file_size(tape) < 64) {
      EXPECT_EQ(synced(run.err), 0U);
      continue;  // it had not begun
    }
    const auto content = of_messages ? tape::Content::itch50 : tape::Content::events;
    const std::vector<Event>& source = of_messages ? recorded : simulated;
    const u64 last = expect_prefix(tape, content, source);
    begun_at_checkpoints += expect_same_behind_checkpoint(tape, content, source, last) ? 1U : 0U;
    EXPECT_GE(last, synced(run.err)) << "what was reported as synced is gone";
    with_messages += last > 0 ? 1U : 0U;
    with_synced += synced(run.err) > 0 ? 1U : 0U;
  }
  EXPECT_GT(with_messages, kills / 4) << "the kills came too early to show anything";
  EXPECT_GT(with_synced, kills / 10);
  EXPECT_GT(begun_at_checkpoints, kills / 10);
}

}  // namespace
}  // namespace tapedeck
