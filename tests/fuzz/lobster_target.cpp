// LOBSTER rows: a message file, and behind a byte 0 its book file, if any.
#include "feeds/lobster/feed.hpp"
#include "tests/fuzz/oracles.hpp"

namespace tapedeck::fuzz {
namespace {

using feeds::memory_source;

Account account_of(Bytes messages, std::optional<Bytes> book, std::size_t step) {
  feeds::lobster::LobsterFeed feed{
      memory_source("ACME_message_5.csv", messages, step),
      book ? memory_source("ACME_orderbook_5.csv", *book, step) : nullptr,
      feeds::lobster::LobsterOptions{.symbol = "ACME"}};
  // One row may complete as many levels as it shows.
  const std::size_t most = messages.size() + (book ? book->size() : 0) + 2;
  return read_to_end(feed, most);
}

void read_rows(Bytes input) {
  Choices choices{input};
  const std::size_t step = choices.window_step();
  const Bytes rest = choices.rest();
  const auto at = static_cast<std::size_t>(std::ranges::find(rest, std::byte{0}) - rest.begin());
  std::optional<Bytes> book;
  if (at < rest.size()) book = rest.subspan(at + 1);
  const Account whole = account_of(rest.first(at), book, SIZE_MAX);
  require_sound(whole, account_of(rest.first(at), book, step));
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read_rows(std::as_bytes(std::span{data, size}));
  return 0;
}
