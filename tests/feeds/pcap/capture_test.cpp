#include "feeds/pcap/capture.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include "engine/core/random.hpp"
#include "engine/core/units.hpp"
#include "tests/support/data.hpp"
#include "tests/support/made_capture.hpp"

namespace tapedeck::feeds::pcap {
namespace {

using test::MadeCapture;

constexpr MadeCapture::Kind kKinds[] = {{false, false}, {false, true}, {true, false}, {true, true}};

struct Seen {
  i64 time;
  u32 original_length;
  std::string bytes;

  friend bool operator==(const Seen&, const Seen&) = default;
};

struct Reading {
  std::vector<Seen> packets;
  int link_type = -1;
  std::optional<Damage> damage;
};

Reading read_ours(ByteSource& source) {
  Reading reading;
  CaptureReader reader{source};
  Packet packet{};
  while (reader.next(packet) == Next::packet) {
    reading.packets.push_back(
        {packet.time.value,
         packet.original_length,
         {reinterpret_cast<const char*>(packet.bytes.data()), packet.bytes.size()}});
  }
  reading.link_type = reader.link_type();
  reading.damage = reader.damage();
  return reading;
}

Reading read_ours(const std::string& content, std::size_t window_limit = SIZE_MAX) {
  return read_ours(*memory_source("made.pcap", as_bytes_of(content), window_limit));
}

// The judge. `file` is closed by libpcap.
Reading read_libpcap(std::FILE* file) {
  char error[PCAP_ERRBUF_SIZE] = {};
  Reading reading;
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> capture{
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error),
      &pcap_close};
  if (!capture) {
    ADD_FAILURE() << error;
    return reading;
  }
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap_next_ex(capture.get(), &header, &data) == 1) {
    reading.packets.push_back({header->ts.tv_sec * kNanosPerSecond + header->ts.tv_usec,
                               header->len,
                               {reinterpret_cast<const char*>(data), header->caplen}});
  }
  reading.link_type = pcap_datalink(capture.get());
  return reading;
}

Reading read_libpcap(std::string content) {
  return read_libpcap(::fmemopen(content.data(), content.size(), "rb"));
}

std::string made(MadeCapture::Kind kind, u64 seed, int packets) {
  MadeCapture capture{kind};
  Random random{seed};
  for (int i = 0; i < packets; ++i) {
    std::string frame(random.below(2'000), '\0');
    for (char& c : frame) c = static_cast<char>(random.below(256));
    const auto fraction =
        static_cast<u32>(random.below(kind.nanoseconds ? 1'000'000'000 : 1'000'000));
    capture.add(frame, static_cast<u32>(random.below(2'000'000'000)), fraction,
                static_cast<u32>(random.below(3) * random.below(5'000)));
  }
  return capture.content();
}

TEST(CaptureReader, MadeCapturesOfAllFourKindsReadAsLibpcapReadsThem) {
  for (const auto kind : kKinds) {
    const std::string content = made(kind, 17, 500);
    const Reading ours = read_ours(content);
    const Reading judge = read_libpcap(content);
    EXPECT_FALSE(ours.damage);
    EXPECT_EQ(ours.packets.size(), 500U);
    EXPECT_TRUE(ours.packets == judge.packets);
    EXPECT_EQ(ours.link_type, judge.link_type);
  }
}

TEST(CaptureReader, RecordedCapturesReadAsLibpcapReadsThem) {
  TAPEDECK_NEED_DATA(folder, "pcap");
  std::size_t files = 0;
  std::size_t packets = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    if (entry.path().extension() != ".pcap") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const Reading ours = read_ours(*open_source(entry.path().string()));
    const Reading judge = read_libpcap(std::fopen(entry.path().c_str(), "rb"));
    EXPECT_FALSE(ours.damage);
    EXPECT_TRUE(ours.packets == judge.packets);
    EXPECT_EQ(ours.link_type, judge.link_type);
    files += 1;
    packets += ours.packets.size();
  }
  EXPECT_EQ(files, 49U);
  EXPECT_EQ(packets, 190U);
}

TEST(CaptureReader, ACompressedCaptureCutInsideItsLastPacketGivesAllTheOthers) {
  TAPEDECK_NEED_DATA(path, "iex/DEEP10.pcap.gz");
  const auto source = open_source(path.string());
  std::string content;
  while (source->fill() == Fill::more) {
    content.append(reinterpret_cast<const char*>(source->window().data()), source->window().size());
    source->consume(source->window().size());
  }
  const Reading ours = read_ours(*open_source(path.string()));
  const Reading judge = read_libpcap(content);
  // 121,315 packets begin in the file, the last is cut short.
  EXPECT_EQ(ours.packets.size(), 121'314U);
  EXPECT_TRUE(ours.packets == judge.packets);
  ASSERT_TRUE(ours.damage);
  EXPECT_EQ(ours.damage->file, path.string());
  EXPECT_EQ(ours.damage->offset, 22'195'748U);
  EXPECT_EQ(ours.damage->found, "the end of the file inside a packet, after 476 bytes of it");
  EXPECT_EQ(ours.damage->expected, "1,506 bytes");
}

TEST(CaptureReader, AWindowThatGrowsByteByByteGivesTheSamePackets) {
  const std::string content = made({}, 5, 20);
  EXPECT_TRUE(read_ours(content, 1).packets == read_ours(content).packets);
}

TEST(CaptureReader, EveryPrefixGivesItsWholePacketsAndSaysWhereItWasCut) {
  for (const auto kind : kKinds) {
    const std::string content =
        MadeCapture{kind}.add("first").add("").add("the third packet").content();
    const std::vector<std::size_t> boundaries{24, 45, 61, 93};
    ASSERT_EQ(content.size(), boundaries.back());
    for (std::size_t size = 0; size <= content.size(); ++size) {
      SCOPED_TRACE(size);
      const Reading reading = read_ours(content.substr(0, size));
      std::size_t start = 0;
      std::size_t whole = 0;
      for (const std::size_t boundary : boundaries) {
        if (boundary > size) break;
        start = boundary;
        whole += boundary > 24 ? 1 : 0;
      }
      EXPECT_EQ(reading.packets.size(), whole);
      const bool at_boundary = start == size && size >= 24;
      ASSERT_EQ(reading.damage.has_value(), !at_boundary);
      if (at_boundary) continue;
      EXPECT_EQ(reading.damage->offset, start);
      EXPECT_NE(reading.damage->found.find("the end of the file"), std::string::npos);
    }
  }
}

TEST(CaptureReader, APacketsLengthIsCheckedAgainstTheFileAndTheLargestPacket) {
  const std::string frame(300, 'x');
  const auto n = static_cast<u32>(frame.size());
  for (const u32 length : {0U, 1U, n - 1, n, n + 1, 0x7FFFU, 0xFFFFU, kMaxCapturedBytes,
                           kMaxCapturedBytes + 1, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    SCOPED_TRACE(length);
    std::string content = MadeCapture{}.add(frame).content();
    store_le(test::bytes_of(content) + 24 + 8, length);
    const Reading reading = read_ours(content);
    EXPECT_EQ(reading.damage.has_value(), length != n);
    EXPECT_EQ(reading.packets.empty(), length > n);
    if (length > kMaxCapturedBytes) {
      EXPECT_EQ(reading.damage->offset, 24U);
      EXPECT_EQ(reading.damage->found, "a packet of " + counted(length, "byte"));
    }
  }
}

TEST(CaptureReader, TheSnapshotLengthOfTheFileIsNotBelieved) {
  for (const u32 snapshot : {0U, 1U, 0xFFFFFFFFU}) {
    std::string content = MadeCapture{}.add("a packet").content();
    store_le(test::bytes_of(content) + 16, snapshot);
    const Reading reading = read_ours(content);
    ASSERT_EQ(reading.packets.size(), 1U);
    EXPECT_EQ(reading.packets[0].bytes, "a packet");
  }
}

TEST(CaptureReader, APacketMayHaveBeenShorterOnTheWireThanInTheFile) {
  std::string content = MadeCapture{}.add("a packet").content();
  store_le(test::bytes_of(content) + 24 + 12, u32{3});
  const Reading reading = read_ours(content);
  EXPECT_FALSE(reading.damage);
  ASSERT_EQ(reading.packets.size(), 1U);
  EXPECT_EQ(reading.packets[0].bytes, "a packet");
}

TEST(CaptureReader, APcapngFileIsRefusedWithTheCommandThatConvertsIt) {
  const Reading reading = read_ours(std::string("\x0A\x0D\x0D\x0A\x1C\0\0\0", 8));
  ASSERT_TRUE(reading.damage);
  EXPECT_EQ(reading.damage->found, "a pcapng file");
  EXPECT_NE(reading.damage->hint.find("editcap -F nsecpcap"), std::string::npos);
}

TEST(CaptureReader, AnotherFileTypeIsRefusedByItsFirstBytes) {
  const Reading reading = read_ours("PK\x03\x04 and so on, long enough for a header");
  ASSERT_TRUE(reading.damage);
  EXPECT_EQ(reading.damage->found, "the file type 0x504b0304");
  EXPECT_EQ(reading.damage->offset, 0U);
}

TEST(CaptureReader, ACaptureIsKnownByItsFirstFourBytes) {
  for (const auto kind : kKinds) {
    const std::string content = MadeCapture{kind}.content();
    EXPECT_TRUE(is_capture(as_bytes_of(content)));
    EXPECT_TRUE(is_capture(as_bytes_of(content).first(4)));
    EXPECT_FALSE(is_capture(as_bytes_of(content).first(3)));
  }
  EXPECT_TRUE(is_capture(as_bytes_of("\x0A\x0D\x0D\x0A")));
  EXPECT_FALSE(is_capture(as_bytes_of("PK\x03\x04")));
}

TEST(CaptureReader, AnotherVersionIsRefused) {
  std::string content = MadeCapture{}.content();
  content[6] = 3;
  const Reading reading = read_ours(content);
  ASSERT_TRUE(reading.damage);
  EXPECT_EQ(reading.damage->found, "a capture of version 2.3");
}

TEST(CaptureReader, DamageIsReportedAgainWhenAskedAgain) {
  const std::string content = MadeCapture{}.content() + "x";
  const auto source = memory_source("made.pcap", as_bytes_of(content));
  CaptureReader reader{*source};
  Packet packet{};
  EXPECT_EQ(reader.next(packet), Next::damaged);
  EXPECT_EQ(reader.next(packet), Next::damaged);
}

}  // namespace
}  // namespace tapedeck::feeds::pcap
