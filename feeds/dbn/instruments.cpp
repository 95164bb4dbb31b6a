#include "feeds/dbn/instruments.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::feeds::dbn {
namespace {

constexpr u64 kNobodysKey = ~u64{0};  // publishers have 16 bits
constexpr std::size_t kFirstSlots = 256;
// A name noted from a record is applied to at most this many publishers; no dataset has more.
constexpr std::size_t kMostPublishers = 16;

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

void Instruments::start_file(SymbolMap names) {
  names_ = std::move(names);
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
  const bool is_new = std::ranges::find(publishers_, added.publisher()) == publishers_.end();
  if (is_new && publishers_.size() < kMostPublishers) publishers_.push_back(added.publisher());
  if (2 * listings_.size() > slots_.size()) grow();
  return &listings_[newest_];
}

void Instruments::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (u32 i = 1; i < listings_.size(); ++i) slots_[slot_of(listings_[i].key)] = i;
}

bool Instruments::held_by_another(const Listing& listing, Instrument instrument, Nanos time) const {
  const u64 key = holders_[instrument.value].key;
  if (key == listing.key) return false;
  const Listing& holder = listings_[slots_[slot_of(key)]];
  return holder.instrument == instrument && time < holder.named_until;
}

Instruments::Named Instruments::name(Listing& listing, Nanos time) {
  const SymbolMap::Found found = names_.find(listing.id(), time);
  listing.named_until = found.until;
  const auto noted = noted_names_.find(listing.id());
  const bool placeholder = found.symbol.empty() && noted == noted_names_.end();
  const std::string symbol = !found.symbol.empty()         ? std::string{found.symbol}
                             : noted != noted_names_.end() ? noted->second
                                                           : number_name(listing.id());
  listing.wanted = table_.wants(symbol);
  if (!listing.wanted) {
    listing.instrument = kNoInstrument;
    return {};
  }
  std::string shown = shown_name(symbol, listing.id());
  if (listing.has_instrument() && holders_[listing.instrument.value].key == listing.key) {
    Holder& mine = holders_[listing.instrument.value];
    if (mine.symbol == symbol) return {};
    // So far known only by its number.
    if (!placeholder && mine.symbol == number_name(listing.id()) && !table_.knows(shown)) {
      table_.rename(mine.shown, shown);
      mine.symbol = symbol;
      mine.shown = std::move(shown);
      return {.define = true, .clear = false};
    }
  }
  auto entry = table_.find_or_add(shown);
  if (entry && !entry->is_new && held_by_another(listing, entry->number, time)) {
    shown = distinct_name(symbol, listing);
    entry = table_.find_or_add(shown);
  }
  if (!entry) {
    listing.instrument = kNoInstrument;
    return {};
  }
  listing.instrument = entry->number;
  listing.state = TradingState::unknown;
  listing.state_told = false;
  if (entry->is_new) {
    holders_.push_back({listing.key, symbol, std::move(shown)});
    return {.define = true, .clear = false};
  }
  Holder& holder = holders_[entry->number.value];
  const bool another = std::exchange(holder.key, listing.key) != listing.key;
  holder.symbol = symbol;
  return {.define = another, .clear = another};
}

void Instruments::note_name(u32 id, std::string_view symbol) {
  if (symbol.empty()) return;
  const auto [at, is_new] = noted_names_.try_emplace(id, symbol);
  if (!is_new) {
    if (at->second == symbol) return;
    at->second = symbol;
  } else if (noted_names_.size() > kMostListings) {
    noted_names_.erase(at);
    return;
  }
  for (const u16 publisher : publishers_) {
    const u32 known = slots_[slot_of(u64{publisher} << 32 | id)];
    if (known != 0) listings_[known].named_until = kBeginningOfTime;
  }
}

}  // namespace tapedeck::feeds::dbn
