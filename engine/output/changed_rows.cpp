#include "engine/output/changed_rows.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

namespace tapedeck::output {
namespace {

using pipeline::CutRow;
using pipeline::CutRows;

auto place_of(const book::InstrumentView& view) {
  return std::tuple{view.venue, view.name()};
}

}  // namespace

// The session is of the channel, and no row shows it. Values are compared by their bits, because
// NaN is unequal to itself.
bool ChangedRows::is_same(const Shown& shown, const CutRow& row) {
  book::InstrumentView view = row.view;
  view.session = shown.view.session;
  return view == shown.view && std::ranges::equal(shown.values, row.values, [](double a, double b) {
           return std::bit_cast<u64>(a) == std::bit_cast<u64>(b);
         });
}

std::span<const CutRows> ChangedRows::of(CutRows rows) {
  rows_ = rows;
  runs_.clear();
  auto shown = shown_.cbegin();
  std::size_t run = rows.size();  // the first row of the run that is open; none: the end
  const auto close = [&](std::size_t end) {
    if (run < end) runs_.push_back(rows.subspan(run, end - run));
    run = rows.size();
  };
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const CutRow& row = *rows[at];
    const auto place = place_of(row.view);
    while (shown != shown_.cend() && place_of(shown->view) < place) ++shown;
    const bool is_known = shown != shown_.cend() && place_of(shown->view) == place;
    if (is_known && is_same(*shown, row)) {
      close(at);
    } else {
      run = std::min(run, at);
    }
    if (is_known) ++shown;
  }
  close(rows.size());
  return runs_;
}

void ChangedRows::note_written() {
  shown_.resize(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    shown_[i].view = rows_[i]->view;
    shown_[i].values.assign(rows_[i]->values.begin(), rows_[i]->values.end());
  }
  rows_ = {};
}

}  // namespace tapedeck::output
