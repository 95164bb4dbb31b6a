// TapeFeed's images: going to one, and giving the books that are in it.
#include <algorithm>
#include <utility>
#include <vector>

#include "feeds/tape/feed.hpp"

namespace tapedeck::tape {

std::optional<ChannelMoment> TapeFeed::seek(const ChannelPlace& place) {
  if (!options_.reopen) return {};
  u32 looked_at = 0;
  const std::vector<IndexEntry> images = images_of(options_.reopen);
  for (auto at = images.rbegin(); at != images.rend(); ++at) {
    const IndexEntry& image = *at;
    const Nanos time = in_time(image.last_time);
    const bool lies_before = image.last < place.sequence || time < place.time;
    const bool is_too_far = image.last >= place.before_sequence || time >= place.before_time;
    if (!lies_before || is_too_far) continue;
    if (++looked_at > kMostBroken) return {};
    const ImageState state = state_of(image, options_.reopen);
    if (state == ImageState::broken) continue;
    // What an instrument did before it had the name that is asked for, is not asked for.
    if (state == ImageState::renamed && !options_.symbols.empty()) continue;
    if (!frames_->seek(image.offset)) continue;  // not there yet when it was opened
    in_image_ = true;
    expected_ = image.first;
    next_frame_ = image.number;
    last_sequence_ = image.last;
    if (!decoder_) newest_ = time;
    return ChannelMoment{image.last, time};
  }
  return {};
}

// The frame that was entered is one of the image that was sought, or says so.
void TapeFeed::enter_image() {
  const Bytes content = frames_->window().first(left_);
  const bool fits = left_ >= kImageHeadBytes && frame_.messages == image_frame_ &&
                    frame_.first == expected_ && frame_.last == last_sequence_ &&
                    is_decodable(frame_);
  if (!fits) return fail_image();
  ++image_frame_;
  image_part_ = static_cast<ImagePart>(content[0]);
  frames_->consume(kImageHeadBytes);
  left_ -= kImageHeadBytes;
  events_.reset();
  if (left_ == 0) leave_image_frame();
}

// The channel's own state is the last that an image says. One that does not is no whole one.
void TapeFeed::leave_image_frame() {
  if ((frame_.flags & kLastOfImage) == 0) return;
  if (!image_said_all_) return fail_image();
  in_image_ = false;
}

// What is left of it is passed over, and the next frame of the channel will say what is missing.
void TapeFeed::fail_image() {
  frames_->consume(std::exchange(left_, 0));
  spoil("an image that does not hold the records that it says");
  in_image_ = false;
  image_failed_ = true;
}

u32 TapeFeed::decode_image(EventBuffer& out, u32 budget, Nanos now) {
  const Bytes content = frames_->window().first(left_);
  std::size_t used = 0;
  u32 taken = 0;
  for (; used < content.size() && taken < budget && out.room() > 0; ++taken) {
    const Bytes rest = content.subspan(used);
    const std::size_t size = image_part_ == ImagePart::books ? take_image_event(rest, out, now)
                             : image_part_ == ImagePart::knowledge ? learn(rest)
                                                                   : 0;
    if (size == 0) {
      fail_image();
      return taken;
    }
    used += size;
  }
  frames_->consume(used);
  left_ -= used;
  if (left_ == 0) leave_image_frame();
  return taken;
}

// Both return how many bytes it takes; 0 when it is nothing that is known.
std::size_t TapeFeed::learn(Bytes rest) {
  image_said_all_ = false;
  if (rest.size() < sizeof(u16) || !decoder_) return 0;
  const std::size_t size = load_be<u16>(rest.data());
  if (rest.size() < sizeof(u16) + size) return 0;
  return decoder_->learn(rest.subspan(sizeof(u16), size)) ? sizeof(u16) + size : 0;
}

std::size_t TapeFeed::take_image_event(Bytes rest, EventBuffer& out, Nanos now) {
  Event& event = out.push();
  const std::size_t size = events_.decode(rest, event);
  if (size == 0 || event.sequence > frame_.last) {
    out.pop();
    return 0;
  }
  place(event, now);
  event.flags |= kOfImage;
  image_said_all_ = event.kind == Kind::restore && event.instrument == kEveryInstrument;
  bool is_given = options_.symbols.empty() || is_wanted(event);
  if (decoder_ && event.instrument.value < kMaxInstrumentsPerChannel) {
    const auto here = decoder_->learnt(event.instrument);
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
