#include "engine/output/thrift_compact.hpp"

#include <cassert>

namespace tapedeck::output {

void append_varint(std::string& bytes, u64 value) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}

ThriftStruct& ThriftStruct::boolean(int id, bool value) {
  field(id, value ? Kind::yes : Kind::no);
  return *this;
}

ThriftStruct& ThriftStruct::byte(int id, u8 value) {
  field(id, Kind::byte);
  fields_ += static_cast<char>(value);
  return *this;
}

ThriftStruct& ThriftStruct::int32(int id, i64 value) {
  field(id, Kind::int32);
  integer(value);
  return *this;
}

ThriftStruct& ThriftStruct::int64(int id, i64 value) {
  field(id, Kind::int64);
  integer(value);
  return *this;
}

ThriftStruct& ThriftStruct::text(int id, std::string_view value) {
  field(id, Kind::text);
  counted(value);
  return *this;
}

ThriftStruct& ThriftStruct::structure(int id, const ThriftStruct& value) {
  field(id, Kind::structure);
  fields_ += value.bytes();
  return *this;
}

ThriftStruct& ThriftStruct::int32s(int id, std::span<const i64> values) {
  list(id, Kind::int32, values.size());
  for (const i64 value : values) integer(value);
  return *this;
}

ThriftStruct& ThriftStruct::texts(int id, std::span<const std::string> values) {
  list(id, Kind::text, values.size());
  for (const std::string& value : values) counted(value);
  return *this;
}

ThriftStruct& ThriftStruct::structures(int id, std::size_t count, std::string_view bytes) {
  list(id, Kind::structure, count);
  fields_ += bytes;
  return *this;
}

void ThriftStruct::field(int id, Kind kind) {
  const int delta = id - last_id_;
  assert(delta > 0 && delta < 16);  // more would take a longer form, which is not needed here
  last_id_ = id;
  fields_ += static_cast<char>((delta << 4) | static_cast<int>(kind));
}

void ThriftStruct::list(int id, Kind of, std::size_t count) {
  constexpr std::size_t kLongForm = 15;
  field(id, Kind::list);
  const bool is_long = count >= kLongForm;
  fields_ += static_cast<char>(((is_long ? kLongForm : count) << 4) | static_cast<std::size_t>(of));
  if (is_long) append_varint(fields_, count);
}

// Zigzag encoding, in which small numbers are short with either sign.
void ThriftStruct::integer(i64 value) {
  append_varint(fields_, (static_cast<u64>(value) << 1) ^ static_cast<u64>(value >> 63));
}

void ThriftStruct::counted(std::string_view text) {
  append_varint(fields_, text.size());
  fields_ += text;
}

}  // namespace tapedeck::output
