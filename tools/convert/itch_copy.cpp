#include "tools/convert/itch_copy.hpp"

#include <algorithm>

namespace tapedeck::tools {
namespace {

bool is_session(const Event& event) {
  return event.kind == Kind::trading_state && event.instrument == kEveryInstrument;
}

}  // namespace

void MessageCopy::on_message(Bytes message, Sequence /*sequence*/,
                             std::span<const Event> /*events*/) {
  if (file_ == nullptr) return;
  file_->frames().append_raw(message);
  file_->flush_if_full();
  const bool is_system_event = static_cast<char>(message[0]) == itch50::SystemEvent::kType;
  if (is_system_event && static_cast<char>(message[itch50::kHeaderSize]) == 'O') ++days_;
}

void EventCopy::take(const EventBuffer& events) {
  for (const Event& event : events) {
    if (!started_) {
      started_ = true;
      framed_ = !is_session(event);
      for (const Session session :
           {Session::messages_started, Session::system_open, Session::market_open}) {
        if (framed_) frame(session, event.exchange_time);
      }
    }
    encoder_.encode(event, file_.frames());
    newest_ = std::max(newest_, event.exchange_time);
  }
  file_.flush_if_full();
}

void EventCopy::finish(bool whole) {
  encoder_.finish(file_.frames());
  if (!framed_ || !whole) return;
  for (const Session session :
       {Session::market_closed, Session::system_closed, Session::messages_ended}) {
    frame(session, newest_);
  }
}

void EventCopy::frame(Session session, Nanos time) {
  Event event{};
  event.exchange_time = time;
  event.instrument = kEveryInstrument;
  event.kind = Kind::trading_state;
  event.flags = kLastOfEvent;
  event.state = {TradingState::unknown, session, itch50::SystemEvent::kType, {}};
  encoder_.encode(event, file_.frames());
}

}  // namespace tapedeck::tools
