// A tape in memory, read to its end from its front or from a checkpoint. Shared by the targets of
// tapes.
#pragma once

#include "tests/fuzz/oracles.hpp"
#include "tests/support/tapes.hpp"

namespace tapedeck::fuzz {

struct TapeRun {
  Account account;
  std::optional<ChannelMoment> reached;  // by seeking
};

/// `place`: to seek first, if any.
inline TapeRun read_tape(Bytes tape, std::size_t step, std::optional<ChannelPlace> place = {}) {
  tape::TapeOptions options;
  if (place) options.reopen = [tape] { return feeds::memory_source("a.tape", tape); };
  const auto feed = test::open_tape(feeds::memory_source("a.tape", tape, step),
                                    tape::load_contents(tape).content, std::move(options));
  TapeRun run;
  if (place) run.reached = feed->seek(*place);
  // An aside may stand for many numbers, but every poll takes a frame, a record or a bad part.
  run.account = read_to_end(*feed, 2 * tape.size() + 16);
  return run;
}

/// From the front, in one window and in many, with all rules that hold for any tape.
inline Account require_sound_tape(Bytes tape, std::size_t step) {
  Account whole = read_tape(tape, SIZE_MAX).account;
  require_same(whole, read_tape(tape, step).account);
  require_books_agree(whole.events);
  return whole;
}

}  // namespace tapedeck::fuzz
