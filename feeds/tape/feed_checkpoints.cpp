// TapeFeed's checkpoints: seeks to one, and emits its books.
#include <algorithm>
#include <utility>
#include <vector>

#include "feeds/tape/feed.hpp"

namespace tapedeck::tape {

std::optional<ChannelMoment> TapeFeed::seek(const ChannelPlace& place) {
  if (!options_.reopen) return {};
  u32 looked_at = 0;
  const std::vector<IndexEntry> checkpoints = checkpoints_of(options_.reopen);
  for (auto at = checkpoints.rbegin(); at != checkpoints.rend(); ++at) {
    const IndexEntry& checkpoint = *at;
    const Nanos time = in_time(checkpoint.last_time);
    const bool lies_before = checkpoint.last < place.sequence || time < place.time;
    const bool is_too_far = checkpoint.last >= place.before_sequence || time >= place.before_time;
    if (!lies_before || is_too_far) continue;
    if (++looked_at > kMostBroken) return {};
    const CheckpointState state = state_of(checkpoint, options_.reopen);
    if (state == CheckpointState::broken) continue;
    // A reader of some symbols must not see what an instrument did under another name.
    if (state == CheckpointState::renamed && !options_.symbols.empty()) continue;
    if (!frames_->seek(checkpoint.offset)) continue;  // not there yet when the source was opened
    in_checkpoint_ = true;
    expected_ = checkpoint.first;
    next_frame_ = checkpoint.number;
    last_sequence_ = checkpoint.last;
    if (!decoder_) newest_ = time;
    return ChannelMoment{checkpoint.last, time};
  }
  return {};
}

// Enters a frame of the checkpoint of a seek, if it really belongs to it.
void TapeFeed::enter_checkpoint() {
  const Bytes content = frames_->window().first(left_);
  const bool fits = left_ >= kCheckpointHeadBytes && frame_.messages == checkpoint_frame_ &&
                    frame_.first == expected_ && frame_.last == last_sequence_ &&
                    is_decodable(frame_);
  if (!fits) return fail_checkpoint();
  ++checkpoint_frame_;
  checkpoint_part_ = static_cast<CheckpointPart>(content[0]);
  frames_->consume(kCheckpointHeadBytes);
  left_ -= kCheckpointHeadBytes;
  events_.reset();
  if (left_ == 0) leave_checkpoint_frame();
}

// A checkpoint must end with the state of the channel itself; else it is incomplete.
void TapeFeed::leave_checkpoint_frame() {
  if ((frame_.flags & kLastOfCheckpoint) == 0) return;
  if (!checkpoint_said_all_) return fail_checkpoint();
  in_checkpoint_ = false;
}

// Skips the rest of the checkpoint. The next frame of the channel then shows what is missing.
void TapeFeed::fail_checkpoint() {
  frames_->consume(std::exchange(left_, 0));
  spoil("a checkpoint that does not hold the records that it says");
  in_checkpoint_ = false;
  checkpoint_failed_ = true;
}

u32 TapeFeed::decode_checkpoint(EventBuffer& out, u32 budget, Nanos now) {
  const Bytes content = frames_->window().first(left_);
  std::size_t used = 0;
  u32 taken = 0;
  for (; used < content.size() && taken < budget && out.room() > 0; ++taken) {
    const Bytes rest = content.subspan(used);
    const std::size_t size =
        checkpoint_part_ == CheckpointPart::books           ? take_checkpoint_event(rest, out, now)
        : checkpoint_part_ == CheckpointPart::decoder_state ? import_state(rest)
                                                            : 0;
    if (size == 0) {
      fail_checkpoint();
      return taken;
    }
    used += size;
  }
  frames_->consume(used);
  left_ -= used;
  if (left_ == 0) leave_checkpoint_frame();
  return taken;
}

// Both return the record's size; 0 if it is invalid or unknown.
std::size_t TapeFeed::import_state(Bytes rest) {
  checkpoint_said_all_ = false;
  if (rest.size() < sizeof(u16) || !decoder_) return 0;
  const std::size_t size = load_be<u16>(rest.data());
  if (rest.size() < sizeof(u16) + size) return 0;
  return decoder_->import_state(rest.subspan(sizeof(u16), size)) ? sizeof(u16) + size : 0;
}

std::size_t TapeFeed::take_checkpoint_event(Bytes rest, EventBuffer& out, Nanos now) {
  Event& event = out.push();
  const std::size_t size = events_.decode(rest, event);
  if (size == 0 || event.sequence > frame_.last) {
    out.pop();
    return 0;
  }
  place(event, now);
  event.flags |= kOfCheckpoint;
  checkpoint_said_all_ = event.kind == Kind::restore && event.instrument == kEveryInstrument;
  bool is_given = options_.symbols.empty() || is_wanted(event);
  if (decoder_ && event.instrument.value < kMaxInstrumentsPerChannel) {
    const auto here = decoder_->imported_instrument(event.instrument);
    if (!here) {
      out.pop();
      return 0;
    }
    event.instrument = *here;
    is_given = event.instrument != kNoInstrument;
  }
  if (is_given) {
    newest_ = std::max(newest_, event.exchange_time);
    if (!is_control(event.kind)) ++counters_.restored;
  } else {
    out.pop();
  }
  return size;
}

}  // namespace tapedeck::tape
