// Finds which moment of a recording a typed place means, and says so.
//
// A time of day means the first such moment inside the recording, which is between the first and
// the last exchange time of all channels. If no such moment lies inside, the time of day is that of
// the recording's first day, in the zone that is used.
//
// Used by the thread that opens the feeds, before they are polled or sought.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/thread/runner.hpp"
#include "feeds/catalog/catalog.hpp"
#include "tools/cli/place.hpp"
#include "tools/cli/shown_time.hpp"

namespace tapedeck::tools {

/// Returns a function that opens the inputs of `request` once more, with all their symbols; empty
/// if one of them can be read only once.
[[nodiscard]] std::function<feeds::OpenedFeeds()> reopening(const feeds::FilesSpec& request);

class PlaceFinder {
 public:
  /// `opened` must outlive the finder. `reopen` is as reopening() returns it. If it is empty,
  /// find() may read the channels up to their first events, and wraps them so that they emit these
  /// events again; such a channel can no longer seek. `stop` ends the wait for these events. `zone`
  /// is the zone of --tz. Throws UsageError as shown_times() does.
  PlaceFinder(feeds::OpenedFeeds& opened, std::function<feeds::OpenedFeeds()> reopen,
              const std::optional<TimeZone>& zone, const thread::StopFlag& stop);
  ~PlaceFinder();
  PlaceFinder(const PlaceFinder&) = delete;
  PlaceFinder& operator=(const PlaceFinder&) = delete;

  /// Returns the place that `text` means. Throws UsageError, which names `option`, for a text that
  /// is no place, or whose meaning depends on a day or a zone that is not known. `also` is another
  /// value that the option accepts.
  [[nodiscard]] AskedPlace find(const std::string& option, const std::string& text,
                                const std::string& also = {});
  /// Returns the earliest exchange time of the recording; empty if it has none, or if it can be
  /// read only once and find() did not need this time.
  [[nodiscard]] std::optional<Nanos> first_time();
  /// By channel.
  [[nodiscard]] const std::vector<ShownTimes>& shown() const { return shown_; }

 private:
  class Probe;

  [[nodiscard]] Nanos moment_of(const std::string& option, const std::string& text,
                                const TypedPlace& typed);
  [[nodiscard]] Nanos in_recording(const std::string& option, const std::string& text,
                                   Nanos time_of_day, const TimeZone& zone);
  [[nodiscard]] TimeZone common_zone(const std::string& option, const std::string& text) const;
  [[nodiscard]] bool reaches(Nanos moment);
  [[nodiscard]] std::optional<Nanos> end_by_format() const;
  void read_first_times();

  feeds::OpenedFeeds& opened_;
  std::function<feeds::OpenedFeeds()> reopen_;
  std::optional<TimeZone> zone_;
  const thread::StopFlag& stop_;
  std::vector<ShownTimes> shown_;
  std::unique_ptr<Probe> probe_;  // reads the inputs again; null if not needed so far
  bool has_read_ = false;         // first_ is set, if there is such a time
  std::optional<Nanos> first_;    // of all channels
};

}  // namespace tapedeck::tools
