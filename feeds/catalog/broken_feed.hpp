// The feed of an input that cannot be read at all. It emits no events, ends at its first poll, and
// reports the reason as damage.
#pragma once

#include "engine/core/recording.hpp"

namespace tapedeck::feeds {

class BrokenFeed final : public RecordedFeed {
 public:
  explicit BrokenFeed(Damage damage) : damage_(std::move(damage)) {}

  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  FeedStatus poll(EventBuffer& /*out*/, Nanos /*now*/) override { return FeedStatus::ended; }
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return damage_; }
  [[nodiscard]] bool said_complete() const override { return false; }
  [[nodiscard]] ReadProgress progress() const override { return {}; }

 private:
  FeedCounters counters_;
  std::optional<Damage> damage_;
};

}  // namespace tapedeck::feeds
