#include "engine/output/compressed_file.hpp"

#include <cerrno>
#include <new>
#include <stdexcept>
#include <utility>

#include <zlib.h>
#include <zstd.h>

#include "engine/output/write_all.hpp"

namespace tapedeck::output {
namespace {

constexpr std::size_t kPacked = std::size_t{256} << 10;

class GzipPacker final : public Packer {
 public:
  GzipPacker() {
    constexpr int kGzipWindow = 16 + MAX_WBITS;
    constexpr int kMemory = 8;  // zlib's default
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemory,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc{};
    }
  }
  GzipPacker(const GzipPacker&) = delete;
  GzipPacker& operator=(const GzipPacker&) = delete;
  ~GzipPacker() override { deflateEnd(&stream_); }

  Step step(Bytes input, std::span<std::byte> output, bool last) override {
    // zlib does not write to its input, whatever its header says.
    stream_.next_in =
        reinterpret_cast<Bytef*>(const_cast<std::byte*>(input.data()));  // NOLINT(*-const-cast)
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(output.size());
    const int result = deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
    return {input.size() - stream_.avail_in, output.size() - stream_.avail_out,
            result == Z_STREAM_END};
  }

 private:
  z_stream stream_{};
};

class ZstdPacker final : public Packer {
 public:
  ZstdPacker() : stream_(ZSTD_createCCtx()) {
    if (stream_ == nullptr) throw std::bad_alloc{};
    (void)ZSTD_CCtx_setParameter(stream_, ZSTD_c_checksumFlag, 1);
  }
  ZstdPacker(const ZstdPacker&) = delete;
  ZstdPacker& operator=(const ZstdPacker&) = delete;
  ~ZstdPacker() override { ZSTD_freeCCtx(stream_); }

  Step step(Bytes input, std::span<std::byte> output, bool last) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    const std::size_t left =
        ZSTD_compressStream2(stream_, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0) throw std::runtime_error(ZSTD_getErrorName(left));
    return {in.pos, out.pos, last && left == 0};
  }

 private:
  ZSTD_CCtx* stream_;
};

std::unique_ptr<Packer> packer_for(const std::string& path) {
  if (path.ends_with(".gz")) return std::make_unique<GzipPacker>();
  if (path.ends_with(".zst")) return std::make_unique<ZstdPacker>();
  return nullptr;
}

}  // namespace

CompressedFile::CompressedFile(PlacePtr place, const std::string& name)
    : place_(std::move(place)),
      file_(place_->open_pipe(0)),
      packer_(packer_for(name.empty() ? place_->path() : name)) {
  if (file_ < 0) fail();
  if (packer_) packed_ = std::make_unique<std::byte[]>(kPacked);
}

void CompressedFile::write(Bytes bytes) {
  if (!packer_) return put(bytes);
  pack(bytes, false);
}

PlacePtr CompressedFile::finish() {
  if (packer_) pack({}, true);
  return std::move(place_);
}

void CompressedFile::pack(Bytes bytes, bool last) {
  bool done = false;
  while (last ? !done : !bytes.empty()) {
    const Packer::Step step = packer_->step(bytes, {packed_.get(), kPacked}, last);
    put({packed_.get(), step.made});
    bytes = bytes.subspan(step.taken);
    done = step.done;
  }
}

void CompressedFile::put(Bytes bytes) {
  if (!write_all(file_, bytes)) fail();
  file_bytes_ += bytes.size();
}

void CompressedFile::fail() const {
  throw cannot_be_written(place_->path(), errno);
}

}  // namespace tapedeck::output
