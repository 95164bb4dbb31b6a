#include "feeds/tape/chunk.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "engine/core/printable.hpp"
#include "feeds/tape/varint.hpp"

namespace tapedeck::tape {
namespace {

// All counters but the last: `restored` is the reader's own and is not stored.
constexpr std::span kCounters = std::span{kFeedCounters}.first<kFeedCounters.size() - 1>();
static_assert(kFeedCounters.back().count == &FeedCounters::restored);
// The counters of the first version of the format are always stored, later ones up to the last that
// is not zero, so that a tape that needs none of these has the bytes that it always had.
constexpr std::size_t kAlwaysStored = 14;

constexpr u64 kComplete = 1;
constexpr u64 kDamaged = 2;
constexpr u64 kOffsetIsRow = 4;
constexpr u64 kHasSchema = 8;
constexpr std::size_t kMostText = 4096;  // for each text of a damage

void put(std::vector<std::byte>& to, u64 value) {
  std::array<std::byte, kMaxVarint> bytes{};
  std::byte* const end = put_varint(bytes.data(), value);
  to.insert(to.end(), bytes.data(), end);
}

void put(std::vector<std::byte>& to, const std::string& text) {
  const Bytes bytes = as_bytes_of(text).first(std::min(text.size(), kMostText));
  put(to, bytes.size());
  to.insert(to.end(), bytes.begin(), bytes.end());
}

std::string get_text(VarintReader& reader) {
  const u64 size = reader.get();
  if (size > kMostText) return {};
  const Bytes bytes = reader.get_bytes(size);
  return printable({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

void Closing::store(std::vector<std::byte>& to) const {
  put(to, (complete ? kComplete : 0) | (damage ? kDamaged : 0) |
              (damage && damage->offset_is_row ? kOffsetIsRow : 0) |
              (schema.empty() ? 0 : kHasSchema));
  put(to, last_sequence);
  std::span stored = std::span<const FeedCounter>{kCounters};
  while (stored.size() > kAlwaysStored && counters.*stored.back().count == 0) {
    stored = stored.first(stored.size() - 1);
  }
  put(to, stored.size());
  for (const FeedCounter& counter : stored) put(to, counters.*counter.count);
  if (damage) {
    put(to, damage->offset);
    for (const std::string* text :
         {&damage->file, &damage->found, &damage->expected, &damage->hint}) {
      put(to, *text);
    }
  }
  if (!schema.empty()) put(to, schema);
}

std::optional<Closing> Closing::load(Bytes bytes) {
  VarintReader reader{bytes};
  Closing closing;
  const u64 flags = reader.get();
  closing.complete = (flags & kComplete) != 0;
  closing.last_sequence = reader.get();
  const u64 count = reader.get();
  for (u64 i = 0; i < count && !reader.failed(); ++i) {
    const u64 value = reader.get();
    if (i < kCounters.size()) closing.counters.*kCounters[i].count = value;
  }
  if ((flags & kDamaged) != 0) {
    Damage& damage = closing.damage.emplace();
    damage.offset_is_row = (flags & kOffsetIsRow) != 0;
    damage.offset = reader.get();
    for (std::string* text : {&damage.file, &damage.found, &damage.expected, &damage.hint}) {
      *text = get_text(reader);
    }
  }
  if ((flags & kHasSchema) != 0) closing.schema = get_text(reader);
  if (reader.failed()) return {};
  return closing;
}

}  // namespace tapedeck::tape
