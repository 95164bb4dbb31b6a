// Zip archives made in memory, right ones and wrong ones.
#pragma once

#include <string>

#include <zlib.h>

#include "engine/core/bytes.hpp"

namespace tapedeck::test {

class ZipWriter {
 public:
  /// What an entry says about itself; what differs from the truth is a lie under test.
  struct Entry {
    std::string name;
    std::string content;
    bool deflated = true;
    u16 flags = 0;
    int method = -1;  // -1: what `deflated` means
    i64 size = -1;    // -1: the content's
    u32 crc_error = 0;
  };

  ZipWriter& add(const Entry& entry) {
    const std::string packed = entry.deflated ? deflated(entry.content) : entry.content;
    const auto crc = static_cast<u32>(::crc32_z(0, bytes(entry.content), entry.content.size()));
    std::string common;  // what the local header and the directory share
    put16(common, 20);
    put16(common, entry.flags);
    put16(common, static_cast<u16>(entry.method >= 0 ? entry.method : entry.deflated ? 8 : 0));
    put32(common, 0);
    put32(common, crc ^ entry.crc_error);
    put32(common, static_cast<u32>(packed.size()));
    put32(common,
          entry.size >= 0 ? static_cast<u32>(entry.size) : static_cast<u32>(entry.content.size()));
    put16(common, static_cast<u16>(entry.name.size()));
    put16(common, 0);

    put32(directory_, 0x02014B50);
    put16(directory_, 20);
    directory_ += common;
    put16(directory_, 0);  // comment
    put16(directory_, 0);  // disk
    put16(directory_, 0);  // attributes
    put32(directory_, 0);
    put32(directory_, static_cast<u32>(content_.size()));
    directory_ += entry.name;

    put32(content_, 0x04034B50);
    content_ += common + entry.name + packed;
    ++count_;
    return *this;
  }
  [[nodiscard]] std::string bytes_with_comment(const std::string& comment = {}) const {
    std::string all = content_ + directory_;
    put32(all, 0x06054B50);
    put32(all, 0);  // disks
    put16(all, count_);
    put16(all, count_);
    put32(all, static_cast<u32>(directory_.size()));
    put32(all, static_cast<u32>(content_.size()));
    put16(all, static_cast<u16>(comment.size()));
    return all + comment;
  }

 private:
  static const Bytef* bytes(const std::string& text) {
    return reinterpret_cast<const Bytef*>(text.data());
  }
  static void put16(std::string& to, u16 value) {
    to += static_cast<char>(value & 0xFF);
    to += static_cast<char>(value >> 8);
  }
  static void put32(std::string& to, u32 value) {
    put16(to, static_cast<u16>(value & 0xFFFF));
    put16(to, static_cast<u16>(value >> 16));
  }
  static std::string deflated(const std::string& content) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, content.size()), '\0');
    stream.next_in = const_cast<Bytef*>(bytes(content));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
  }

  std::string content_;
  std::string directory_;
  u16 count_ = 0;
};

}  // namespace tapedeck::test
