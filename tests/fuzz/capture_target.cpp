// Capture files of all kinds, with MoldUDP64 inside.
#include "feeds/moldudp64/parser.hpp"
#include "feeds/pcap/feed.hpp"
#include "tests/fuzz/any_decoder.hpp"
#include "tests/fuzz/oracles.hpp"

namespace tapedeck::fuzz {
namespace {

Account account_of(Bytes content, u8 decoder, std::size_t step) {
  std::vector<std::unique_ptr<feeds::ByteSource>> files;
  files.push_back(feeds::memory_source("day.pcap", content, step));
  feeds::PcapFeed feed{std::move(files),
                       std::make_unique<feeds::MoldUdp64Parser>(any_decoder(decoder))};
  return read_to_end(feed, content.size() + 2);
}

void read_capture(Bytes input) {
  Choices choices{input};
  const std::size_t step = choices.window_step();
  const u8 decoder = choices.byte();
  const Account whole = account_of(choices.rest(), decoder, SIZE_MAX);
  require_same(whole, account_of(choices.rest(), decoder, step));
  if (is_one_in_eight(input)) require_books_agree(whole.events);
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read_capture(std::as_bytes(std::span{data, size}));
  return 0;
}
