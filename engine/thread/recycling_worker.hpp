// A worker thread with a fixed number of work items (pieces). Another thread fills a piece, the
// worker processes and empties it, and the piece is used again.
//
// One thread at a time may call take(), hand_over() and end(). Invariants:
//  1. The worker processes pieces in the order in which they were handed over, each once.
//  2. Memory is bounded by the number of pieces. When all pieces are in use, take() waits; it never
//     creates more.
//  3. When end() returns, every piece that was handed over before it has been processed.
#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/system/pinning.hpp"
#include "engine/thread/doorbell.hpp"
#include "engine/thread/hand_over_queue.hpp"

namespace tapedeck::thread {

template <class Piece>
class RecyclingWorker {
 public:
  /// Starts the worker thread, with the name `name`. It calls `work` for each piece. `work` must
  /// empty the piece and must not throw.
  RecyclingWorker(std::size_t pieces, std::string name, std::function<void(Piece&)> work)
      : full_(pieces), free_(pieces), name_(std::move(name)), work_(std::move(work)) {
    for (std::size_t i = 0; i < pieces; ++i) {
      // A piece is not zeroed, so that a piece that is never filled costs no memory.
      pieces_.push_back(std::make_unique_for_overwrite<Piece>());
      free_.push(pieces_.back().get());
    }
    thread_ = std::thread{[this] { work_all(); }};
  }
  RecyclingWorker(const RecyclingWorker&) = delete;
  RecyclingWorker& operator=(const RecyclingWorker&) = delete;
  ~RecyclingWorker() { end(); }

  /// Returns an empty piece. Waits until there is one; the wait ends, because the worker gives
  /// every piece back.
  [[nodiscard]] Piece& take() {
    Piece* piece = nullptr;
    while ((piece = free_.try_pop()) == nullptr) {
      taker_bell_.prepare();
      piece = free_.try_pop();
      if (piece != nullptr) {
        taker_bell_.cancel();
        break;
      }
      taker_bell_.sleep();
    }
    return *piece;
  }
  /// Returns an empty piece without waiting; null when all pieces are in use.
  [[nodiscard]] Piece* try_take() { return free_.try_pop(); }
  /// Returns the number of pieces that wait for the worker. May be called by the worker and by the
  /// thread that hands pieces over.
  [[nodiscard]] std::size_t waiting() const {
    return handed_over_.load(std::memory_order_relaxed) - begun_.load(std::memory_order_relaxed);
  }
  /// Returns the number of pieces that were handed over and not given back. May be called by the
  /// thread that hands pieces over.
  [[nodiscard]] std::size_t on_the_way() const {
    return handed_over_.load(std::memory_order_relaxed) - done_.load(std::memory_order_relaxed);
  }
  void hand_over(Piece& piece) {
    assert(is_of_this(piece) && "only pieces that take() gave are handed over");
    assert(waiting() < pieces_.size() && "a piece is handed over once");
    assert(thread_.joinable() && "nothing is handed over after end()");
    handed_over_.store(handed_over_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    full_.push(&piece);
    worker_bell_.ring();
  }
  /// Waits until all pieces that were handed over have been processed, and ends the worker thread.
  void end() {
    if (!thread_.joinable()) return;
    ending_.store(true, std::memory_order_release);
    worker_bell_.ring();
    thread_.join();
  }

 private:
  [[nodiscard]] bool is_of_this(const Piece& piece) const {
    return std::ranges::any_of(pieces_, [&](const auto& each) { return each.get() == &piece; });
  }
  void work_all() {
    system::name_this_thread(name_);
    while (Piece* const piece = next()) {
      begun_.store(begun_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      work_(*piece);
      free_.push(piece);
      done_.store(done_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      taker_bell_.ring();
    }
  }

  // Waits for the next piece and returns it; null after end() when no piece is left.
  Piece* next() {
    while (true) {
      // The flag is read before the queue. If the flag is set, every piece that was handed over
      // before end() is therefore already in the queue.
      const bool ending = ending_.load(std::memory_order_acquire);
      if (Piece* const piece = full_.try_pop()) return piece;
      if (ending) return nullptr;
      worker_bell_.prepare();
      if (Piece* const piece = full_.try_pop()) {
        worker_bell_.cancel();
        return piece;
      }
      if (ending_.load(std::memory_order_acquire)) {
        worker_bell_.cancel();
      } else {
        worker_bell_.sleep();
      }
    }
  }

  std::vector<std::unique_ptr<Piece>> pieces_;
  HandOverQueue<Piece*> full_;
  HandOverQueue<Piece*> free_;
  Doorbell worker_bell_, taker_bell_;
  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> handed_over_{0};      // count; written by the thread that hands over
  std::atomic<std::size_t> begun_{0}, done_{0};  // counts; written by the worker
  std::string name_;
  std::function<void(Piece&)> work_;
  std::thread thread_;  // uses the members above; the destructor joins it
};

}  // namespace tapedeck::thread
