#include "feeds/dbn/instruments.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::feeds::dbn {
namespace {

constexpr u64 kNobodysKey = ~u64{0};  // publishers have 16 bits
constexpr std::size_t kFirstSlots = 256;

std::string number_name(u32 id) {
  return "#" + std::to_string(id);
}

// Cuts a symbol that is too long, and appends its number to keep it distinct.
std::string shown_name(const std::string& symbol, u32 id) {
  if (symbol.size() <= kMaxSymbol) return symbol;
  const std::string number = number_name(id);
  return symbol.substr(0, kMaxSymbol - number.size()) + number;
}

// Returns another name for the symbol of another listing: "ESH4" of another publisher becomes
// "ESH4#17077@2", and "#17077" becomes "#17077@2". `again`: the number of the attempt.
std::string distinct_name(const std::string& symbol, u64 key, u32 again = 1) {
  const std::string number = number_name(static_cast<u32>(key));
  std::string rest = (symbol == number ? "" : number) + "@" + std::to_string(key >> 32);
  if (again > 1) rest += "." + std::to_string(again);
  return symbol.substr(0, kMaxSymbol - std::min(kMaxSymbol, rest.size())) + rest;
}

}  // namespace

Instruments::Instruments(SymbolSelection wanted) : slots_(kFirstSlots), table_(std::move(wanted)) {
  listings_[0].key = kNobodysKey;
}

void Instruments::start_file(SymbolMap names, bool continuous) {
  names_ = std::move(names);
  continuous_ = continuous;
  ++file_;
  for (Listing& listing : listings_) listing.named_until = kBeginningOfTime;
  next_roll_ = continuous_ ? kBeginningOfTime : kEndOfTime;
}

void Instruments::foresee(const SymbolMap& names, u32 file) {
  names.for_each([&](u32 id, std::string_view symbol) {
    const bool wanted = table_.wants(symbol) || table_.wants(shown_name(std::string{symbol}, id));
    if (wanted && ids_.size() < 2 * kMostListings) ids_[id].last_wanted_file = file;
  });
}

void Instruments::roll(Nanos time) {
  due_.clear();
  for (auto i = static_cast<u32>(listings_.size()) - 1; i > 0; --i) {
    if (listings_[i].named_until <= time) due_.push_back(i);
  }
  next_roll_ = names_.next_change(time);
}

Listing* Instruments::next_due(Nanos time) {
  while (!due_.empty()) {
    Listing& listing = listings_[due_.back()];
    due_.pop_back();
    if (listing.named_until <= time) return &listing;
  }
  return nullptr;
}

std::size_t Instruments::slot_of(u64 key) const {
  constexpr u64 kGolden = 0x9E37'79B9'7F4A'7C15;
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = static_cast<std::size_t>((key * kGolden) >> 32) & mask;
  while (slots_[slot] != 0 && listings_[slots_[slot]].key != key) slot = (slot + 1) & mask;
  return slot;
}

Listing* Instruments::find_elsewhere(u64 key) {
  const std::size_t slot = slot_of(key);
  if (slots_[slot] != 0) {
    newest_ = slots_[slot];
    return &listings_[newest_];
  }
  if (listings_.size() > kMostListings) return nullptr;
  newest_ = static_cast<u32>(listings_.size());
  slots_[slot] = newest_;
  Listing& added = listings_.emplace_back();
  added.key = key;
  added.next_of_id = std::exchange(ids_[added.id()].newest_listing, newest_);
  if (2 * listings_.size() > slots_.size()) grow();
  return &listings_[newest_];
}

void Instruments::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (u32 i = 1; i < listings_.size(); ++i) slots_[slot_of(listings_[i].key)] = i;
}

// Returns the listing that has the instrument; null if its last holder has left it.
const Listing* Instruments::holder_of(Instrument instrument) const {
  const Listing& holder = listings_[slots_[slot_of(holders_[instrument.value].key)]];
  return holder.instrument == instrument ? &holder : nullptr;
}

bool Instruments::held_by_another(const Listing& listing, Instrument instrument, Nanos time) const {
  const Listing* const holder = holder_of(instrument);
  return holder != nullptr && holder->key != listing.key && time < holder->named_until &&
         !holder->lapsed;
}

// A listing is wanted by its symbol in full or as it is shown, cut or with its publisher.
bool Instruments::wants(const std::string& symbol, u64 key) const {
  return table_.wants(symbol) || table_.wants(shown_name(symbol, static_cast<u32>(key))) ||
         table_.wants(distinct_name(symbol, key));
}

// Returns the name that a listing of this symbol has while no other listing has it. If only the
// name with its publisher is wanted, it is that one, as among all listings.
std::string Instruments::shown_of(const std::string& symbol, u64 key) const {
  std::string shown = shown_name(symbol, static_cast<u32>(key));
  if (table_.wants(symbol) || table_.wants(shown)) return shown;
  std::string distinct = distinct_name(symbol, key);
  return table_.wants(distinct) ? distinct : shown;
}

bool Instruments::will_be_wanted(u64 key, Nanos time) const {
  const auto id = static_cast<u32>(key);
  if (ids_.at(id).last_wanted_file > file_) return true;
  return names_.any_after(
      id, time, [this, key](std::string_view later) { return wants(std::string{later}, key); });
}

std::string_view Instruments::chosen(std::string_view symbol, const Listing& listing, Nanos time) {
  if (table_.wants_all()) return symbol;
  const auto wanted = [&](std::string_view each) { return wants(std::string{each}, listing.key); };
  const std::string_view other = names_.other_of(listing.id(), time, symbol, wanted);
  if (other.empty()) return symbol;
  if (!wanted(symbol)) return other;
  aliases_.emplace(other, symbol);
  return symbol;
}

// Returns the listing's symbol at `time`, and sets until when it holds. While an id has no symbol
// that is wanted but may get one, its symbol is its number.
Instruments::Symbol Instruments::symbol_of(Listing& listing, Nanos time) {
  const SymbolMap::Found found = names_.find(listing.id(), time);
  listing.named_until = found.until;
  const OfId& id = ids_[listing.id()];
  listing.lapsed =
      found.symbol.empty() && !id.was_noted && !continuous_ && holds_its_instrument(listing);
  if (listing.lapsed) return {holders_[listing.instrument.value].symbol, false};
  std::string number = number_name(listing.id());
  Symbol symbol{number, continuous_ || (found.symbol.empty() && id.was_noted)};
  if (!found.symbol.empty()) {
    symbol.text = chosen(found.symbol, listing, time);
  } else if (!id.noted.empty()) {
    symbol.text = id.noted;
  }
  listing.wanted = wants(symbol.text, listing.key) || wants(number, listing.key);
  listing.was_asked |= listing.wanted;
  if (listing.wanted) return symbol;
  const bool may_be_named = names_.empty() && id.noted.empty();
  listing.wanted = may_be_named || will_be_wanted(listing.key, time);
  if (listing.wanted) symbol.text = std::move(number);
  return symbol;
}

Instruments::Named Instruments::name(Listing& listing, Nanos time) {
  Symbol symbol = symbol_of(listing, time);
  if (!listing.wanted) listing.wanted = stays(listing, symbol, time);
  if (!listing.wanted) return leave(listing, std::move(symbol), time);
  if (holds_its_instrument(listing)) {
    const std::string& mine = holders_[listing.instrument.value].symbol;
    if (mine == symbol.text) return {};
    const std::string number = number_name(listing.id());
    if (symbol.keeps_book || (mine == number && symbol.text != number)) {
      return rename(listing, std::move(symbol.text), time);
    }
  }
  return take(listing, std::move(symbol), time);
}

// Lets the holder of an instrument that another listing takes over look for a name anew, if its own
// has lapsed. Its book will lack the orders that it has now.
void Instruments::rob_holder(Instrument instrument) {
  Listing& holder = listings_[slots_[slot_of(holders_[instrument.value].key)]];
  if (holder.instrument != instrument || !holder.lapsed) return;
  holder.named_until = kBeginningOfTime;
  holder.missed = holder.missed || holder.has_orders;
}

// Returns true if another id than `id` has the symbol at `time`, and a listing that will get it.
bool Instruments::has_another(const std::string& symbol, u32 id, Nanos time) const {
  std::optional<u32> other = names_.id_of(symbol, time);
  if (const auto noted = noted_ids_.find(symbol); !other && noted != noted_ids_.end()) {
    other = noted->second;
  }
  if (!other || *other == id) return false;
  const auto at = ids_.find(*other);
  return at != ids_.end() && at->second.newest_listing != 0;
}

// A listing that hands its wanted symbol over to another one keeps its book, so that the books of
// all ids that a continuous contract has had are right.
bool Instruments::stays(const Listing& listing, const Symbol& symbol, Nanos time) const {
  if (!listing.was_asked || !symbol.keeps_book || !holds_its_instrument(listing)) return false;
  const std::string& mine = holders_[listing.instrument.value].symbol;
  return !wants(mine, listing.key) || has_another(mine, listing.id(), time);
}

// Ends the book of a listing whose symbol is not wanted. If the book is the id's, because the
// listing waited for its name or rolled, it ends empty. A wanted name stays until another id has
// it.
Instruments::Named Instruments::leave(Listing& listing, Symbol symbol, Nanos time) {
  Named named;
  if (holds_its_instrument(listing)) {
    const std::string& mine = holders_[listing.instrument.value].symbol;
    if (symbol.keeps_book || mine == number_name(listing.id())) {
      if (!wants(mine, listing.key)) named = rename(listing, std::move(symbol.text), time);
      named.left = listing.instrument;
      listing.missed = true;
    }
  }
  listing.instrument = kNoInstrument;
  return named;
}

// Gives the listing's instrument another name. Its orders stay.
Instruments::Named Instruments::rename(Listing& listing, std::string symbol, Nanos time) {
  Named named{.define = true};
  std::string shown = shown_of(symbol, listing.key);
  if (table_.knows(shown)) {
    const Instrument other = table_.find_or_add(shown)->number;
    if (held_by_another(listing, other, time)) {
      shown = unused_name(symbol, listing.key);
    } else if (other != listing.instrument) {
      rename_to_number(other);
      named.renamed = other;
    }
  }
  Holder& mine = holders_[listing.instrument.value];
  if (mine.shown != shown) table_.rename(mine.shown, shown);
  mine.symbol = std::move(symbol);
  mine.shown = std::move(shown);
  return named;
}

// Gives the listing the instrument of this name. The instrument is new, or has lost its holder.
Instruments::Named Instruments::take(Listing& listing, Symbol symbol, Nanos time) {
  Named named;
  std::string shown = shown_of(symbol.text, listing.key);
  auto entry = table_.find_or_add(shown);
  if (entry && !entry->is_new) {
    if (held_by_another(listing, entry->number, time)) {
      shown = distinct_name(symbol.text, listing.key);
      entry = table_.find_or_add(shown);
    } else if (const Listing* const holder = holder_of(entry->number);
               symbol.keeps_book && holder != nullptr && holder->key != listing.key) {
      // The holder has rolled, and keeps its orders.
      rename_to_number(entry->number);
      named.renamed = entry->number;
      entry = table_.find_or_add(shown);
    }
  }
  if (!entry) {
    listing.instrument = kNoInstrument;
    return named;
  }
  listing.instrument = entry->number;
  listing.state = TradingState::unknown;
  listing.state_told = false;
  listing.forget_book();
  if (entry->is_new) {
    holders_.push_back({listing.key, std::move(symbol.text), std::move(shown)});
    named.define = true;
    return named;
  }
  if (holders_[entry->number.value].key != listing.key) rob_holder(entry->number);
  Holder& holder = holders_[entry->number.value];
  named.define = named.clear = std::exchange(holder.key, listing.key) != listing.key;
  if (named.clear) holder.round_lot = 0;
  holder.symbol = std::move(symbol.text);
  return named;
}

// Names an instrument by its listing's id.
void Instruments::rename_to_number(Instrument instrument) {
  Holder& holder = holders_[instrument.value];
  const std::string number = number_name(static_cast<u32>(holder.key));
  std::string shown = table_.knows(number) ? unused_name(number, holder.key) : number;
  table_.rename(holder.shown, shown);
  holder.symbol = number;
  holder.shown = std::move(shown);
}

// Returns a name that no instrument has, for another instrument with this symbol.
std::string Instruments::unused_name(const std::string& symbol, u64 key) const {
  std::string shown = distinct_name(symbol, key);
  for (u32 again = 2; table_.knows(shown); ++again) shown = distinct_name(symbol, key, again);
  return shown;
}

void Instruments::note_name(u16 publisher, u32 id, std::string_view symbol, bool is_alone) {
  if (symbol.empty()) return;
  auto at = ids_.find(id);
  if (at == ids_.end()) {
    if (ids_.size() >= 2 * kMostListings) return;
    at = ids_.try_emplace(id).first;
  }
  OfId& noted = at->second;
  if (noted.noted == symbol) return;
  if (const auto mine = noted_ids_.find(noted.noted);
      mine != noted_ids_.end() && mine->second == id) {
    noted_ids_.erase(mine);
  }
  noted.noted = symbol;
  noted.noted_by = publisher;
  noted.was_noted = true;
  const auto [former, is_new] = noted_ids_.try_emplace(noted.noted, id);
  if (const u32 loser = std::exchange(former->second, id); !is_new && is_alone) {
    OfId& lost = ids_[loser];
    if (lost.noted_by == publisher) {
      lost.noted.clear();
      make_due(loser);
    }
  }
  make_due(id);
}

// Makes all listings of an id due, the oldest first, because the first one of a symbol has it.
void Instruments::make_due(u32 id) {
  for (u32 i = ids_[id].newest_listing; i != 0; i = listings_[i].next_of_id) {
    listings_[i].named_until = kBeginningOfTime;
    due_.push_back(i);
  }
}

}  // namespace tapedeck::feeds::dbn
