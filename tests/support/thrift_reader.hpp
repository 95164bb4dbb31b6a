// Thrift's compact protocol, read: a structure becomes an object of its fields, by their ids.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "engine/core/types.hpp"

namespace tapedeck::test {

class ThriftReader {
 public:
  explicit ThriftReader(std::string_view bytes) : all_(bytes), left_(bytes) {}

  /// Text as bytes, which need not be UTF-8.
  nlohmann::json structure() {
    nlohmann::json fields = nlohmann::json::object();
    i64 id = 0;
    while (const u8 head = byte()) {
      id = (head >> 4) != 0 ? id + (head >> 4) : zigzag();
      fields[std::to_string(id)] = field(head & 0xF);
    }
    return fields;
  }
  u64 varint() {
    u64 value = 0;
    for (int shift = 0;; shift += 7) {
      const u8 part = byte();
      value |= u64{part & 0x7FU} << shift;
      if (part < 0x80) return value;
    }
  }
  [[nodiscard]] std::size_t taken() const { return all_.size() - left_.size(); }
  [[nodiscard]] bool at_end() const { return left_.empty(); }
  u8 byte() { return static_cast<u8>(take(1).front()); }

 private:
  nlohmann::json field(int kind) {
    if (kind == 1 || kind == 2) return kind == 1;  // the kind is the value
    return value(kind);
  }
  nlohmann::json value(int kind) {
    switch (kind) {
      case 3:
        return byte();
      case 4:
      case 5:
      case 6:
        return zigzag();
      case 8:
        return std::string{take(varint())};
      case 9:
        return list();
      case 12:
        return structure();
      default:
        throw std::runtime_error("no value of Parquet's: kind " + std::to_string(kind));
    }
  }
  nlohmann::json list() {
    const u8 head = byte();
    const u64 count = (head >> 4) == 15 ? varint() : head >> 4;
    nlohmann::json values = nlohmann::json::array();
    for (u64 i = 0; i < count; ++i) values.push_back(value(head & 0xF));
    return values;
  }
  i64 zigzag() {
    const u64 value = varint();
    return static_cast<i64>((value >> 1) ^ (0 - (value & 1)));
  }
  std::string_view take(std::size_t count) {
    if (count > left_.size()) throw std::runtime_error("the structure is cut short");
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }

  std::string_view all_, left_;
};

}  // namespace tapedeck::test
