#include "feeds/common/shared_pipe.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tapedeck::feeds {
namespace {

// The pipe, its newest piece, and how many pieces each reader has taken.
struct SharedPipe {
  std::unique_ptr<ByteSource> pipe;
  std::vector<std::byte> piece;
  u64 pieces = 0;
  std::vector<u64> taken;

  [[nodiscard]] bool all_have_taken() const {
    return std::ranges::all_of(taken, [this](u64 count) { return count == pieces; });
  }
  void take_window() {
    piece.assign(pipe->window().begin(), pipe->window().end());
    pipe->consume(piece.size());
    if (!piece.empty()) ++pieces;
  }
};

class PipeReader final : public ByteSource {
 public:
  PipeReader(std::shared_ptr<SharedPipe> shared, std::size_t number)
      : ByteSource(shared->pipe->name()), shared_(std::move(shared)), number_(number) {}

  Fill fill() override { return fill_from(&ByteSource::fill); }
  Fill fill_now() override { return may_wait() ? fill_from(&ByteSource::fill_now) : take_piece(); }
  bool wait_for_writer(Nanos patience) override {
    return !may_wait() || shared_->pipe->wait_for_writer(patience);
  }
  [[nodiscard]] bool may_wait() const override { return shared_->all_have_taken(); }
  [[nodiscard]] u64 raw_bytes_read() const override { return shared_->pipe->raw_bytes_read(); }
  [[nodiscard]] u64 raw_bytes_total() const override { return 0; }

 private:
  // Reads the pipe further, if this reader has taken all that has come.
  Fill fill_from(Fill (ByteSource::*read)()) {
    if (shared_->taken[number_] < shared_->pieces) return take_piece();
    if (!shared_->all_have_taken()) return Fill::later;
    const Fill filled = (*shared_->pipe.*read)();
    damage_ = shared_->pipe->damage();
    if (filled != Fill::more) return filled;
    shared_->take_window();
    return take_piece();
  }
  Fill take_piece() {
    if (shared_->taken[number_] == shared_->pieces) return Fill::later;
    const auto kept = static_cast<std::size_t>(end_ - begin_);
    if (kept > 0) std::memmove(buffer_.data(), begin_, kept);
    buffer_.resize(std::max(buffer_.size(), kept + shared_->piece.size()));
    std::memcpy(buffer_.data() + kept, shared_->piece.data(), shared_->piece.size());
    begin_ = buffer_.data();
    end_ = begin_ + kept + shared_->piece.size();
    ++shared_->taken[number_];
    return Fill::more;
  }

  std::shared_ptr<SharedPipe> shared_;
  std::size_t number_;
  std::vector<std::byte> buffer_;
};

}  // namespace

std::vector<std::unique_ptr<ByteSource>> share_pipe(std::unique_ptr<ByteSource> pipe,
                                                    std::size_t count) {
  const auto shared = std::make_shared<SharedPipe>();
  shared->pipe = std::move(pipe);
  shared->taken.resize(count);
  shared->take_window();
  std::vector<std::unique_ptr<ByteSource>> readers;
  for (std::size_t i = 0; i < count; ++i) {
    readers.push_back(std::make_unique<PipeReader>(shared, i));
  }
  return readers;
}

}  // namespace tapedeck::feeds
