// Captures as they occur, opened as a command opens them: several streams, lines, sessions, packets
// of others; and a recorded day over two lossy lines.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/core/error.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/itch50/event_encoder.hpp"
#include "tests/support/data.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/lossy_lines.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::feeds {
namespace {

using test::kLineA;
using test::kLineB;
using test::MadeCapture;
using test::udp_frame_to;

const Destination kOther = *parse_destination("233.54.12.40:26401");

std::vector<Bytes> messages_of(Bytes frames) {
  std::vector<Bytes> messages;
  while (frames.size() > 2) {
    const std::size_t length = load_be<u16>(frames.data());
    messages.push_back(frames.subspan(2, length));
    frames = frames.subspan(2 + length);
  }
  return messages;
}

std::string mold(u64 sequence, Bytes message, const std::string& session = "000000000A") {
  moldudp64::Header header{{}, sequence, 1};
  session.copy(header.session.data(), header.session.size());
  std::vector<std::byte> bytes;
  moldudp64::append_packet(header, std::array{message}, bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class CaptureStreams : public ::testing::Test {
 protected:
  static test::ItchDay orders(u16 locate, const std::string& symbol, u64 first = 1) {
    test::ItchDay day;
    for (u64 i = 0; i < 5; ++i) {
      day.add(locate, symbol, first + i, 'B', 100, static_cast<u32>(1'000'000 + 100 * i));
    }
    return day;
  }
  OpenedFeeds open(const MadeCapture& capture, FilesSpec request = {}) {
    request.paths = {folder_.write("day.pcap", capture.content())};
    return open_channels(request);
  }
  // The symbols of a channel's definitions.
  static std::set<std::string> symbols(Feed& feed) {
    std::set<std::string> all;
    for (const Event& event : test::drain(feed)) {
      if (event.kind == Kind::define) all.emplace(event.define.name());
    }
    return all;
  }

  test::TemporaryFolder folder_{"streams"};
};

TEST_F(CaptureStreams, TwoFeedsWithOneSessionNameAreTwoChannelsOnOneThread) {
  const auto a = orders(1, "AAPL");
  const auto b = orders(2, "MSFT");
  MadeCapture capture;
  for (u64 i = 0; i < 5; ++i) {
    capture.add(udp_frame_to(kLineA, mold(i + 1, messages_of(a.bytes())[i])));
    capture.add(udp_frame_to(kOther, mold(i + 1, messages_of(b.bytes())[i])));
  }
  OpenedFeeds opened = open(capture);
  ASSERT_EQ(opened.channels.size(), 2U);
  EXPECT_EQ(opened.channels[0].thread, opened.channels[1].thread);
  EXPECT_EQ(opened.channels[0].name, "233.54.12.111:26477");
  EXPECT_EQ(opened.channels[1].name, "233.54.12.40:26401");
  EXPECT_EQ(symbols(*opened.channels[0].feed), std::set<std::string>{"AAPL"});
  EXPECT_EQ(symbols(*opened.channels[1].feed), std::set<std::string>{"MSFT"});
  u64 bytes = 0;
  for (const auto& channel : opened.channels) {
    EXPECT_EQ(channel.feed->counters().messages, 5U);
    EXPECT_EQ(channel.feed->counters().skipped_packets, 0U);
    EXPECT_TRUE(channel.feed->warnings().empty());
    bytes += channel.feed->counters().bytes;
  }
  EXPECT_EQ(bytes, capture.content().size());
}

TEST_F(CaptureStreams, AGroupChoosesAStreamAndItsLines) {
  const auto a = orders(1, "AAPL");
  const auto b = orders(2, "MSFT");
  MadeCapture capture;
  for (u64 i = 0; i < 5; ++i) {
    capture.add(udp_frame_to(kLineA, mold(i + 1, messages_of(a.bytes())[i])));
    capture.add(udp_frame_to(kOther, mold(i + 1, messages_of(b.bytes())[i])));
  }
  FilesSpec request;
  request.groups = {{kOther}};
  OpenedFeeds one = open(capture, request);
  ASSERT_EQ(one.channels.size(), 1U);
  EXPECT_EQ(symbols(*one.channels[0].feed), std::set<std::string>{"MSFT"});
  EXPECT_EQ(one.channels[0].feed->counters().skipped_packets, 5U);

  request.groups = {{kLineA, kOther}};
  OpenedFeeds together = open(capture, request);
  ASSERT_EQ(together.channels.size(), 1U);
  (void)test::drain(*together.channels[0].feed);
  EXPECT_EQ(together.channels[0].feed->counters().conflicting, 5U);
}

TEST_F(CaptureStreams, AGroupIsRefusedForOtherFormats) {
  FilesSpec request;
  request.paths = {folder_.write("day.itch", std::string{"\0\x0cS", 3} + std::string(11, 'O'))};
  request.groups = {{kLineA}};
  EXPECT_THROW((void)open_channels(request), ConfigError);
}

TEST_F(CaptureStreams, SessionsThatAlternateOnOneAddressAreTwoChannels) {
  const auto a = orders(1, "AAPL");
  const auto b = orders(2, "MSFT");
  MadeCapture capture;
  for (u64 i = 0; i < 5; ++i) {
    capture.add(udp_frame_to(kLineA, mold(i + 1, messages_of(a.bytes())[i], "SESSION00A")));
    capture.add(udp_frame_to(kLineA, mold(i + 1, messages_of(b.bytes())[i], "SESSION00B")));
  }
  OpenedFeeds opened = open(capture);
  ASSERT_EQ(opened.channels.size(), 2U);
  EXPECT_EQ(opened.channels[1].name, "233.54.12.111:26477 session \"SESSION00B\"");
  EXPECT_EQ(symbols(*opened.channels[0].feed), std::set<std::string>{"AAPL"});
  EXPECT_EQ(symbols(*opened.channels[1].feed), std::set<std::string>{"MSFT"});
}

TEST_F(CaptureStreams, ASessionThatReplacesAnotherIsTheSameChannelWithAWarning) {
  const auto a = orders(1, "AAPL");
  MadeCapture capture;
  for (const auto* const session : {"SESSION00A", "SESSION00B"}) {
    for (u64 i = 0; i < 5; ++i) {
      capture.add(udp_frame_to(kLineA, mold(i + 1, messages_of(a.bytes())[i], session)));
    }
  }
  OpenedFeeds opened = open(capture);
  ASSERT_EQ(opened.channels.size(), 1U);
  (void)test::drain(*opened.channels[0].feed);
  EXPECT_EQ(opened.channels[0].feed->counters().messages, 10U);
  ASSERT_EQ(opened.channels[0].feed->warnings().size(), 1U);
  EXPECT_NE(opened.channels[0].feed->warnings()[0].find("replaced"), std::string::npos);
}

TEST_F(CaptureStreams, ACaptureWithoutTimesHasNoDateAndSaysSo) {
  const auto a = orders(1, "AAPL");
  MadeCapture capture;
  capture.add(udp_frame_to(kLineA, mold(1, messages_of(a.bytes())[0])), 0);
  OpenedFeeds opened = open(capture);
  EXPECT_EQ(opened.time_base, TimeBase::midnight);
  (void)test::drain(*opened.channels[0].feed);
  ASSERT_EQ(opened.channels[0].feed->warnings().size(), 1U);
  EXPECT_NE(opened.channels[0].feed->warnings()[0].find("no times"), std::string::npos);

  FilesSpec request;
  request.date = parse_date("2019-12-30");
  EXPECT_EQ(open(capture, request).time_base, TimeBase::utc);
}

// GOOG's recorded day as ITCH.
class TwoLines : public ::testing::Test {
 protected:
  void read(const std::filesystem::path& archive) {
    FilesSpec request;
    request.paths = {archive.string()};
    OpenedFeeds opened = open_channels(request);
    itch50::EventEncoder encoder{opened.channels[0].midnight};
    for (const Event& event : test::drain(*opened.channels[0].feed))
      (void)encoder.encode(event, day_);
    encoder.finish(day_);
    messages_ = messages_of(day_.bytes());
  }
  // The book after the first `count` messages of the file itself.
  [[nodiscard]] book::BookSnapshot book_of_file(std::size_t count) {
    book::BookSet books{{}};
    books.open_channel(0, true);
    const std::size_t size = static_cast<std::size_t>(
        messages_[count - 1].data() + messages_[count - 1].size() - day_.bytes().data());
    std::vector<itch50::DayFile> files;
    files.push_back({memory_source("goog.itch", day_.bytes().first(size)), Nanos{0}});
    itch50::FileFeed feed{std::move(files), itch50::Framing::length};
    for (const Event& event : test::drain(feed)) books.apply(0, event);
    return books.snapshot(books.books().front());
  }
  void expect_best_possible(u64 seed, std::size_t count, const book::BookSnapshot& expected) {
    Random random{seed};
    const double losses[]{0.0005, 0.02, 0.1};
    test::LossyLinesOptions options{.seed = seed, .loss = losses[random.below(3)]};
    if (random.chance(0.2)) options.beginning_lost = 1 + random.below(50);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", loss " + std::to_string(options.loss) +
                 ", beginning " + std::to_string(options.beginning_lost));
    const std::vector<Bytes> sent(messages_.begin(),
                                  messages_.begin() + static_cast<std::ptrdiff_t>(count));
    const test::LossyLines lines = lossy_lines(sent, options);
    FilesSpec request;
    request.paths = {folder_.write("lines.pcap", lines.capture.content())};
    OpenedFeeds opened = open_channels(request);
    ASSERT_EQ(opened.channels.size(), 1U);
    book::BookSet books{{}};
    books.open_channel(0, true);
    for (const Event& event : test::drain(*opened.channels[0].feed)) books.apply(0, event);
    const FeedCounters& counters = opened.channels[0].feed->counters();
    EXPECT_EQ(counters.lost, lines.lost);
    EXPECT_EQ(counters.duplicates, lines.again);
    EXPECT_EQ(counters.messages, count - lines.lost - (lines.first - 1));
    EXPECT_EQ(counters.skipped_packets, lines.foreign);
    EXPECT_EQ(counters.conflicting + counters.late + counters.malformed, 0U);
    const book::Book& book = books.books().front();
    const std::string trust = text_of(book.state.trust(books.session(0)));
    const bool joined = lines.first > 1;
    if (lines.lost > 0) {
      const book::BookTrust stale{book::TrustState::stale,
                                  joined ? book::TrustReason::joined : book::TrustReason::lost,
                                  lines.first_lost, lines.last_lost};
      EXPECT_EQ(trust, text_of(stale));
      ++stale_;
    } else if (joined) {
      EXPECT_EQ(trust, "SUSPECT (joined at " + std::to_string(lines.first) + ")");
      ++joined_;
    } else {
      EXPECT_EQ(trust, "LIVE");
      EXPECT_EQ(books.snapshot(book), expected);
      ++equal_;
    }
  }

  test::TemporaryFolder folder_{"lines"};
  itch50::FrameBuffer day_;
  std::vector<Bytes> messages_;
  int equal_ = 0, stale_ = 0, joined_ = 0;
};

TEST_F(TwoLines, OfARecordedDayAreTheFileOrSayWhatIsMissing) {
  TAPEDECK_NEED_DATA(archive, "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip");
  read(archive);
  ASSERT_GT(messages_.size(), 100'000U);
  const bool deep = std::getenv("TAPEDECK_DEEP") != nullptr;
  const std::size_t count = deep ? messages_.size() - 3 : test::kSanitized ? 1'500 : 5'000;
  const book::BookSnapshot expected = book_of_file(count);
  for (const u64 seed : test::seeds(test::kSanitized ? 20 : 200)) {
    expect_best_possible(seed, count, expected);
  }
  RecordProperty("equal", equal_);
  RecordProperty("stale", stale_);
  RecordProperty("joined", joined_);
  EXPECT_GT(equal_, 0);
  EXPECT_GT(stale_, 0);
  EXPECT_TRUE(deep || joined_ > 0);
}

}  // namespace
}  // namespace tapedeck::feeds
