// A .npy file taken apart by hand, as the description of the format has it.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "engine/core/bytes.hpp"

namespace tapedeck::test {

struct NpyFile {
  int major = 0, minor = 0;
  std::string header;  // the text, without the blanks and the line feed it ends with
  std::string rows;    // what follows
  bool aligned = false;

  /// What the header says of them: "12", or what is no number.
  [[nodiscard]] std::string shape() const {
    const std::string before = "'shape': ";
    const std::size_t at = header.find(before) + before.size();
    const std::string value = header.substr(at, header.find(", }", at) - at);
    return value.starts_with("(") ? value.substr(1, value.size() - 3) : value;
  }
  template <class T>
  [[nodiscard]] T at(std::size_t offset) const {
    T value;
    EXPECT_LE(offset + sizeof value, rows.size());
    if (offset + sizeof value > rows.size()) return T{};
    std::memcpy(&value, rows.data() + offset, sizeof value);
    return value;
  }
  /// Up to its first zero byte.
  [[nodiscard]] std::string text(std::size_t offset, std::size_t bytes) const {
    return std::string{rows.substr(offset, bytes).c_str()};
  }
};

inline NpyFile npy_file(const std::string& bytes) {
  NpyFile file;
  EXPECT_TRUE(bytes.starts_with("\x93NUMPY"));
  if (bytes.size() < 12) return file;
  file.major = bytes[6];
  file.minor = bytes[7];
  const auto* const data = reinterpret_cast<const std::byte*>(bytes.data());
  const std::size_t begin = file.major == 1 ? 10 : 12;
  const std::size_t size =
      file.major == 1 ? std::size_t{load_le<u16>(data + 8)} : load_le<u32>(data + 8);
  file.aligned = (begin + size) % 64 == 0;
  file.header = bytes.substr(begin, size);
  EXPECT_TRUE(file.header.ends_with('\n'));
  file.header.erase(file.header.find_last_not_of(" \n") + 1);
  file.rows = bytes.substr(begin + size);
  return file;
}

}  // namespace tapedeck::test
