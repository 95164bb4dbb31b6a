#include "feeds/itch50/file_feed.hpp"

#include <algorithm>

#include "engine/core/units.hpp"
#include "feeds/common/channel_event.hpp"
#include "feeds/itch50/normaliser.hpp"

namespace tapedeck::itch50 {
namespace {

constexpr std::size_t kLengthSize = 2;

std::string type_text(std::byte type) {
  const auto letter = std::to_integer<u8>(type);
  if (letter > 0x20 && letter < 0x7F) return std::string{"'"} + static_cast<char>(letter) + "'";
  constexpr const char* kHex = "0123456789abcdef";
  return std::string{"0x"} + kHex[letter >> 4] + kHex[letter & 15];
}

}  // namespace

FileFeed::FileFeed(std::vector<DayFile> files, Framing framing, feeds::SymbolSelection symbols,
                   feeds::MessageObserver* observer)
    : files_(std::move(files)),
      framing_(framing),
      decoder_(std::move(symbols)),
      counters_(decoder_.counters()),
      observer_(observer) {
  for (DayFile& file : files_) file.framing = file.framing.value_or(framing);
  begin_day();
}

inline FileFeed::Framed FileFeed::frame(Framing framing, Bytes rest, std::size_t& length) {
  if (rest.size() < kLengthSize + 1) return Framed::need_more;
  length = load_be<u16>(rest.data());
  if (framing == Framing::type) {
    length = wire_size(static_cast<char>(rest[kLengthSize]));
    if (length == 0) return Framed::broken;
  }
  if (length == 0) return Framed::broken;
  return rest.size() < kLengthSize + length ? Framed::need_more : Framed::message;
}

// Decodes whole messages from the front of the window and returns their number; 0 when the window
// holds less than one. kPlain, the usual case: messages are framed by length, and an observer, if
// any, wants all of them.
template <bool kPlain>
u32 FileFeed::decode_window(EventBuffer& out, u32 budget, Nanos now) {
  feeds::ByteSource& source = *files_[current_].source;
  const Bytes window = source.window();
  const std::byte* at = window.data();
  const std::byte* const end = at + window.size();
  const Framing framing = kPlain ? Framing::length : framing_;
  u64 messages = counters_.messages;
  const u32 events_before = out.size();
  u32 taken = 0;
  u32 whole = 0;
  bool broken = false;
  std::size_t length = 0;
  // The number of messages of any type that fit, so that no message needs a check of its own.
  const u32 most = std::min(budget, out.room() / feeds::kMaxEventsPerMessage);
  for (; taken < most; ++taken) {
    const Framed framed = frame(framing, {at, end}, length);
    broken = framed == Framed::broken;
    if (framed != Framed::message) break;
    ++messages;
    const Bytes message{at + kLengthSize, length};
    const feeds::Decoded decoded =
        kPlain || observer_ == nullptr
            ? decoder_.decode_here(message, messages, now, out)
            : feeds::decode_observed(decoder_, *observer_, message, messages, now, out);
    if (decoded == feeds::Decoded::too_short) [[unlikely]] {
      broken = true;
      ++taken;
      break;
    }
    at += kLengthSize + length;
    ++whole;
  }
  const auto used = static_cast<std::size_t>(at - window.data());
  if (kPlain && observer_ != nullptr && used > 0) {
    observer_->on_messages({window.data(), used}, counters_.messages + 1, whole,
                           {out.begin() + events_before, out.end()});
  }
  counters_.messages = messages;
  counters_.bytes += used;
  source.consume(used);
  if (broken) break_off_short({at, end}, length);
  return taken;
}

// Decodes whole packets from the front of the window and returns their number; 0 when the window
// holds less than one.
u32 FileFeed::decode_packets(EventBuffer& out, u32 budget, Nanos now) {
  feeds::ByteSource& source = *files_[current_].source;
  const u32 most = std::min(budget, out.room() / feeds::kMaxEventsPerMessage);
  u32 taken = 0;
  for (; taken < most && !ended_; ++taken) {
    SoupPacket packet;
    const SoupFramed framed = next_packet(source.window(), packet);
    if (framed == SoupFramed::need_more) break;
    if (framed == SoupFramed::broken) {
      break_off(source.offset(), "a packet of length 0", "a length from 1",
                "the file is damaged here, or is not in SoupBinTCP's framing");
    } else if (take_packet(packet, out, now)) {
      counters_.bytes += packet.size;
      source.consume(packet.size);
    }
  }
  return taken;
}

// Returns false if the packet is damage.
bool FileFeed::take_packet(const SoupPacket& packet, EventBuffer& out, Nanos now) {
  switch (packet.type) {
    case SoupType::sequenced_data:
      session_ended_ = false;
      return take_sequenced(packet.payload, out, now);
    case SoupType::end_of_session:
      session_ended_ = true;
      return true;
    case SoupType::login_accepted:
      session_ended_ = false;
      take_login(packet.payload, out, now);
      return true;
    case SoupType::debug:
    case SoupType::login_rejected:
    case SoupType::server_heartbeat:
    case SoupType::login_request:
    case SoupType::client_heartbeat:
    case SoupType::logout_request:
      return true;
    case SoupType::unsequenced_data:
    default:
      ++counters_.unknown_type;  // ITCH has no messages in such packets
      return true;
  }
}

// Returns false if the message is damage.
bool FileFeed::take_sequenced(Bytes message, EventBuffer& out, Nanos now) {
  if (!session_.take(counters_)) return true;
  const u64 number = ++counters_.messages;
  const u32 before = out.size();
  const feeds::Decoded decoded =
      observer_ == nullptr
          ? decoder_.decode(message, number, now, out)
          : feeds::decode_observed(decoder_, *observer_, message, number, now, out);
  if (out.size() > before) last_exchange_time_ = (out.end() - 1)->exchange_time;
  if (decoded != feeds::Decoded::too_short) return true;
  break_off(files_[current_].source->offset(),
            "a packet with a message of " + counted(message.size(), "byte") +
                (message.empty() ? "" : ", of type " + type_text(message[0])),
            message.empty()
                ? "a message"
                : "at least " + counted(wire_size(static_cast<char>(message[0])), "byte"),
            "the file is damaged here, or is not ITCH 5.0");
  return false;
}

// Emits what a login says of the session, with the number and the time of the newest message.
void FileFeed::take_login(Bytes payload, EventBuffer& out, Nanos now) {
  static_assert(feeds::kMaxEventsPerMessage >= 2, "a login is at most a clear and a loss");
  const SoupSession::Change change = session_.log_in(payload, counters_);
  const auto push = [&](Kind kind, EventFlags flags) -> Event& {
    const feeds::NewestMessage newest{counters_.messages, last_exchange_time_};
    return feeds::push_channel_event(kind, flags, newest, now, out);
  };
  if (change.clear) push(Kind::clear, kLastOfEvent);
  if (change.loss) push(Kind::loss, change.loss_flags).loss = *change.loss;
}

FeedStatus FileFeed::poll(EventBuffer& out, Nanos now) {
  u32 taken = 0;
  while (!ended_ && taken < kMaxMessagesPerPoll) {
    if (out.room() < 2 * feeds::kMaxEventsPerMessage) break;
    const u32 budget = kMaxMessagesPerPoll - taken;
    const u32 decoded = plain_                      ? decode_window<true>(out, budget, now)
                        : framing_ == Framing::soup ? decode_packets(out, budget, now)
                                                    : decode_window<false>(out, budget, now);
    taken += decoded;
    // What was read is handed over before a pipe's writer is waited for.
    if (decoded == 0 && !ended_ && !refill(taken > 0)) break;
  }
  return ended_ ? FeedStatus::ended : FeedStatus::ready;
}

// Called when the window holds less than a message: reads more of this file, goes to the next one,
// or ends the channel.
bool FileFeed::refill(bool only_now) {
  feeds::ByteSource& source = *files_[current_].source;
  switch (only_now ? source.fill_now() : source.fill()) {
    case feeds::Fill::later:
      return false;
    case feeds::Fill::more:
      return true;
    case feeds::Fill::damaged:
      damage_ = source.damage();
      ended_ = true;
      return false;
    case feeds::Fill::end:
      break;
  }
  const Bytes rest = source.window();
  const bool end_mark =
      framing_ != Framing::soup && rest.size() == kLengthSize && load_be<u16>(rest.data()) == 0;
  if (!rest.empty() && !end_mark) {
    break_off_cut(rest);
    return false;
  }
  if (rest.empty() && source.offset() == 0) {
    break_off(0, "an empty file", "ITCH 5.0 messages", "check how the file was made or fetched");
    return false;
  }
  source.consume(rest.size());
  counters_.bytes += rest.size();
  next_file();
  return !ended_;
}

void FileFeed::next_file() {
  complete_ = complete_ && (decoder_.complete() || session_ended_);
  if (current_ + 1 == files_.size()) {
    ended_ = true;
    return;
  }
  ++current_;
  if (files_[current_].midnight != files_[current_ - 1].midnight) session_.begin_day();
  begin_day();
}

void FileFeed::begin_day() {
  framing_ = *files_[current_].framing;
  plain_ = framing_ == Framing::length && (observer_ == nullptr || decoder_.wants_all());
  session_ended_ = false;
  decoder_.set_midnight(files_[current_].midnight);
  if (observer_ != nullptr) observer_->on_midnight(files_[current_].midnight);
}

void FileFeed::break_off(u64 at, std::string found, std::string expected, std::string hint) {
  damage_ = Damage{.file = files_[current_].source->name(),
                   .offset = at,
                   .found = std::move(found),
                   .expected = std::move(expected),
                   .hint = std::move(hint)};
  ended_ = true;
}

// Ends the channel at the end of a file that ends inside `rest`.
void FileFeed::break_off_cut(Bytes rest) {
  constexpr const char* kHint = "the file was cut; fetch it again";
  const u64 at = files_[current_].source->offset();
  if (rest.size() < kLengthSize + 1) {
    return break_off(at, "the end of the file inside a message's length",
                     "2 bytes of length and a message", kHint);
  }
  const std::size_t length = framing_ == Framing::type
                                 ? wire_size(static_cast<char>(rest[kLengthSize]))
                                 : load_be<u16>(rest.data());
  const std::string what = framing_ == Framing::soup ? "packet" : "message";
  break_off(at,
            "the end of the file " + counted(rest.size() - kLengthSize, "byte") + " into a " +
                what + " of type " + type_text(rest[kLengthSize]),
            counted(length, "byte"), kHint);
}

// Ends the channel at a message whose length is invalid; `rest` begins there.
void FileFeed::break_off_short(Bytes rest, std::size_t length) {
  const u64 at = files_[current_].source->offset();
  const std::byte type = rest[kLengthSize];
  if (framing_ == Framing::type) {
    return break_off(at, "a message of unknown type " + type_text(type), "one of ITCH 5.0's types",
                     "without lengths an unknown type cannot be skipped; try `framing` length");
  }
  if (length == 0) {
    return break_off(at, "a message of length 0 before the end of the file", "a length of 12 to 50",
                     "if the writer left all lengths zero, try `framing` type");
  }
  break_off(at,
            "a message of type " + type_text(type) + " with a length of " + std::to_string(length),
            "at least " + counted(wire_size(static_cast<char>(type)), "byte"),
            "the file is damaged here, or is not ITCH 5.0");
}

ReadProgress FileFeed::progress() const {
  ReadProgress sum;
  bool is_total_known = true;
  for (const DayFile& file : files_) {
    const ReadProgress one = file.source->progress();
    sum.read += one.read;
    sum.total += one.total;
    is_total_known &= one.total != 0;
  }
  if (!is_total_known) sum.total = 0;
  return sum;
}

bool looks_like_itch(Bytes beginning, Framing framing) {
  if (framing == Framing::soup) return may_be_soup(beginning);
  if (beginning.size() < kLengthSize + 1) return false;
  const std::size_t length = load_be<u16>(beginning.data());
  const std::size_t by_type = wire_size(static_cast<char>(beginning[kLengthSize]));
  if (framing == Framing::type) return by_type != 0;
  return by_type != 0 && length >= by_type && length < 2 * kMaxWireSize;
}

}  // namespace tapedeck::itch50
