// Selects the rows of a cut that differ from the rows that were written of the same instruments
// before. One thread. Memory grows with the instruments.
#pragma once

#include <span>
#include <vector>

#include "engine/pipeline/cuts.hpp"

namespace tapedeck::output {

class ChangedRows {
 public:
  /// Returns the rows that differ in anything but the time of the cut, as runs of neighbours. The
  /// first row of an instrument always does. `rows` are sorted as CutSink gets them; the runs are
  /// parts of it, valid until the next call.
  [[nodiscard]] std::span<const pipeline::CutRows> of(pipeline::CutRows rows);
  /// Notes that the rows which of() selected last were written.
  void note_written();

 private:
  // What a row showed. Its levels need not be kept: when they change, so does the view.
  struct Shown {
    book::InstrumentView view;
    std::vector<double> values;
  };

  [[nodiscard]] static bool is_same(const Shown& shown, const pipeline::CutRow& row);

  std::vector<Shown> shown_;  // sorted as the rows are
  pipeline::CutRows rows_;
  std::vector<pipeline::CutRows> runs_;
};

}  // namespace tapedeck::output
