// Encodes structures in Thrift's compact protocol, as far as Parquet's metadata needs it.
//
// A structure is built field by field, with ascending field ids. bytes() returns its encoding. The
// elements of a list of structures must be encoded before the list is added.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::output {

class ThriftStruct {
 public:
  ThriftStruct& boolean(int id, bool value);
  ThriftStruct& byte(int id, u8 value);
  ThriftStruct& int32(int id, i64 value);
  ThriftStruct& int64(int id, i64 value);
  ThriftStruct& text(int id, std::string_view value);
  ThriftStruct& structure(int id, const ThriftStruct& value);
  ThriftStruct& int32s(int id, std::span<const i64> values);
  ThriftStruct& texts(int id, std::span<const std::string> values);
  /// Adds a list of `count` structures. `bytes` contains their encodings, one after another.
  ThriftStruct& structures(int id, std::size_t count, std::string_view bytes);

  [[nodiscard]] std::string bytes() const { return fields_ + '\0'; }

 private:
  enum class Kind : u8 { yes = 1, no, byte, int32 = 5, int64, text = 8, list, structure = 12 };

  void field(int id, Kind kind);
  void list(int id, Kind of, std::size_t count);
  void integer(i64 value);
  void counted(std::string_view text);

  std::string fields_;
  int last_id_ = 0;
};

/// Appends a number in LEB128: seven bits per byte, the lowest first.
void append_varint(std::string& bytes, u64 value);

}  // namespace tapedeck::output
