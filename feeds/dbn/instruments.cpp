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

// Returns a distinct name when another listing has the symbol: "ESH4" of another publisher becomes
// "ESH4#17077@2".
std::string distinct_name(const std::string& symbol, const Listing& listing) {
  const std::string rest = number_name(listing.id()) + "@" + std::to_string(listing.publisher());
  return symbol.substr(0, kMaxSymbol - rest.size()) + rest;
}

}  // namespace

Instruments::Instruments(std::unordered_set<std::string> wanted)
    : slots_(kFirstSlots), table_(std::move(wanted)) {
  listings_[0].key = kNobodysKey;
}

void Instruments::start_file(SymbolMap names, bool continuous) {
  names_ = std::move(names);
  continuous_ = continuous;
  ++file_;
  for (Listing& listing : listings_) listing.named_until = kBeginningOfTime;
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
  return holder != nullptr && holder->key != listing.key && time < holder->named_until;
}

// Returns the listing's symbol at `time`, and sets until when it holds. While an id has no symbol
// that is wanted but may get one, its symbol is its number.
std::string Instruments::symbol_of(Listing& listing, Nanos time) {
  const SymbolMap::Found found = names_.find(listing.id(), time);
  listing.named_until = found.until;
  const std::string& noted = ids_[listing.id()].noted;
  std::string number = number_name(listing.id());
  std::string symbol = !found.symbol.empty() ? std::string{found.symbol}
                       : !noted.empty()      ? noted
                                             : number;
  listing.wanted = table_.wants(symbol);
  if (listing.wanted) return symbol;
  const bool may_be_named = names_.empty() && noted.empty();
  const bool will_be_wanted =
      continuous_ && names_.any_after(listing.id(), time, [this](std::string_view later) {
        return table_.wants(later);
      });
  listing.wanted = may_be_named || will_be_wanted;
  return number;
}

Instruments::Named Instruments::name(Listing& listing, Nanos time) {
  std::string symbol = symbol_of(listing, time);
  if (!listing.wanted) {
    const Named named = leave(listing);
    listing.instrument = kNoInstrument;
    return named;
  }
  if (holds_its_instrument(listing)) {
    const std::string& mine = holders_[listing.instrument.value].symbol;
    if (mine == symbol) return {};
    const std::string number = number_name(listing.id());
    if (continuous_ || (mine == number && symbol != number)) {
      return rename(listing, std::move(symbol), time);
    }
  }
  return take(listing, std::move(symbol), time);
}

// Ends the book of a listing that kept its orders while it waited for a name, or that has rolled
// away from a wanted one.
Instruments::Named Instruments::leave(Listing& listing) const {
  if (!holds_its_instrument(listing)) return {};
  const bool waited = holders_[listing.instrument.value].symbol == number_name(listing.id());
  return {.left = continuous_ || waited ? listing.instrument : kNoInstrument};
}

// Gives the listing's instrument another name. Its orders stay.
Instruments::Named Instruments::rename(Listing& listing, std::string symbol, Nanos time) {
  Named named{.define = true};
  std::string shown = shown_name(symbol, listing.id());
  if (table_.knows(shown)) {
    const Instrument other = table_.find_or_add(shown)->number;
    if (held_by_another(listing, other, time)) {
      shown = distinct_name(symbol, listing);
      if (table_.knows(shown)) return {};
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

// Gives the listing the instrument of this name: a new one, or one that has lost its holder.
Instruments::Named Instruments::take(Listing& listing, std::string symbol, Nanos time) {
  Named named;
  std::string shown = shown_name(symbol, listing.id());
  auto entry = table_.find_or_add(shown);
  if (entry && !entry->is_new) {
    if (held_by_another(listing, entry->number, time)) {
      shown = distinct_name(symbol, listing);
      entry = table_.find_or_add(shown);
    } else if (const Listing* const holder = holder_of(entry->number);
               continuous_ && holder != nullptr && holder->key != listing.key) {
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
    holders_.push_back({listing.key, std::move(symbol), std::move(shown)});
    named.define = true;
    return named;
  }
  Holder& holder = holders_[entry->number.value];
  named.define = named.clear = std::exchange(holder.key, listing.key) != listing.key;
  if (named.clear) holder.round_lot = 0;
  holder.symbol = std::move(symbol);
  return named;
}

// Names an instrument by its listing's id. If another instrument has that name, the publisher and
// the instrument's own number make the name distinct.
void Instruments::rename_to_number(Instrument instrument) {
  Holder& holder = holders_[instrument.value];
  const auto id = static_cast<u32>(holder.key);
  std::string shown = number_name(id);
  if (table_.knows(shown)) shown += "@" + std::to_string(holder.key >> 32);
  if (table_.knows(shown)) shown += "." + std::to_string(instrument.value);
  table_.rename(holder.shown, shown);
  holder.symbol = number_name(id);
  holder.shown = std::move(shown);
}

void Instruments::note_name(u32 id, std::string_view symbol) {
  if (symbol.empty()) return;
  auto at = ids_.find(id);
  if (at == ids_.end()) {
    if (ids_.size() >= 2 * kMostListings) return;
    at = ids_.try_emplace(id).first;
  }
  if (at->second.noted == symbol) return;
  at->second.noted = symbol;
  for (u32 i = at->second.newest_listing; i != 0; i = listings_[i].next_of_id) {
    listings_[i].named_until = kBeginningOfTime;
  }
}

}  // namespace tapedeck::feeds::dbn
