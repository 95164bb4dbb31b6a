// Tapes as they lie on disk. Of a whole one, who begins at a checkpoint has the books in the end
// that who begins at the front has.
#include "engine/book/book_set.hpp"
#include "feeds/tape/checkpoints.hpp"
#include "tests/fuzz/tape_reading.hpp"

namespace tapedeck::fuzz {
namespace {

u64 flows_of(std::span<const Event> events) {
  book::BookSet books{book::BookOptions{.flow_digest = true}};
  books.open_channel(0, true);
  books.apply(0, events);
  u64 flows = 0;
  for (const book::Book& book : books.books()) {
    flows += book.state.flow * (2 * u64{book.instrument.value} + 1);
  }
  return flows;
}

void require_checkpoints_in_order(const std::vector<tape::IndexEntry>& checkpoints) {
  for (std::size_t i = 1; i < checkpoints.size(); ++i) {
    require(checkpoints[i - 1].offset < checkpoints[i].offset,
            "checkpoints come in the order of the tape");
  }
}

void read(Bytes input) {
  Choices choices{input};
  const std::size_t step = choices.window_step();
  const ChannelPlace place{.sequence = choices.byte() * Sequence{8}};
  const Bytes tape = choices.rest();
  if (!tape::is_tape(tape) || tape::foreign_version(tape)) return;

  const Account whole = require_sound_tape(tape, step);
  require_checkpoints_in_order(
      tape::checkpoints_of([tape] { return feeds::memory_source("a.tape", tape); }));
  const TapeRun sought = read_tape(tape, SIZE_MAX, place);
  require_books_agree(sought.account.events);
  const bool is_whole = !whole.damage && whole.complete && whole.warnings.empty();
  if (!sought.reached || !is_whole) return;
  require(sought.reached->sequence < place.sequence, "seeking ends ahead of the place");
  require(!sought.account.damage, "a whole tape is whole from a checkpoint on");
  require(flows_of(whole.events) == flows_of(sought.account.events),
          "from a checkpoint or from the front, the books end alike");
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read(std::as_bytes(std::span{data, size}));
  return 0;
}
