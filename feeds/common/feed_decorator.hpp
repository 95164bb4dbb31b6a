// A base class for feeds that wrap another feed. Every function except seek() and poll() forwards
// to the inner feed. A derived class overrides the functions that must behave differently.
// engine/core/feed.hpp states the rules for threads and polling.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/feed.hpp"

namespace tapedeck::feeds {

class FeedDecorator : public Feed {
 public:
  [[nodiscard]] const FeedCounters& counters() const override { return inner_->counters(); }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return inner_->damage(); }
  [[nodiscard]] bool said_complete() const override { return inner_->said_complete(); }
  [[nodiscard]] std::string expected_end() const override { return inner_->expected_end(); }
  [[nodiscard]] bool restoring() const override { return inner_->restoring(); }
  [[nodiscard]] std::string bookless_schema() const override { return inner_->bookless_schema(); }
  [[nodiscard]] bool is_empty_but_whole() const override { return inner_->is_empty_but_whole(); }
  [[nodiscard]] u64 last_sequence() const override { return inner_->last_sequence(); }
  [[nodiscard]] u64 raw_bytes_read() const override { return inner_->raw_bytes_read(); }
  [[nodiscard]] u64 raw_bytes_total() const override { return inner_->raw_bytes_total(); }
  [[nodiscard]] std::vector<std::string> warnings() const override { return inner_->warnings(); }
  [[nodiscard]] std::optional<std::string> left_out() const override { return inner_->left_out(); }
  [[nodiscard]] const Pace* pace() const override { return inner_->pace(); }

 protected:
  explicit FeedDecorator(std::unique_ptr<Feed> inner) : inner_(std::move(inner)) {}
  [[nodiscard]] Feed& inner() { return *inner_; }
  [[nodiscard]] const Feed& inner() const { return *inner_; }

 private:
  std::unique_ptr<Feed> inner_;
};

}  // namespace tapedeck::feeds
