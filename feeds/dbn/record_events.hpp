// Converts one record into events: determines its instrument and time once, then emits its events.
// Only decoder.cpp includes this file.
#pragma once

#include <algorithm>
#include <cstring>
#include <utility>

#include "feeds/common/recorded_time.hpp"
#include "feeds/dbn/decoder.hpp"

namespace tapedeck::feeds::dbn {

class Decoder::RecordEvents {
 public:
  RecordEvents(Decoder& decoder, Bytes record, Sequence sequence, Nanos due, EventBuffer& out)
      : decoder_(decoder), at_(record.data()), sequence_(sequence), due_(due), out_(out) {}

  // Returns false when the record is not to be decoded; it has then been counted by its reason.
  [[nodiscard]] bool begin(std::size_t receive_time_at, u8 flags) {
    const u64 happened = load_le<u64>(at_ + kEventTimeAt);
    const u64 received = load_le<u64>(at_ + receive_time_at);
    flags_ = flags;
    // The time of receipt is DBN's index timestamp. Where it is inaccurate, the venue's time is
    // better. A snapshot's records have the times of their orders, and were received when the
    // snapshot was made.
    const bool is_accurate = !has(kBadReceiveTimeFlag) || has(kSnapshotFlag) || happened > kLatest;
    const u64 time = is_accurate && received <= kLatest ? received : happened;
    if (time > kLatest) [[unlikely]] {
      ++decoder_.counters_.malformed;
      return false;
    }
    time_ = Nanos{static_cast<i64>(time)};
    listing_ =
        decoder_.instruments_.find(load_le<u16>(at_ + kPublisherAt), load_le<u32>(at_ + kIdAt));
    if (listing_ == nullptr) [[unlikely]] {
      ++decoder_.counters_.over_capacity;
      return false;
    }
    note_time();
    Instruments& instruments = decoder_.instruments_;
    if (time_ >= instruments.next_roll()) [[unlikely]]
      instruments.roll(time_);
    if (time_ >= listing_->named_until) [[unlikely]]
      introduce();
    if (listing_->has_instrument()) [[likely]]
      return true;
    ++(listing_->wanted ? decoder_.counters_.over_capacity : decoder_.counters_.filtered);
    return false;
  }
  // Looks up the name of a listing without a record of its own.
  void rename(Listing& listing) {
    listing_ = &listing;
    time_ = decoder_.newest_time_;
    introduce();
  }
  // Notes that an order record was not decoded, so that the listing's orders are not known.
  void leave_out(char action) {
    if (listing_ == nullptr) return;
    if (action == 'A' || action == 'C' || action == 'M') listing_->missed = true;
    if (action == 'R') listing_->missed = false;
  }
  void set_round_lot(u32 round_lot) { round_lot_ = round_lot; }
  [[nodiscard]] Listing& listing() { return *listing_; }
  [[nodiscard]] bool has(u8 flag) const { return (flags_ & flag) != 0; }

  // Infers from a record about an order the trading state, and whether the book starts anew.
  // `trades`: the record is a trade or a fill.
  void settle_state(bool trades) {
    Listing& listing = *listing_;
    const u32 file = decoder_.instruments_.file();
    if (listing.file != file) [[unlikely]] {
      // A later file's snapshot is complete: orders that it does not name went away in between.
      if (listing.file != 0 && has(kSnapshotFlag)) start_book();
      listing.file = file;
    }
    if (!listing.state_told) {
      const bool rested =
          listing.last_time.value > INT64_MIN && time_ - listing.last_time >= kBreak;
      if (trades) {
        set_state(TradingState::trading);
      } else if (rested || listing.state == TradingState::unknown) [[unlikely]] {
        set_state(TradingState::quotation_only);
      }
    }
    listing.last_time = std::max(listing.last_time, time_);
  }
  void start_book() {
    push(Kind::clear);
    listing_->forget_book();
    if (!listing_->state_told) set_state(TradingState::quotation_only);
  }
  void set_state(TradingState state) {
    if (listing_->state == state) [[likely]]
      return;
    listing_->state = state;
    push_state(kSynthetic);
  }
  Event& push_state(EventFlags flags) {
    Event& event = push(Kind::trading_state);
    event.flags = flags;
    event.state = {};
    event.state.state = listing_->state;
    return event;
  }
  void push_order(Kind kind, u8 side, u64 id, Price price, u32 quantity) {
    Event& event = push(kind);
    event.side = static_cast<Side>(side);
    event.order = {OrderId{id}, 0, price, Quantity{quantity}};
  }
  // Emits a change of an order whose side and price the record states.
  void push_change(Kind kind, u8 side, u64 id, Price price, u32 quantity) {
    push_order(kind, side, id, price, quantity);
    out_.end()[-1].flags |= kStatesPlace;
  }
  // Emits a record of the best price of a side, which replaces all of the side. The side then has
  // one order, with an id of its own, because most venues give such records ids that name nothing.
  void set_top(u8 side, u64 id, Price price, u32 quantity) {
    const bool is_there = price != kNoPrice && quantity > 0;
    if (price == kNoPrice || listing_->has_orders) {
      push(Kind::clear_side).side = static_cast<Side>(side);
    }
    const auto bit = static_cast<u8>(1U << side);
    listing_->tops = static_cast<u8>(is_there ? listing_->tops | bit : listing_->tops & ~bit);
    listing_->top_ids[side - 1U] = id;
    if (price != kNoPrice) push_order(Kind::upsert, side, kTopId - side, price, quantity);
  }
  // Returns the id of the order that a record names: for the newest record of the best price of its
  // side, this is the id of the side's only order.
  [[nodiscard]] u64 named_id(u8 side, u64 id) {
    if ((listing_->tops >> side & 1) != 0) [[unlikely]] {
      if (has(kTopOfBookFlag) || listing_->top_ids[side - 1U] == id) return kTopId - side;
    }
    listing_->has_orders = true;
    return id;
  }
  // `taker`: the aggressor's side; the event has the side of the resting order. A trade without a
  // price is flagged kNonPrintable. Returns false if the trade repeats one of another schema.
  [[nodiscard]] bool push_trade(TradePairs::Schema schema, u8 taker, u64 id, Price price,
                                u32 quantity) {
    if (decoder_.trades_.is_repeat(schema, {listing_->key, load_le<u64>(at_ + kEventTimeAt),
                                            price.value, decoder_.last_sequence_, quantity, taker}))
        [[unlikely]] {
      ++decoder_.counters_.duplicates;
      return false;
    }
    push_order(Kind::trade, static_cast<u8>(opposite(static_cast<Side>(taker))), id, price,
               quantity);
    if (price == kNoPrice) out_.end()[-1].flags |= kNonPrintable;
    return true;
  }
  // Emits the record's own bytes, for records that concern no book.
  void push_notice(char type) {
    Event& event = push(Kind::notice);
    event.notice = {};
    event.notice.type = type;
    event.notice.length = NoticeFields::kMaxBody;
    std::memcpy(event.notice.body, at_ + kRecordHeader, NoticeFields::kMaxBody);
  }
  // Emits a define for a definition record, unless the record's introduction already did.
  void push_define() {
    if (!defined_) define();
  }
  // Applies the flags of the record, whatever its action: lost messages before it, and the end of
  // the venue's event. `is_last`: the record ends the event even without a flag.
  void finish(bool is_last) {
    if (has(kMaybeBadBookFlag)) [[unlikely]]
      event_for_books().flags |= kDoubtful;
    if (is_last) event_for_books().flags |= kLastOfEvent;
  }

 private:
  static constexpr u64 kLatest{INT64_MAX};
  static constexpr u64 kTopId = ~u64{0};

  // Returns the record's newest event that books apply. Books ignore notices and definitions, so
  // that a record with no other event repeats the trading state.
  Event& event_for_books() {
    const bool said = !out_.empty() && out_.end()[-1].sequence == sequence_ &&
                      out_.end()[-1].kind != Kind::notice && out_.end()[-1].kind != Kind::define;
    return said ? out_.end()[-1] : push_state(kSynthetic);
  }
  Event& push(Kind kind) {
    Event& event = out_.push();
    event.exchange_time = time_;
    event.due_time = due_;
    event.sequence = sequence_;
    event.instrument = listing_->instrument;
    event.kind = kind;
    event.side = Side::none;
    event.flags = 0;
    return event;
  }
  void note_time() {
    if (time_ >= decoder_.newest_time_) [[likely]] {
      decoder_.newest_time_ = time_;
    } else if (!has(kSnapshotFlag)) {
      ++decoder_.counters_.time_backwards;
      // The newest time was damaged.
      if (i128{decoder_.newest_time_.value} - time_.value > RecordedTime::kLongestPause.value) {
        decoder_.newest_time_ = time_;
      }
    }
  }
  void introduce() {
    const Instruments::Named named = decoder_.instruments_.name(*listing_, time_);
    if (named.renamed != kNoInstrument) define(named.renamed);
    if (named.left != kNoInstrument) {
      if (named.define) define(named.left);
      push(Kind::clear).instrument = named.left;
      push_state(kSynthetic | kDoubtful).instrument = named.left;
      ++decoder_.left_books_;
      return;
    }
    if (named.define) define();
    if (named.clear) push(Kind::clear);
    if (listing_->has_instrument() && std::exchange(listing_->missed, false)) {
      push_state(kSynthetic | kDoubtful);
      ++decoder_.late_names_;
    }
  }
  void define() {
    defined_ = true;
    if (round_lot_ != 0) {
      decoder_.instruments_.set_round_lot(listing_->instrument, round_lot_);
    }
    define(listing_->instrument);
  }
  void define(Instrument instrument) {
    Event& event = push(Kind::define);
    event.instrument = instrument;
    const Instruments& instruments = decoder_.instruments_;
    event.define = define_fields(instruments.name_of(instrument), instruments.id_of(instrument),
                                 instruments.round_lot_of(instrument));
  }

  Decoder& decoder_;
  const std::byte* at_;
  Sequence sequence_;
  Nanos due_;
  EventBuffer& out_;
  Nanos time_{0};
  Listing* listing_ = nullptr;
  u32 round_lot_ = 0;
  u8 flags_ = 0;
  bool defined_ = false;
};

}  // namespace tapedeck::feeds::dbn
