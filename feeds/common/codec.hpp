// Decompresses in steps, with bounded memory.
#pragma once

#include <memory>
#include <string>

#include "engine/core/bytes.hpp"

namespace tapedeck::feeds {

struct CodecStep {
  std::size_t taken = 0;  // bytes of input used
  std::size_t made = 0;   // bytes of output written
  std::string error;      // empty unless the input is damaged
};

class Codec {
 public:
  virtual ~Codec() = default;
  /// Decompresses a part of `input` into `output`. Returns how many bytes it used and wrote. Throws
  /// std::bad_alloc.
  virtual CodecStep step(Bytes input, std::span<std::byte> output) = 0;
  /// Returns true if the input may end here. It may end between gzip members or zstd frames, but
  /// not inside one.
  [[nodiscard]] virtual bool at_boundary() const = 0;
  [[nodiscard]] virtual const char* name() const = 0;
};

/// The number of bytes at the beginning of a file that codec_for() needs.
inline constexpr std::size_t kMagicBytes = 4;

/// Returns the codec for gzip (RFC 1952) or Zstandard (RFC 8878) according to the magic number; for
/// other content, a codec that copies.
[[nodiscard]] std::unique_ptr<Codec> codec_for(Bytes beginning);
/// Return the codecs for content whose container states the method: plain_codec() copies, and
/// deflate_codec() decompresses raw deflate (RFC 1951).
[[nodiscard]] std::unique_ptr<Codec> plain_codec();
[[nodiscard]] std::unique_ptr<Codec> deflate_codec();
[[nodiscard]] bool is_compressed(Bytes beginning);

}  // namespace tapedeck::feeds
