// Shows a running engine on standard error: as a live table, as a line, or by printing tables.
#pragma once

#include <mutex>
#include <optional>

#include "engine/pipeline/reporter.hpp"
#include "tools/cli/pausable_clock.hpp"
#include "tools/cli/suspension.hpp"
#include "tools/live/live_table.hpp"

namespace tapedeck::tools {

/// How to show a running engine, if at all.
struct LiveView {
  std::optional<Nanos> every;  // prints tables at this interval
  bool terminal = false;       // standard error is a terminal that is drawn on
  bool as_table = false;       // on a terminal: a table, else a line

  [[nodiscard]] bool wanted() const { return terminal || every; }
};

/// Shows an engine for as long as this object lives, which must end before the engine does. Stops
/// the run's clock while the process is stopped by SIGTSTP, so that a paced run goes on where it
/// was, and leaves the terminal clean. Draws nothing while the process is in the background.
class LiveDisplay final : Suspension::Part {
 public:
  /// `clock` is the clock of the engine.
  LiveDisplay(const LiveView& view, LiveContext context, const pipeline::Engine& engine,
              PausableClock& clock, Suspension& suspension);
  LiveDisplay(const LiveDisplay&) = delete;
  LiveDisplay& operator=(const LiveDisplay&) = delete;
  ~LiveDisplay();

 private:
  void before_stop() override;
  void after_stop() override;
  void draw(const pipeline::Report& report);
  void clear();

  const LiveView view_;
  LiveContext context_;
  PausableClock& clock_;
  std::mutex mutex_;          // held while the terminal is written to
  bool is_stopping_ = false;  // guarded by mutex_, like the members below
  bool was_away_ = false;     // in the background, so that the shell has written since
  LiveTable table_;
  Suspension::Registration registration_;
  std::optional<pipeline::Reporter> reporter_;
};

}  // namespace tapedeck::tools
