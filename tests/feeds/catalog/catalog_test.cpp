#include "feeds/catalog/catalog.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "engine/core/error.hpp"
#include "tests/support/data.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/soup_stream.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/zip_writer.hpp"

namespace tapedeck::feeds {
namespace {

using test::ItchDay;

class CatalogTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, Bytes content) {
    return folder_.write(
        name, std::string{reinterpret_cast<const char*>(content.data()), content.size()});
  }
  std::string write(const std::string& name, std::string_view text) {
    return write(name, as_bytes_of(text));
  }
  static FilesSpec request_for(std::vector<std::string> paths, bool parallel = false) {
    FilesSpec request;
    request.paths = std::move(paths);
    request.parallel = parallel;
    return request;
  }
  static OpenedFeeds open(std::vector<std::string> paths, bool parallel = false) {
    return open_channels(request_for(std::move(paths), parallel));
  }
  static std::string refusal(const FilesSpec& request) {
    try {
      (void)open_channels(request);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return {};
  }
  static ItchDay day() {
    ItchDay made;
    return made.system('O').directory(1, "A").add(1, "A", 1, 'B', 5, 10'000).system('C');
  }

  test::TemporaryFolder folder_{"catalog"};
};

TEST_F(CatalogTest, OnlyATapeIsFollowed) {
  const FilesSpec no_tape = request_for({write("day.itch", day().bytes())});
  EXPECT_EQ(open_channels(no_tape).channels.size(), 1U);
  EXPECT_THROW((void)open_channels(TapeSpec{no_tape}), ConfigError);
}

TEST_F(CatalogTest, EverySimulatedVenueIsAChannelWithAThreadOfItsOwn) {
  SimulatedSpec spec;
  spec.venues = 2;
  spec.date = Date{std::chrono::year{2026}, std::chrono::month{5}, std::chrono::day{18}};
  const OpenedFeeds opened = open_channels(spec);
  EXPECT_EQ(opened.time_base, TimeBase::utc);
  ASSERT_EQ(opened.channels.size(), 2U);
  for (const OpenedChannel& channel : opened.channels) {
    EXPECT_EQ(channel.format, "simulated");
    EXPECT_EQ(channel.source, "simulated");
    EXPECT_EQ(channel.midnight, eastern_midnight(*spec.date));
    EXPECT_EQ(zone_of(channel), TimeZone::us_eastern());
  }
  EXPECT_NE(opened.channels[0].thread, opened.channels[1].thread);
}

TEST_F(CatalogTest, TellsFormatsApartByContent) {
  EXPECT_EQ(open({write("x", day().bytes())}).channels.at(0).format, "itch50");
  EXPECT_EQ(open({write("y", "34200.1,1,77,100,5853300,1\n")}).channels.at(0).format, "lobster");
  const std::string pcap{"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", 8};
  EXPECT_EQ(open({write("z", pcap + std::string(16, '\0'))}).channels.at(0).format, "pcap");
  EXPECT_EQ(open({write("d", test::DbnFile{1}.bytes())}).channels.at(0).format, "dbn");
}

TEST_F(CatalogTest, SoupBinTcpIsRecognisedInEveryFileOfAChannel) {
  const ItchDay made = day();
  std::vector<std::byte> soup;
  for (Bytes rest = made.bytes(); !rest.empty();) {
    const std::size_t length = load_be<u16>(rest.data());
    soup.insert(soup.end(), {std::byte{0}, static_cast<std::byte>(length + 1), std::byte{'S'}});
    soup.insert(soup.end(), rest.begin() + 2, rest.begin() + 2 + static_cast<i64>(length));
    rest = rest.subspan(2 + length);
  }
  const std::string first = write("a_2020-02-28.itch", day().bytes());
  const std::string second = write("b_2020-03-02.dat", soup);
  OpenedFeeds opened = open({first, second});
  EXPECT_EQ(opened.channels.at(0).format, "itch50");
  EXPECT_EQ(test::drain(*opened.channels.at(0).feed).back().sequence, 8U);
  EXPECT_TRUE(opened.channels[0].feed->recording()->complete());

  FilesSpec plain = request_for({second});
  plain.framing = "length";
  plain.format = "itch50";
  opened = open_channels(plain);
  (void)test::drain(*opened.channels.at(0).feed);
  EXPECT_FALSE(opened.channels[0].feed->recording()->complete())
      << "the framing that was asked for is used";
}

TEST_F(CatalogTest, LongBeginningsDoNotHideTheFormat) {
  test::SoupStream quiet, talkative;
  for (int i = 0; i < 1'400; ++i) quiet.packet('H');
  quiet.login().messages(day().bytes());
  talkative.packet('+', std::string(5'000, 'x')).login().messages(day().bytes());
  FilesSpec request = request_for({write("quiet", quiet.bytes())});
  EXPECT_EQ(test::drain(*open_channels(request).channels.at(0).feed).back().sequence, 4U);
  request = request_for({write("talkative", talkative.bytes())});
  request.framing = "soup";
  EXPECT_EQ(test::drain(*open_channels(request).channels.at(0).feed).back().sequence, 4U);

  const std::string row = "34200.1,1,77,100,5853300,1\n";
  const std::string name = "A_2012-06-21_1_2_message_1.csv";
  for (const std::string& before :
       {std::string(5'000, '\n'), "time," + std::string(5'000, 'x') + "\n"}) {
    const std::string path = write(name, before + row);
    EXPECT_EQ(open({path}).channels.at(0).format, "lobster");
    EXPECT_EQ(format_by_content(path, "auto"), "lobster");
    EXPECT_EQ(open({write("other.csv", before + row)}).channels.at(0).format, "");
  }
}

TEST_F(CatalogTest, ContentOfNoKnownFormatIsALineThatEndsDamaged) {
  for (const std::string& content : {std::string{}, std::string(500, '\0'),
                                     std::string{"hello, this is no market data at all"}}) {
    OpenedFeeds opened = open({write("noise.bin", content)});
    EXPECT_TRUE(test::drain(*opened.channels.at(0).feed).empty());
    ASSERT_TRUE(opened.channels[0].feed->recording()->damage());
    EXPECT_NE(opened.channels[0].feed->recording()->damage()->message().find("noise.bin"),
              std::string::npos);
    EXPECT_NE(opened.channels[0].feed->recording()->damage()->expected.find("itch50"),
              std::string::npos);
  }
}

// The signatures are those that `file` and the packers' own descriptions state.
TEST_F(CatalogTest, OtherPackingsAreNamedWithTheCommandThatUnpacksThem) {
  const auto with = [](std::string bytes) { return bytes + std::string(300, '\x33'); };
  const std::string tar = std::string(257, 'x') + "ustar" + std::string(250, '\0');
  const std::vector<std::array<std::string, 3>> cases{
      {"a.NASDAQ_ITCH50.bz2", with("BZh91AY&SY"), "bzip2 -dk FILE"},
      {"a.itch.xz",
       with(std::string{"\xFD"
                        "7zXZ\0",
                        6}),
       "xz -dk FILE"},
      {"a.7z", with("7z\xBC\xAF\x27\x1C"), "7z x FILE"},
      {"a.itch.lz4", with("\x04\x22\x4D\x18"), "lz4 -dk FILE"},
      {"a.rar", with("Rar!\x1A\x07"), "unrar x FILE"},
      {"a.itch.Z", with("\x1F\x9D"), "gzip -dk FILE"},
      {"itch.tar", tar, "tar -xf FILE"},
      {"a.csv",
       std::string{"\xFF\xFE"
                   "3\0",
                   4},
       "iconv -f UTF-16 -t UTF-8"}};
  for (const auto& [name, content, command] : cases) {
    FilesSpec request = request_for({write(name, content)});
    for (const std::string format : {"", "itch50", "dbn", "lobster", "pcap"}) {
      if (!format.empty()) request.format = format;
      OpenedFeeds opened = open_channels(request);
      EXPECT_TRUE(test::drain(*opened.channels.at(0).feed).empty()) << name;
      ASSERT_TRUE(opened.channels[0].feed->recording()->damage()) << name;
      EXPECT_NE(opened.channels[0].feed->recording()->damage()->message().find(command),
                std::string::npos)
          << opened.channels[0].feed->recording()->damage()->message();
    }
  }
}

TEST_F(CatalogTest, AnArchiveOfSomethingElseSaysWhatItHoldsAndWhatIsLookedFor) {
  const auto damage_of = [&](const std::vector<std::string>& names, const std::string& content) {
    test::ZipWriter zip;
    for (const std::string& name : names) zip.add({.name = name, .content = content});
    OpenedFeeds opened = open({write("a.zip", zip.bytes_with_comment())});
    EXPECT_TRUE(test::drain(*opened.channels.at(0).feed).empty());
    EXPECT_TRUE(opened.channels[0].feed->warnings().empty());
    EXPECT_TRUE(opened.channels[0].feed->recording()->damage());
    return opened.channels[0].feed->recording()->damage().value_or(Damage{});
  };
  const ItchDay itch = day();
  const std::string content{reinterpret_cast<const char*>(itch.bytes().data()),
                            itch.bytes().size()};
  for (const std::string name : {"S022820-v50.txt", "A.DBN", "x/a.dbn.gz", "a.PCAP", "noname"}) {
    const Damage damage = damage_of({"x/", name, "__MACOSX/._x", ".DS_Store"}, content);
    EXPECT_EQ(damage.found, "a zip archive of " + name);
    EXPECT_EQ(damage.hint, "unpack it with: unzip FILE");
    EXPECT_FALSE(damage.offset_is_row);
  }
  const Damage damage = damage_of({"a.txt", "b.dbn.gz", "c", "d", "e"}, "x");
  EXPECT_EQ(damage.found, "a zip archive of a.txt, b.dbn.gz, c and 2 more");
  EXPECT_NE(damage.expected.find("_message_LEVELS.csv"), std::string::npos);
  EXPECT_NE(damage.expected.find(".dbn.zst"), std::string::npos);
  EXPECT_NE(damage_of({"readme.txt"}, "x").expected.find(".dbn.zst"), std::string::npos);
  EXPECT_EQ(damage_of({}, "").found, "a zip archive without files");
  const std::string lobster = "A_2012-06-21_1_2_message_1.csv";
  const std::string zip =
      test::ZipWriter{}.add({.name = lobster, .content = ""}).bytes_with_comment();
  for (const std::string format : {"itch50", "dbn", "pcap"}) {
    FilesSpec request = request_for({write("lobster.zip", zip)});
    request.format = format;
    OpenedFeeds opened = open_channels(request);
    (void)test::drain(*opened.channels.at(0).feed);
    ASSERT_TRUE(opened.channels[0].feed->recording()->damage());
    EXPECT_EQ(opened.channels[0].feed->recording()->damage()->found, "an archive of a LOBSTER day");
  }
}

TEST_F(CatalogTest, TheDateComesFromTheNameOrTheOption) {
  const std::string dated = write("12302019.NASDAQ_ITCH50", day().bytes());
  OpenedFeeds opened = open({dated});
  EXPECT_EQ(opened.time_base, TimeBase::utc);
  const auto events = test::drain(*opened.channels[0].feed);
  EXPECT_EQ(events.back().exchange_time.value / kNanosPerSecond / 86'400, 18'260);

  OpenedFeeds undated = open({write("plain.itch", day().bytes())});
  EXPECT_EQ(undated.time_base, TimeBase::midnight);
}

// docs/formats.md: an earlier day behind a later one is refused. Names: Nasdaq's sample days.
TEST_F(CatalogTest, DaysOfEveryFormOfNasdaqsNamesAreReadInTheirOrder) {
  const std::string friday = write("S022820-v50.txt", day().bytes());
  const std::string monday = write("S030220-v50.txt", day().bytes());
  OpenedFeeds opened = open({friday, monday});
  EXPECT_EQ(opened.time_base, TimeBase::utc);
  EXPECT_TRUE(opened.warnings.empty());
  (void)test::drain(*opened.channels.at(0).feed);
  EXPECT_EQ(opened.channels[0].feed->counters().time_backwards, 0U);
  EXPECT_NE(refusal(request_for({monday, friday})).find("earlier day"), std::string::npos);
}

TEST_F(CatalogTest, ANameWithADayButNoYearAsksForTheDate) {
  const std::string first = write("itch50_05_15.gz", day().bytes());
  const std::string second = write("itch50_05_18.gz", day().bytes());
  const OpenedFeeds undated = open({first, second});
  EXPECT_EQ(undated.time_base, TimeBase::midnight);
  ASSERT_EQ(undated.warnings.size(), 2U);
  EXPECT_NE(undated.warnings[1].find("itch50_05_18.gz"), std::string::npos);
  EXPECT_NE(undated.warnings[1].find("no year"), std::string::npos);
  EXPECT_NE(undated.warnings[1].find("`date`"), std::string::npos);
  EXPECT_NE(refusal(request_for({second, first})).find("earlier day"), std::string::npos);

  FilesSpec dated = request_for({second});
  dated.date = Date{std::chrono::year{2026}, std::chrono::month{5}, std::chrono::day{18}};
  EXPECT_TRUE(open_channels(dated).warnings.empty());
  EXPECT_EQ(open_channels(dated).time_base, TimeBase::utc);
}

TEST_F(CatalogTest, DbnOfAVersionThatIsNotKnownIsRefusedByIt) {
  std::string content = test::DbnFile{3}.bytes();
  content[3] = 4;
  OpenedFeeds opened = open({write("new.dbn", content)});
  EXPECT_EQ(opened.channels.at(0).format, "dbn");
  EXPECT_TRUE(test::drain(*opened.channels.at(0).feed).empty());
  EXPECT_EQ(opened.channels[0].feed->recording()->damage()->found, "DBN version 4");
}

TEST_F(CatalogTest, DbnKnowsItsDaysAndReadsThemInTheirOrder) {
  constexpr u64 kHour = 3'600 * u64{kNanosPerSecond};
  const auto starting = [&](const std::string& name, u64 start) {
    const test::DbnHead head{.start = start};
    return write(name, test::DbnFile{head}.at(start).add('B', 1, 100, 1).bytes());
  };
  const u64 monday = test::DbnFile::kMidnight;
  const std::string first = starting("a.dbn", monday);
  const std::string second = starting("b.dbn", monday + 24 * kHour);
  OpenedFeeds opened = open({first, second});
  EXPECT_EQ(opened.time_base, TimeBase::utc);
  // At midnight in UTC it is Sunday evening in New York.
  EXPECT_EQ(opened.channels.at(0).midnight.value, static_cast<i64>(monday - 19 * kHour));
  EXPECT_EQ(open({starting("c.dbn", monday + 5 * kHour)}).channels.at(0).midnight.value,
            static_cast<i64>(monday + 5 * kHour));
  EXPECT_EQ(test::drain(*opened.channels.at(0).feed).back().exchange_time.value,
            static_cast<i64>(monday + 24 * kHour));
  EXPECT_NE(refusal(request_for({second, first})).find("earlier"), std::string::npos);
}

TEST_F(CatalogTest, DatedAndUndatedFilesAreNotMixed) {
  const std::string dated = write("12302019.itch", day().bytes());
  const std::string undated = write("plain.itch", day().bytes());
  const std::string text = refusal(request_for({dated, undated}, true));
  EXPECT_NE(text.find("`date`"), std::string::npos);
}

TEST_F(CatalogTest, OneChannelReadsOneFormat) {
  const std::string itch = write("a.itch", day().bytes());
  const std::string lobster = write("b.csv", "34200.1,1,77,100,5853300,1\n");
  EXPECT_NE(refusal(request_for({itch, lobster})).find("`parallel`"), std::string::npos);
  EXPECT_EQ(open({itch, lobster}, true).channels.size(), 2U);
}

TEST_F(CatalogTest, AMissingFileIsRefusedBeforeAnythingRuns) {
  const std::string itch = write("a.itch", day().bytes());
  EXPECT_NE(refusal(request_for({itch, "no/such/file"})).find("no/such/file"), std::string::npos);
}

TEST_F(CatalogTest, EveryRecordedPacketDecodesToWhatItsFilesNameSays) {
  TAPEDECK_NEED_DATA(folder, "pcap");
  // What the names call each message, and the letters that may stand for it.
  const std::vector<std::pair<std::string, std::string>> names{{"AddOrderMpid", "F"},
                                                               {"AddOrderWithM", "F"},
                                                               {"AddOrderNoM", "A"},
                                                               {"NonCrossTrade", "P"},
                                                               {"CrossTrade", "Q"},
                                                               {"LULDAuctionCollar", "J"},
                                                               {"MarketParticipantPosition", "L"},
                                                               {"NetOrderImbalance", "I"},
                                                               {"TradeMessageNon-cross", "P"},
                                                               {"OrderCancel", "X"},
                                                               {"OrderDelete", "D"},
                                                               {"OrderExecutedWithPrice", "C"},
                                                               {"OrderExecuted", "E"},
                                                               {"OrderReplace", "U"},
                                                               {"RegS", "Y"},
                                                               {"RetailInterest", "N"},
                                                               {"StockTradingAction", "H"},
                                                               {"SystemEvent", "S"},
                                                               {"Multiple.Packets", "AFD"}};
  const std::map<Kind, std::string> letters{
      {Kind::cross, "Q"},   {Kind::collar, "J"},     {Kind::auction, "I"},
      {Kind::trade, "P"},   {Kind::reduce, "X"},     {Kind::remove, "D"},
      {Kind::execute, "E"}, {Kind::execute_at, "C"}, {Kind::replace, "U"}};
  int files = 0, messages = 0;
  std::map<std::string, int> mixed;
  std::set<std::string> types;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".pcap") continue;
    ++files;
    const std::string name = entry.path().filename().string();
    const auto expected = std::find_if(names.begin(), names.end(), [&name](const auto& known) {
      return name.find(known.first) != std::string::npos;
    });
    ASSERT_NE(expected, names.end()) << name;
    OpenedFeeds opened = open({entry.path().string()});
    for (const Event& event : test::drain(*opened.channels.at(0).feed)) {
      if ((event.flags & kLastOfEvent) == 0 || event.kind == Kind::loss) continue;
      std::string type;
      if (event.kind == Kind::add) {
        type = event.order.aux == 0 ? "A" : "F";
      } else if (event.kind == Kind::notice) {
        type = event.notice.type;
      } else if (event.kind == Kind::trading_state) {
        type = event.state.source;
      } else {
        type = letters.at(event.kind);
      }
      EXPECT_NE(expected->second.find(type), std::string::npos) << name << " has a " << type;
      if (expected->second.size() > 1) ++mixed[type];
      types.insert(type);
      ++messages;
    }
    EXPECT_EQ(opened.channels[0].feed->counters().malformed, 0U) << name;
    EXPECT_EQ(opened.channels[0].feed->counters().unknown_type, 0U) << name;
  }
  EXPECT_EQ(files, 49);
  EXPECT_EQ(messages, 227);
  EXPECT_EQ(types.size(), 16U);
  EXPECT_EQ(mixed, (std::map<std::string, int>{{"A", 36}, {"F", 2}, {"D", 1}}));
}

}  // namespace
}  // namespace tapedeck::feeds
