// ITCH 5.0 files. Beside the rules of all feeds: a message that is accepted is, byte for byte, what
// the encoder makes of its fields, and a day written from its events reads as the same events.
#include "feeds/itch50/codec.hpp"
#include "feeds/itch50/event_encoder.hpp"
#include "feeds/itch50/file_feed.hpp"
#include "tests/fuzz/oracles.hpp"

namespace tapedeck::fuzz {
namespace {

using itch50::Framing;

Account account_of(Bytes content, Framing framing, const std::unordered_set<std::string>& symbols,
                   std::size_t step) {
  std::vector<itch50::DayFile> files;
  files.push_back({feeds::memory_source("day.itch", content, step), Nanos{0}});
  itch50::FileFeed feed{std::move(files), framing, symbols};
  return read_to_end(feed, content.size() + 2);
}

void require_encoder_agrees(Bytes message) {
  (void)itch50::parse(message, [&]<class Message>(const Message& fields) {
    std::array<std::byte, 64> bytes{};
    const std::size_t size = itch50::store(bytes.data(), fields);
    require(size <= message.size() && std::equal(bytes.data(), bytes.data() + size, message.data()),
            "a message that is accepted is what the encoder writes");
  });
}

// Each instrument has one number of its own: of a day that has it otherwise numbers are given anew.
bool has_plain_numbers(std::span<const Event> events) {
  std::unordered_set<u32> instruments, numbers{0};
  return std::ranges::all_of(events, [&](const Event& event) {
    return event.kind != Kind::define || (instruments.insert(event.instrument.value).second &&
                                          numbers.insert(event.define.source_id).second);
  });
}

// What was read without a doubt, and ITCH can say, is there again when it is written and read.
void require_there_and_back(const Account& account) {
  const FeedCounters& met = account.counters;
  const bool plain = !account.damage && met.malformed + met.unknown_type + met.oversized == 0 &&
                     met.symbol_mismatch + met.over_capacity == 0;
  if (!plain || !has_plain_numbers(account.events)) return;
  itch50::EventEncoder encoder{Nanos{0}};
  itch50::FrameBuffer out;
  for (const Event& event : account.events) encoder.encode(event, out);
  encoder.finish(out);
  if (encoder.counters().all_unencodable() + encoder.counters().doubts_lost > 0) return;
  const Account again = account_of(out.bytes(), Framing::length, {}, SIZE_MAX);
  require_same_events(account.events, again.events,
                      "a day that is written from its events reads as the same events");
}

void read_itch(Bytes input) {
  Choices choices{input};
  const auto framing = choices.one_of({Framing::length, Framing::type, Framing::soup});
  const std::size_t step = choices.window_step();
  std::unordered_set<std::string> symbols;
  if (choices.byte() % 4 == 1) symbols = {"SYM1", "ACME"};
  const Bytes content = choices.rest();

  (void)itch50::looks_like_itch(content, framing);
  const Account whole = account_of(content, framing, symbols, SIZE_MAX);
  require_sound(whole, account_of(content, framing, symbols, step));
  for (Bytes rest = content; rest.size() >= 2;) {
    const std::size_t length = std::min<std::size_t>(load_be<u16>(rest.data()), rest.size() - 2);
    require_encoder_agrees(rest.subspan(2, length));
    rest = rest.subspan(2 + length);
  }
  if (framing == Framing::length && symbols.empty()) require_there_and_back(whole);
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read_itch(std::as_bytes(std::span{data, size}));
  return 0;
}
