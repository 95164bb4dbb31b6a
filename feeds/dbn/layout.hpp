// Offsets and sizes in Databento's binary encoding (DBN), versions 1 to 3, as far as this reader
// uses the encoding.
//
// All numbers are little-endian. A file consists of "DBN", a version byte, the 32-bit length of the
// metadata, the metadata, and records until the file ends. A record consists of a header and the
// fields of its type. A record's first byte is the record's length in units of four bytes. Offsets
// count from a record's first byte.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::feeds::dbn {

inline constexpr std::string_view kMagic = "DBN";
inline constexpr u8 kNewestVersion = 3;

enum class RecordType : u8 {
  trade = 0x00,
  status = 0x12,
  definition = 0x13,
  error = 0x15,
  symbol_mapping = 0x16,
  system = 0x17,
  order = 0xA0  // market by order
};

inline constexpr std::size_t kLengthUnit = 4;
inline constexpr std::size_t kRecordHeader = 16;
inline constexpr std::size_t kSendTime = 8;  // follows every record if the metadata says so

inline constexpr std::size_t kTypeAt = 1;
inline constexpr std::size_t kPublisherAt = 2;
inline constexpr std::size_t kIdAt = 4;
inline constexpr std::size_t kEventTimeAt = 8;

/// The offsets of an order record's fields, and the record's size (kSize). TradeAt and StatusAt:
/// the same for trade and status records.
struct OrderAt {
  static constexpr std::size_t kId = 16, kPrice = 24, kQuantity = 32, kFlags = 36, kAction = 38,
                               kSide = 39, kReceiveTime = 40, kSequence = 52, kSize = 56;
};
struct TradeAt {
  static constexpr std::size_t kPrice = 16, kQuantity = 24, kAction = 28, kSide = 29, kFlags = 30,
                               kReceiveTime = 32, kSequence = 44, kSize = 48;
};
struct StatusAt {
  static constexpr std::size_t kReceiveTime = 16, kAction = 24, kIsTrading = 30, kSize = 40;
};

/// Bits of a record's flags.
inline constexpr u8 kLastFlag = 128;  // the last record of the venue's event for this instrument
inline constexpr u8 kTopOfBookFlag = 64;      // the best price of its side, not an order
inline constexpr u8 kSnapshotFlag = 32;       // from a snapshot, not from the venue's stream
inline constexpr u8 kBadReceiveTimeFlag = 8;  // the time of receipt is inaccurate
inline constexpr u8 kMaybeBadBookFlag = 4;    // messages were lost before this record

inline constexpr i64 kNoPriceOnWire = INT64_MAX;
static_assert(kNoPriceOnWire == kNoPrice.value, "prices need no translation");

/// The offsets and sizes that differ between versions, in bytes.
struct Layout {
  std::size_t symbol;  // the size of symbols in records, including the terminating zero
  std::size_t definition, raw_symbol_at, round_lot_at;
  std::size_t mapping, mapping_in_at, mapping_out_at;
  std::size_t error, error_text;
  std::size_t system;

  // A mapping's symbols have their symbologies before them.
  [[nodiscard]] constexpr bool mapping_has_symbologies() const {
    return mapping_in_at > kRecordHeader;
  }
};
inline constexpr std::array<Layout, kNewestVersion> kLayouts{
    {{22, 360, 200, 148, 80, 16, 38, 80, 64, 80},
     {71, 400, 200, 156, 176, 17, 89, 320, 302, 320},
     {71, 520, 238, 168, 176, 17, 89, 320, 302, 320}}};
inline constexpr std::size_t kDefinitionReceiveTimeAt = 16;
inline constexpr std::size_t kErrorTextAt = 16;

/// The minimum size of a record, in bytes, indexed by record type; 0 for types that are not read.
using LeastSizes = std::array<u16, 256>;
inline constexpr std::array<LeastSizes, kNewestVersion> kLeastSizes = [] {
  std::array<LeastSizes, kNewestVersion> all{};
  for (std::size_t version = 0; version < all.size(); ++version) {
    const auto set = [&](RecordType type, std::size_t size) {
      all[version][static_cast<u8>(type)] = static_cast<u16>(size);
    };
    set(RecordType::trade, TradeAt::kSize);
    set(RecordType::status, StatusAt::kSize);
    set(RecordType::definition, kLayouts[version].definition);
    set(RecordType::error, kLayouts[version].error);
    set(RecordType::symbol_mapping, kLayouts[version].mapping);
    set(RecordType::system, kLayouts[version].system);
    set(RecordType::order, OrderAt::kSize);
  }
  return all;
}();

}  // namespace tapedeck::feeds::dbn
