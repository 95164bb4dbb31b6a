#include "engine/output/async_file.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tapedeck::output {

AsyncFile::AsyncFile(PlacePtr place, const thread::StopFlag& stop, std::size_t chunks,
                     Delivery delivery)
    : most_(chunks),
      file_(std::move(place), stop, delivery),
      chunks_(chunks, "file writer", [this](Chunk& chunk) {
        file_.append({chunk.bytes.data(), chunk.size});
        chunk.size = 0;
      }) {}

AsyncFile::~AsyncFile() {
  file_.abandon();
  flush();
}

void AsyncFile::append(Bytes bytes) {
  while (!bytes.empty()) {
    if (open_ == nullptr) open_ = &chunks_.take();
    const std::size_t part = std::min(bytes.size(), kChunkBytes - open_->size);
    std::memcpy(open_->bytes.data() + open_->size, bytes.data(), part);
    open_->size += part;
    bytes = bytes.subspan(part);
    if (open_->size == kChunkBytes) flush();
  }
}

std::size_t AsyncFile::room() const {
  const std::size_t taken = chunks_.on_the_way() + (open_ != nullptr ? 1 : 0);
  const std::size_t in_open = open_ != nullptr ? kChunkBytes - open_->size : 0;
  return (most_ - taken) * kChunkBytes + in_open;
}

void AsyncFile::flush() {
  if (open_ != nullptr) chunks_.hand_over(*std::exchange(open_, nullptr));
}

void AsyncFile::drain() {
  flush();
  chunks_.end();
}

PlacePtr AsyncFile::finish() {
  drain();
  return file_.finish();
}

}  // namespace tapedeck::output
