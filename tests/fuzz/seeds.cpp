// Writes the corpora that fuzzing begins with, by the writers of the tests: fuzz_seeds FOLDER makes
// FOLDER/TARGET/NAME. What it wrote lies in tests/fuzz/corpus.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "feeds/moldudp64/packet.hpp"
#include "tests/support/compress.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/lobster_market.hpp"
#include "tests/support/made_capture.hpp"
#include "tests/support/random_itch_day.hpp"
#include "tests/support/tapes.hpp"
#include "tests/support/zip_writer.hpp"

namespace tapedeck::fuzz {
namespace {

using test::DbnFile;

std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Corpora {
 public:
  explicit Corpora(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// `choices`: the bytes that the target takes off the front.
  void add(const std::string& target, const std::string& name, const std::string& choices,
           const std::string& content) const {
    std::filesystem::create_directories(folder_ / target);
    std::ofstream file{folder_ / target / name, std::ios::binary};
    file << choices << content;
    if (!file.flush()) throw std::runtime_error(target + "/" + name + " could not be written");
  }

 private:
  std::filesystem::path folder_;
};

std::string day(u64 seed, u64 messages, bool tidy = false) {
  test::RandomDayOptions options{.seed = seed, .messages = messages, .symbols = 3};
  options.names_late = options.mismatches = !tidy;
  return text_of(test::RandomItchDay{options}.bytes());
}

void add_itch(const Corpora& corpora) {
  const std::string none(3, '\0');
  corpora.add("itch", "tidy", none, day(1, 40, true));
  corpora.add("itch", "untidy", none, day(2, 60));
  corpora.add("itch", "untidy_some_symbols", std::string{"\0\0\1", 3}, day(3, 60));
  corpora.add("itch", "by_type", std::string{"\1\0\0", 3}, day(4, 20));
}

std::vector<Bytes> messages_of(Bytes frames) {
  std::vector<Bytes> messages;
  while (frames.size() > 2) {
    const std::size_t length = load_be<u16>(frames.data());
    messages.push_back(frames.subspan(2, length));
    frames = frames.subspan(2 + length);
  }
  return messages;
}

// Some lost, some twice, a heartbeat, another session, the end.
std::vector<std::string> packets() {
  const std::string bytes = day(5, 40);
  const std::vector<Bytes> messages = messages_of(as_bytes_of(bytes));
  std::vector<std::string> all;
  const auto add = [&all](const std::string& session, u64 sequence, u16 count,
                          std::span<const Bytes> content) {
    feeds::moldudp64::Header header{{}, sequence, count};
    session.copy(header.session.data(), header.session.size());
    std::vector<std::byte> packet;
    feeds::moldudp64::append_packet(header, content, packet);
    all.push_back(text_of(packet));
  };
  constexpr std::size_t kInPacket = 4;
  const std::span<const Bytes> content{messages};
  for (std::size_t at = 0; at + kInPacket <= content.size(); at += kInPacket) {
    if (at == 3 * kInPacket) continue;
    const u64 sequence = at < 6 * kInPacket ? at + 1 : at - 6 * kInPacket + 1;
    const std::string session = at < 6 * kInPacket ? "SESSION001" : "SESSION002";
    add(session, sequence, kInPacket, content.subspan(at, kInPacket));
    if (at == kInPacket) add(session, sequence, kInPacket, content.subspan(at, kInPacket));
    if (at == 2 * kInPacket) add(session, 20, feeds::moldudp64::kHeartbeat, {});
  }
  add("SESSION002", 25, feeds::moldudp64::kEndOfSession, {});
  return all;
}

void add_packets(const Corpora& corpora) {
  std::string framed;
  test::MadeCapture capture;
  test::MadeCapture old_one{{.big_endian = true, .nanoseconds = false}};
  for (const std::string& packet : packets()) {
    std::array<std::byte, sizeof(u16)> length{};
    store_le(length.data(), static_cast<u16>(packet.size()));
    framed += text_of(length) + packet;
    capture.add(test::udp_frame(packet));
    old_one.add(test::ethernet(test::ipv6(test::udp(packet)), test::big16(0x86DD)));
  }
  capture.add(test::ethernet(test::ipv4("tcp", 6))).add(test::udp_frame("foreign"));
  for (const auto& [name, decoder] : {std::pair{"notices", '\0'}, std::pair{"itch", '\7'}}) {
    corpora.add("packets", name, std::string{decoder, 0, 0}, framed);
    corpora.add("capture", name, std::string{0, decoder}, capture.content());
  }
  corpora.add("capture", "big_endian", std::string{0, 0}, old_one.content());
}

void add_dbn(const Corpora& corpora) {
  for (const u8 version : test::kDbnVersions) {
    DbnFile file{test::dbn_head(version)};
    file.status(7).add('B', 1, 100, 5).add('A', 2, 101, 6).trade('B', 101, 2);
    file.fill('A', 2, 101, 2).cancel('A', 2, 101, 2).modify('B', 1, 99, 3).of(8);
    file.clear(DbnFile::kSnapshot).add('B', 9, 50, 1, DbnFile::kSnapshot | DbnFile::kLast);
    file.definition("ESM4", 1).mapping("8", "ESM4").other(0xC3, 48).trade_record('A', 5, 1);
    file.error("too slow").system("heartbeat");
    corpora.add("dbn", "version_" + std::to_string(version), std::string(2, '\0'), file.bytes());
  }
}

void add_lobster(const Corpora& corpora) {
  test::LobsterMarket market{7, 3};
  const test::LobsterPair pair = market.record(25);
  corpora.add("lobster", "messages", std::string(1, '\0'), pair.messages);
  corpora.add("lobster", "with_book", std::string(1, '\0'),
              pair.messages + std::string(1, '\0') + pair.book);
}

void add_tapes(const Corpora& corpora) {
  const std::string bytes = day(8, 60, true);
  const auto add = [&](const std::string& name, const test::TapeShape& shape, bool events) {
    const test::MadeTape tape =
        events ? test::tape_of_events(test::feed_over(as_bytes_of(bytes)), shape)
               : test::tape_of_day(as_bytes_of(bytes), shape);
    corpora.add("tape", name, std::string{"\0\x10", 2}, text_of(tape.bytes));
  };
  using tape::Compress;
  constexpr Nanos kOften{i64{5} * kNanosPerSecond};
  add("messages", {.compress = Compress::none, .chunk_bytes = 512, .id = 71}, false);
  add("messages_checkpoints",
      {.compress = Compress::none, .chunk_bytes = 512, .id = 72, .checkpoints = kOften}, false);
  add("events_packed", {.compress = Compress::small, .chunk_bytes = 512, .id = 73}, true);
  add("events_checkpoints",
      {.compress = Compress::small, .chunk_bytes = 512, .id = 74, .checkpoints = kOften}, true);
}

void add_frames(const Corpora& corpora) {
  // kind, content, flags, tape, numbers, frame of a checkpoint, messages, time, length.
  const auto frame = [](char kind, char messages, const std::string& content) {
    return std::string{kind, 0, 0, 0, 0, 0, messages, 0} + static_cast<char>(content.size()) +
           content;
  };
  const std::string bytes = day(9, 6, true);
  std::string itch{"\0\0\1", 3};
  for (const Bytes message : messages_of(as_bytes_of(bytes))) {
    std::string record(2, '\0');
    test::put16(record, 0, static_cast<u16>(message.size()));
    itch += frame(0, 2, record + text_of(message));
  }
  corpora.add("frames", "messages", "", itch + frame(2, 1, std::string(40, '\0')));

  tape::EventEncoder encoder;
  std::string events{"\0\0\0", 3};
  for (const Event& event : test::drain(*test::feed_over(as_bytes_of(bytes)))) {
    std::array<std::byte, tape::kMaxEncodedEvent> record{};
    const std::byte* const end = encoder.encode(event, record.data());
    encoder.reset();
    events += frame(0, 2, text_of({record.data(), end}));
    events += frame(4, 1, "\2" + text_of({record.data(), end}));
  }
  corpora.add("frames", "events", "", events);
}

void add_packed(const Corpora& corpora) {
  const std::string content = day(10, 12, true);
  test::ZipWriter archive;
  archive.add({.name = "ACME_2012-06-21_34200000_57600000_message_5.csv",
               .content = "34200.1,1,5,10,1000000,1\n"});
  archive.add({.name = "ACME_2012-06-21_34200000_57600000_orderbook_5.csv",
               .content = "1000100,10,1000000,10\n",
               .deflated = false});
  corpora.add("zip", "lobster", std::string(1, '\0'), archive.bytes_with_comment("a comment"));
  corpora.add("packed", "gzip", std::string(2, '\0'), test::gzip(content) + test::gzip("more"));
  corpora.add("packed", "zstd", std::string(2, '\0'), test::zstd(content) + test::zstd("more"));
}

void add_values(const Corpora& corpora) {
  const auto add = [&](const std::string& name, char what, char field, const std::string& value) {
    corpora.add("values", name, std::string{what, field}, value);
  };
  corpora.add("values", "moment", std::string(1, '\0'), "\x15\xCD\x5B\x07\x11\x22\x33\x44");
  add("price", 1, 0, "-585.330000001");
  add("count", 1, 0, "2.5M");
  add("duration", 1, 0, "250us");
  add("date", 2, 0, "S071321-v50.12302019.itch.gz");
  add("iso_time", 2, 0, "2012-06-21T13:30:00.004241176Z");
  add("time_of_day", 2, 0, "9:30:00.5");
  add("cores", 3, 0, "0-3,8");
  add("shards", 4, 0, "auto");
  add("strategy", 4, 2, "ofi:interval=5s");
  add("model", 4, 1, "zero-intelligence:limit=2,band=50,size=7");
  add("rate", 4, 5, "1.5k");
}

}  // namespace
}  // namespace tapedeck::fuzz

int main(int count, char** arguments) {
  using namespace tapedeck::fuzz;
  if (count != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  const Corpora corpora{arguments[1]};
  add_itch(corpora);
  add_packets(corpora);
  add_dbn(corpora);
  add_lobster(corpora);
  add_tapes(corpora);
  add_frames(corpora);
  add_packed(corpora);
  add_values(corpora);
}
