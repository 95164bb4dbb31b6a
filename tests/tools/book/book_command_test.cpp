// `tapedeck book`: what it shows is what the engine had at that moment.
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/core/calendar.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/random.hpp"
#include "feeds/catalog/catalog.hpp"
#include "tests/support/command.hpp"
#include "tests/support/data.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/lossy_lines.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

class BookCommand : public ::testing::Test {
 protected:
  std::string demo(const std::string& name, u64 messages) {
    test::FileWriter writer{folder_.path(name)};
    test::write_demo_flow(writer, {messages, 10, 3});
    writer.close();
    return folder_.path(name);
  }
  std::string tape_of(const std::string& path, const std::vector<std::string>& options = {}) {
    const std::string tape = folder_.path("a.tape");
    std::vector<std::string> arguments{"replay", path, "--record", tape, "--force"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    EXPECT_EQ(command_.run(arguments).exit_code, 0);
    return tape;
  }
  // Asks for the book at random times of the channel and compares it with a walk over all of it.
  void expect_equal_at_random_times(const std::string& path, u64 questions);

  test::TemporaryFolder folder_{"book"};
  test::Command command_{folder_};
};

void BookCommand::expect_equal_at_random_times(const std::string& path, u64 questions) {
  feeds::FilesSpec request;
  request.paths = {path};
  const feeds::OpenedFeeds opened = feeds::open_channels(request);
  const std::vector<Event> events = test::drain(*opened.channels[0].feed);
  ASSERT_FALSE(events.empty());
  const Nanos midnight = opened.channels[0].midnight;
  i64 first = INT64_MAX;
  i64 newest = INT64_MIN;
  for (const Event& event : events) {
    first = std::min(first, event.exchange_time.value);
    newest = std::max(newest, event.exchange_time.value);
  }
  struct Question {
    Nanos at;
    u64 pick;
  };
  Random random{7};
  std::vector<Question> asked;
  for (u64 i = 0; i < questions; ++i) {
    const i64 time = i % 4 == 0
                         ? events[random.below(events.size())].exchange_time.value
                         : first + static_cast<i64>(random.below(static_cast<u64>(newest - first)));
    asked.push_back({Nanos{time}, random.next()});
  }
  std::ranges::sort(asked, {}, &Question::at);

  book::BookSet books;
  books.open_channel(0, true);
  std::size_t next = 0;
  for (const auto& [at, pick] : asked) {
    for (; next < events.size() && events[next].exchange_time <= at; ++next) {
      books.apply(0, events[next]);
    }
    if (books.books().empty()) continue;
    const book::Book& book = books.books()[pick % books.books().size()];
    const std::string symbol{book.state.define.name()};
    constexpr std::size_t kDatePart = 11;
    std::string time = iso_time(at - midnight).substr(kDatePart);
    time.pop_back();
    const Outcome run =
        command_.run({"book", path, "--at", time, "--symbol", symbol, "--depth", "10", "--json"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const json got = run.json();
    ASSERT_EQ(got["digest"], hex16(book::book_digest(books.snapshot(book))))
        << time << " " << symbol;
    ASSERT_EQ(got["orders"], books.orders_of(book));
    for (const Side side : {Side::bid, Side::ask}) {
      const json& levels = got[side == Side::bid ? "bids" : "asks"];
      ASSERT_EQ(levels.size(), std::min<std::size_t>(10, book.side(side).size()));
      for (u32 depth = 0; depth < levels.size(); ++depth) {
        const book::Level level = books.level(book, side, depth);
        ASSERT_EQ(levels[depth]["price"], decimal(level.price));
        ASSERT_EQ(levels[depth]["quantity"], level.quantity.value);
        ASSERT_EQ(levels[depth]["orders"], level.orders);
      }
    }
  }
}

TEST_F(BookCommand, EqualsAWalkOverARecordedDayAtRandomTimes) {
  TAPEDECK_NEED_DATA(zip, "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip");
  expect_equal_at_random_times(tape_of(zip.string()), test::starts(10, 100, 300));
}

TEST_F(BookCommand, EqualsAWalkOverARecordedDayThatHasCheckpoints) {
  TAPEDECK_NEED_DATA(zip, "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip");
  expect_equal_at_random_times(tape_of(zip.string(), {"--checkpoints", "1m"}),
                               test::starts(10, 250, 1'000));
}

TEST_F(BookCommand, EqualsAWalkOverADayOfManySymbolsAtRandomTimes) {
  const std::string day = demo("day.itch", test::kCommandSanitized ? 3'000 : 20'000);
  expect_equal_at_random_times(tape_of(day), test::starts(10, 50, 150));
  expect_equal_at_random_times(tape_of(day, {"--checkpoints", "10m"}), test::starts(10, 100, 300));
}

TEST_F(BookCommand, ShowsTheLadderToPeople) {
  test::ItchDay day;
  day.system('O').directory(1, "AAPL").system('Q').trading(1, "AAPL");
  day.add(1, "AAPL", 1, 'B', 200, 1'000'000).add(1, "AAPL", 2, 'B', 1'300, 1'000'000);
  day.add(1, "AAPL", 3, 'S', 50, 1'010'500);
  const std::string path = folder_.path("day.itch");
  const auto bytes = day.bytes();
  std::ofstream{path, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                              static_cast<std::streamsize>(bytes.size()));
  const Outcome run = command_.run({"book", path, "--depth", "2", "--orders"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("        2          1,500        100.00   101.05        50             1"),
            std::string::npos)
      << run.out;
  EXPECT_NE(run.out.find("200 (1), 1300 (2)"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("LIVE, trading; 3 orders at 1 bid and 1 ask level"), std::string::npos);
  const Outcome by_number = command_.run({"book", path, "--at", "#6", "--json"});
  EXPECT_EQ(by_number.json()["message"], 6);
  EXPECT_EQ(by_number.json()["orders"], 2);
}

// The names that --state and `inspect` show are found, those that a feed makes included.
TEST_F(BookCommand, FindsWhatIsShown) {
  const std::string long_symbol = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  test::DbnFile file{test::dbn_head(3, long_symbol)};
  file.of(7).add('B', 1, 100, 5).of(7, 2).add('B', 1, 101, 5).of(9).add('B', 2, 102, 5);
  const std::string path = folder_.write("day.dbn", file.bytes());
  const auto best_bid = [&](const std::string& symbol) {
    const Outcome outcome = command_.run({"book", path, "--symbol", symbol, "--json", "--quiet"});
    EXPECT_EQ(outcome.exit_code, 0) << symbol << outcome.err;
    return outcome.exit_code == 0 ? json::parse(outcome.out)["bids"][0]["price"] : json{};
  };
  EXPECT_EQ(best_bid(long_symbol), "100");
  EXPECT_EQ(best_bid("#9"), "102");
  std::set<std::string> prices;
  feeds::FilesSpec request;
  request.paths = {path};
  for (const Event& event : test::drain(*feeds::open_channels(request).channels[0].feed)) {
    if (event.kind != Kind::define) continue;
    prices.insert(best_bid(std::string{event.define.name()}).get<std::string>());
  }
  EXPECT_EQ(prices, (std::set<std::string>{"100", "101", "102"}));
  test::expect_refused(command_.run({"book", path, "--symbol", "#8"}), "--symbol #8: is not in");
  EXPECT_EQ(command_.run({"book", path, "--symbols", "#9"}).exit_code, 0) << "the only one";
}

TEST_F(BookCommand, ASymbolOfSeveralStreamsNeedsAGroup) {
  test::MadeCapture capture;
  for (const feeds::Destination& to : {test::kLineA, *feeds::parse_destination("1.2.3.4:26400")}) {
    feeds::moldudp64::Header header{{}, 1, 1};
    std::ranges::fill(header.session, to == test::kLineA ? 'A' : 'B');
    test::ItchDay day;
    day.add(1, "AAPL", 1, 'B', to.port, 1'000'000);
    std::vector<std::byte> packet;
    feeds::moldudp64::append_packet(header, std::array{day.bytes().subspan(2)}, packet);
    capture.add(
        test::udp_frame_to(to, {reinterpret_cast<const char*>(packet.data()), packet.size()}));
  }
  const std::string path = folder_.write("day.pcap", capture.content());
  const Outcome refused = command_.run({"book", path, "--symbol", "AAPL"});
  test::expect_refused(refused, "choose one by --group: 233.54.12.111:26477; 1.2.3.4:26400");
  test::expect_refused(command_.run({"convert", path, "--out", folder_.path("a.itch")}),
                       "; 1.2.3.4:26400");
  const Outcome one = command_.run(
      {"book", path, "--symbol", "AAPL", "--group", "1.2.3.4:26400", "--json", "--quiet"});
  ASSERT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(json::parse(one.out)["bids"][0]["quantity"], 26'400);
}

TEST_F(BookCommand, SaysWhatIsMissing) {
  const std::string path = demo("day.itch", 2'000);
  test::expect_refused(command_.run({"book", path}), "name one of them with --symbol");
  test::expect_refused(command_.run({"book", path, "--symbol", "NONE"}),
                       "--symbol NONE: is not in");
  test::expect_refused(command_.run({"book", path, "--at", "noon"}), "must be a time of day");
  test::expect_refused(command_.run({"book", path, "--depth", "0"}), "--depth 0");
  test::expect_refused(command_.run({"book", folder_.path("none.itch")}), "cannot be opened");
}

TEST_F(BookCommand, TellsOfDamageBeforeThatMoment) {
  const std::string path = demo("day.itch", 2'000);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2 + 1);
  const Outcome run = command_.run({"book", path, "--symbol", "TAAA"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("the file was cut")) << run.err;
  EXPECT_NE(run.out.find("TAAA"), std::string::npos);
  EXPECT_NE(run.out.find("STALE (lost, message "), std::string::npos) << run.out;
  const json lost = command_.run({"book", path, "--symbol", "TAAA", "--json"}).json();
  EXPECT_EQ(lost["state"], "STALE");
  EXPECT_EQ(lost["state_reason"], "lost");
  EXPECT_GT(lost["state_first"], lost["message"]) << "of the instrument";
  EXPECT_TRUE(lost["state_last"].is_null());
  // What lies behind the moment is none of its business.
  const Outcome before = command_.run({"book", path, "--symbol", "TAAA", "--at", "#500", "--json"});
  EXPECT_EQ(before.exit_code, 0);
  EXPECT_EQ(before.json()["state"], "LIVE");
}

}  // namespace
}  // namespace tapedeck
