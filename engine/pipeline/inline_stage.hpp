// `--shards 0`: one thread polls all lines and applies their events itself. The reference that
// every threaded run must equal, and the fastest where there is one core.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/pipeline/line.hpp"
#include "engine/pipeline/shard.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

class InlineStage final : public thread::Stage {
 public:
  /// `when_done` is called once, after the last line has ended.
  InlineStage(std::vector<Line*> lines, Shard& shard, const Clock& clock,
              const thread::StopFlag& stop, std::function<void()> when_done = {});

  /// Polls the line with the lowest (line time, number); of live lines, the lowest that has
  /// something: one that is silent holds no other up.
  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return open_.empty(); }
  [[nodiscard]] std::optional<Nanos> longest_sleep() const override { return kLookAtSource; }
  void abandon() noexcept override;
  [[nodiscard]] Nanos finished_at() const { return finished_at_; }

 private:
  bool poll_line(std::size_t at);
  void apply(Line& line);
  void mark(const Line& line, Kind kind, const CutFields& cut);

  std::vector<Line*> open_;
  Shard& shard_;
  const Clock& clock_;
  const thread::StopFlag& stop_;
  std::function<void()> when_done_;
  Nanos finished_at_{0};
};

}  // namespace tapedeck::pipeline
