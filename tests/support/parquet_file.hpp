// A Parquet file read back by hand, as far as files of ours go: flat, plain, one page a chunk. It
// throws where something is not as the format has it.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <zstd.h>

#include "engine/core/bytes.hpp"
#include "tests/support/thrift_reader.hpp"

namespace tapedeck::test {

struct ParquetFile {
  nlohmann::json footer;
  std::vector<std::string> names;
  std::map<std::string, std::vector<nlohmann::json>> values;  // null where there is none
  std::vector<u64> group_rows;

  [[nodiscard]] const nlohmann::json& schema_of(const std::string& name) const {
    for (const nlohmann::json& element : footer["2"]) {
      if (element["4"] == name) return element;
    }
    throw std::runtime_error("no column " + name);
  }
};

class ParquetReader {
 public:
  explicit ParquetReader(std::string bytes) : bytes_(std::move(bytes)) {}

  ParquetFile read() {
    const std::size_t size = bytes_.size();
    expect(size >= 12 && bytes_.starts_with("PAR1") && bytes_.ends_with("PAR1"), "magic");
    const std::size_t length = load<u32>(bytes_, size - 8);
    expect(length <= size - 12, "length of the footer");
    ThriftReader footer{std::string_view{bytes_}.substr(size - 8 - length, length)};
    file_.footer = footer.structure();
    expect(footer.at_end(), "nothing behind the footer");
    read_schema();
    for (const nlohmann::json& group : file_.footer["4"]) read_group(group);
    expect(at_ == size - 8 - length, "nothing between the last page and the footer");
    u64 rows = 0;
    for (const u64 of_group : file_.group_rows) rows += of_group;
    expect(file_.footer["3"] == rows, "rows of all groups");
    return std::move(file_);
  }

 private:
  static void expect(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error("not as it should be: " + what);
  }
  template <class T>
  static T load(std::string_view bytes, std::size_t at) {
    expect(at + sizeof(T) <= bytes.size(), "a value's bytes");
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  }

  void read_schema() {
    const nlohmann::json& schema = file_.footer["2"];
    expect(schema.at(0)["5"] == schema.size() - 1, "number of columns");
    for (std::size_t i = 1; i < schema.size(); ++i) file_.names.push_back(schema[i]["4"]);
  }
  void read_group(const nlohmann::json& group) {
    file_.group_rows.push_back(group["3"]);
    expect(group["1"].size() == file_.names.size(), "chunks of the group");
    expect(group["5"] == at_, "offset of the group");
    u64 plain = 0, packed = 0;
    for (std::size_t i = 0; i < file_.names.size(); ++i) {
      const nlohmann::json& chunk = group["1"][i]["3"];
      expect(chunk["3"] == nlohmann::json::array({file_.names[i]}), "path");
      expect(chunk["5"] == group["3"], "values of the chunk");
      read_chunk(file_.footer["2"][i + 1], chunk);
      plain += chunk["6"].get<u64>();
      packed += chunk["7"].get<u64>();
    }
    expect(group["2"] == plain && group["6"] == packed, "bytes of the group");
  }
  void read_chunk(const nlohmann::json& column, const nlohmann::json& chunk) {
    expect(chunk["4"] == 6 && chunk["9"] == at_, "codec and offset");
    const std::string_view from = std::string_view{bytes_}.substr(at_);
    ThriftReader reader{from};
    const nlohmann::json header = reader.structure();
    const std::size_t packed = header["3"], plain = header["2"];
    expect(chunk["7"] == reader.taken() + packed && chunk["6"] == reader.taken() + plain, "sizes");
    expect(header["1"] == 0 && header["5"]["1"] == chunk["5"] && header["5"]["2"] == 0, "page");
    std::string page(plain, '\0');
    const std::size_t made =
        ZSTD_decompress(page.data(), plain, from.data() + reader.taken(), packed);
    expect(made == plain, "bytes of the page");
    at_ += reader.taken() + packed;
    read_values(column, page, header["5"]["1"]);
  }
  void read_values(const nlohmann::json& column, std::string_view page, u64 rows) {
    std::vector<nlohmann::json>& values = file_.values[column["4"]];
    std::vector<bool> has_value(rows, true);
    if (column["3"] == 1) {
      const u32 length = load<u32>(page, 0);
      has_value = runs(page.substr(4, length), rows);
      page.remove_prefix(4 + length);
    }
    for (const bool there : has_value) {
      values.push_back(there ? value(column["1"], page) : nlohmann::json{});
    }
    expect(page.empty(), "nothing behind the last value");
  }
  static std::vector<bool> runs(std::string_view levels, u64 rows) {
    std::vector<bool> all;
    ThriftReader reader{levels};
    while (!reader.at_end()) {
      const u64 head = reader.varint();
      expect((head & 1) == 0, "runs only");
      all.insert(all.end(), head >> 1, reader.byte() == 1);
    }
    expect(all.size() == rows, "levels");
    return all;
  }
  static nlohmann::json value(int stored, std::string_view& page) {
    nlohmann::json value;
    std::size_t size = 8;
    if (stored == 1) {
      size = 4;
      value = load<u32>(page, 0);
    } else if (stored == 2) {
      value = load<i64>(page, 0);
    } else if (stored == 5) {
      value = load<double>(page, 0);
    } else {
      const u32 length = load<u32>(page, 0);
      size = 4 + std::size_t{length};
      expect(size <= page.size(), "text");
      value = std::string{page.substr(4, length)};
    }
    page.remove_prefix(size);
    return value;
  }

  std::string bytes_;
  std::size_t at_ = 4;
  ParquetFile file_;
};

inline ParquetFile parquet_file(const std::string& bytes) {
  return ParquetReader{bytes}.read();
}

/// The value of a key in a file's metadata; empty if there is none.
inline std::string parquet_note(const ParquetFile& file, const std::string& key) {
  for (const nlohmann::json& note : file.footer["5"]) {
    if (note["1"] == key) return note["2"];
  }
  return {};
}

/// Everything of a file that may not depend on the run that wrote it: all bytes up to the footer,
/// and the footer without the provenance.
inline std::pair<std::string, nlohmann::json> parquet_without_provenance(const std::string& bytes) {
  nlohmann::json footer = parquet_file(bytes).footer;
  nlohmann::json notes = nlohmann::json::array();
  for (const nlohmann::json& note : footer["5"]) {
    if (note["1"] != "provenance") notes.push_back(note);
  }
  footer["5"] = notes;
  const std::size_t size = bytes.size();
  u32 length = 0;
  std::memcpy(&length, bytes.data() + size - 8, sizeof length);
  return {bytes.substr(0, size - 8 - length), footer};
}

}  // namespace tapedeck::test
