// A base class for feeds that wrap another feed. It has a recording if the inner feed has one.
// Every function except seek() and poll() forwards to the inner feed. A derived class says what
// these two do, and overrides the functions that must behave differently.
// engine/core/feed.hpp states the rules for threads and polling.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/recording.hpp"

namespace tapedeck::feeds {

class FeedDecorator : public Feed, public Recording {
 public:
  [[nodiscard]] Recording* recording() final {
    return inner_recording_ != nullptr ? this : nullptr;
  }
  [[nodiscard]] const Recording* recording() const final {
    return inner_recording_ != nullptr ? this : nullptr;
  }

  [[nodiscard]] const FeedCounters& counters() const override { return inner_->counters(); }
  [[nodiscard]] bool restoring() const override { return inner_->restoring(); }
  [[nodiscard]] Sequence last_sequence() const override { return inner_->last_sequence(); }
  [[nodiscard]] std::optional<int> descriptor() const override { return inner_->descriptor(); }
  [[nodiscard]] std::vector<std::string> warnings() const override { return inner_->warnings(); }
  [[nodiscard]] std::optional<std::string> left_out() const override { return inner_->left_out(); }
  [[nodiscard]] const Pace* pace() const override { return inner_->pace(); }

  // These and seek() may be called only if recording() is not null.
  [[nodiscard]] const std::optional<Damage>& damage() const override {
    return inner_recording_->damage();
  }
  [[nodiscard]] bool said_complete() const override { return inner_recording_->said_complete(); }
  [[nodiscard]] std::string expected_end() const override {
    return inner_recording_->expected_end();
  }
  [[nodiscard]] std::string bookless_schema() const override {
    return inner_recording_->bookless_schema();
  }
  [[nodiscard]] bool is_empty_but_whole() const override {
    return inner_recording_->is_empty_but_whole();
  }
  [[nodiscard]] ReadProgress progress() const override { return inner_recording_->progress(); }

 protected:
  explicit FeedDecorator(std::unique_ptr<Feed> inner)
      : inner_(std::move(inner)), inner_recording_(inner_->recording()) {}
  [[nodiscard]] Feed& inner() { return *inner_; }
  [[nodiscard]] const Feed& inner() const { return *inner_; }
  /// Requires that recording() is not null.
  [[nodiscard]] Recording& inner_recording() { return *inner_recording_; }
  [[nodiscard]] const Recording& inner_recording() const { return *inner_recording_; }

 private:
  std::unique_ptr<Feed> inner_;
  Recording* inner_recording_;  // null if the inner feed is live
};

}  // namespace tapedeck::feeds
