// Exports and imports a decoder's state, see MessageDecoder.
//
// Records, little-endian; feeds/tape/tape.md has them too.
//   'T'  u64 time of the newest message
//   'I'  u8 1 if a locate of this day stands for it; the symbol. In the order of their numbers
//   'L'  u16 locate, u8 1 if it has a name, u32 number of its instrument or kNoInstrument, 8 bytes
//        of the symbol as it was on the wire
#include <algorithm>
#include <array>

#include "feeds/itch50/decoder.hpp"

namespace tapedeck::itch50 {
namespace {

constexpr auto kTime = std::byte{'T'};
constexpr auto kInstrument = std::byte{'I'};
constexpr auto kLocate = std::byte{'L'};

constexpr std::size_t kTimeBytes = sizeof(u64);
constexpr std::size_t kNameAt = 1;
constexpr std::size_t kNamedAt = 2, kNumberAt = 3, kStockAt = 7, kLocateBytes = 15;

}  // namespace

void Decoder::export_state(const std::function<void(Bytes)>& emit) const {
  std::array<std::byte, feeds::kMaxStateRecord> record{};
  std::byte* const fields = record.data() + 1;
  const auto give_fields = [&](std::byte kind, std::size_t size) {
    record[0] = kind;
    emit(Bytes{record}.first(1 + size));
  };
  store_le(fields, static_cast<u64>(newest_time_.value));
  give_fields(kTime, kTimeBytes);
  const std::vector<std::string> symbols = table_.symbols();
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const bool held = i < held_on_day_.size() && held_on_day_[i] == day_;
    fields[0] = static_cast<std::byte>(held ? 1 : 0);
    const Bytes name = as_bytes_of(symbols[i]);
    std::ranges::copy(name, fields + kNameAt);
    give_fields(kInstrument, kNameAt + name.size());
  }
  for (const u16 number : used_) {
    const Locate& locate = locates_[number];
    store_le(fields, number);
    fields[kNamedAt] = static_cast<std::byte>(locate.named ? 1 : 0);
    store_le(fields + kNumberAt,
             locate.has_instrument ? locate.instrument.value : kNoInstrument.value);
    store_le(fields + kStockAt, locate.stock);
    give_fields(kLocate, kLocateBytes);
  }
}

bool Decoder::import_state(Bytes record) {
  if (record.empty() || record.size() > feeds::kMaxStateRecord) return false;
  const Bytes fields = record.subspan(1);
  if (record[0] == kTime && fields.size() == kTimeBytes) {
    newest_time_ = {static_cast<i64>(load_le<u64>(fields.data()))};
    return true;
  }
  if (record[0] == kInstrument && fields.size() > kNameAt) return import_instrument(fields);
  return record[0] == kLocate && fields.size() == kLocateBytes && import_locate(fields);
}

bool Decoder::import_instrument(Bytes fields) {
  const Bytes name = fields.subspan(kNameAt);
  const std::string symbol{reinterpret_cast<const char*>(name.data()), name.size()};
  Instrument here = kNoInstrument;
  if (table_.wants(symbol)) {
    const auto entry = table_.find_or_add(symbol);
    if (!entry || !entry->is_new) return false;
    here = entry->number;
    held_on_day_.push_back(fields[0] != std::byte{0} ? day_ : 0);
  }
  imported_.push_back(here);
  return imported_.size() <= kMaxInstrumentsPerChannel;
}

bool Decoder::import_locate(Bytes fields) {
  const auto number = load_le<u16>(fields.data());
  const auto there = load_le<u32>(fields.data() + kNumberAt);
  if (there != kNoInstrument.value && there >= imported_.size()) return false;
  Locate& locate = locates_[number];
  if (locate.used) return false;
  locate.used = true;
  used_.push_back(number);
  locate.named = fields[kNamedAt] != std::byte{0};
  locate.stock = load_le<u64>(fields.data() + kStockAt);
  // A locate over capacity had no instrument in the exporting decoder either.
  if (there != kNoInstrument.value) {
    locate.unwanted = imported_[there] == kNoInstrument;  // its symbol was not asked for
    if (!locate.unwanted) locate.stand_for(imported_[there]);
  }
  locate.known = locate.named && locate.has_instrument;
  return true;
}

}  // namespace tapedeck::itch50
