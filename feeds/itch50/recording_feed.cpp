#include "feeds/itch50/recording_feed.hpp"

#include "engine/core/units.hpp"

namespace tapedeck::itch50 {

FeedStatus RecordingFeed::poll(EventBuffer& out, Nanos now) {
  const Event* const first = out.end();
  const FeedStatus status = inner().poll(out, now);
  for (const Event* event = first; event != out.end(); ++event) encoder_.encode(*event, frames_);
  if (status == FeedStatus::ended) encoder_.finish(frames_);
  if (!frames_.bytes().empty()) {
    sink_.append(frames_.bytes());
    frames_.clear();
  }
  return status;
}

std::vector<std::string> RecordingFeed::warnings() const {
  std::vector<std::string> all = inner().warnings();
  const EncoderCounters& counters = encoder_.counters();
  for (std::size_t i = 0; i < kUnencodableReasons; ++i) {
    if (counters.unencodable[i] == 0) continue;
    all.push_back("the recording lacks " + counted(counters.unencodable[i], "event") + ": " +
                  std::string{sentence_of(static_cast<Unencodable>(i))});
  }
  return all;
}

}  // namespace tapedeck::itch50
