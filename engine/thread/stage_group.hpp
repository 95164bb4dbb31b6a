// Runs several stages on one thread, by polling them in turn. Used where a thread for each would be
// too many: the streams of one capture. All stages must have the same doorbell. The group's thread
// alone calls its functions.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/thread/runner.hpp"

namespace tapedeck::thread {

class StageGroup final : public Stage {
 public:
  /// The stages must outlive the group. There is at least one.
  explicit StageGroup(std::vector<Stage*> stages) : stages_(std::move(stages)) {}

  [[nodiscard]] u32 poll() override {
    u32 work = 0;
    for (Stage* const stage : stages_) {
      if (!stage->done()) work += stage->poll();
    }
    return work;
  }
  [[nodiscard]] bool done() const override {
    return std::ranges::all_of(stages_, [](const Stage* stage) { return stage->done(); });
  }
  /// Returns the shortest of the stages' times.
  [[nodiscard]] std::optional<Nanos> longest_sleep() const override {
    std::optional<Nanos> shortest;
    for (const Stage* const stage : stages_) {
      const auto one = stage->done() ? std::nullopt : stage->longest_sleep();
      if (one && (!shortest || *one < *shortest)) shortest = one;
    }
    return shortest;
  }
  void add_descriptors(std::vector<int>& descriptors) const override {
    for (const Stage* const stage : stages_) {
      if (!stage->done()) stage->add_descriptors(descriptors);
    }
  }
  /// Abandons all stages, although one of them has failed: they share what they read.
  void abandon() noexcept override {
    for (Stage* const stage : stages_) stage->abandon();
  }

 private:
  std::vector<Stage*> stages_;
};

}  // namespace tapedeck::thread
