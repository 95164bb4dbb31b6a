// DBN files of all versions, their metadata first.
#include "feeds/dbn/file_feed.hpp"
#include "tests/fuzz/oracles.hpp"

namespace tapedeck::fuzz {
namespace {

Account account_of(Bytes content, const std::unordered_set<std::string>& symbols,
                   std::size_t step) {
  std::vector<std::unique_ptr<feeds::ByteSource>> files;
  files.push_back(feeds::memory_source("day.dbn", content, step));
  feeds::dbn::FileFeed feed{std::move(files), symbols};
  return read_to_end(feed, content.size() + 2);
}

void read_dbn(Bytes input) {
  Choices choices{input};
  const std::size_t step = choices.window_step();
  std::unordered_set<std::string> symbols;
  if (choices.byte() % 4 == 1) symbols = {"ESH4"};
  (void)feeds::dbn::start_of(choices.rest());
  const Account whole = account_of(choices.rest(), symbols, SIZE_MAX);
  require_sound(whole, account_of(choices.rest(), symbols, step));
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read_dbn(std::as_bytes(std::span{data, size}));
  return 0;
}
