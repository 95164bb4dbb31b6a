#include "engine/core/arena.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <new>

namespace tapedeck {
namespace {

constexpr std::size_t kNobodys = 64;

constexpr std::size_t rounded_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

Arena::Arena(std::size_t most) : pages_(reserve_pages(rounded_up(most, kHugePage))), used_(0) {
  make_usable(kNobodys);
  used_.store(kNobodys, std::memory_order_relaxed);
}

std::byte* Arena::take(std::size_t bytes, std::size_t alignment) {
  assert(std::has_single_bit(alignment) && alignment <= kHugePage);
  const std::size_t from = (used() + alignment - 1) & ~(alignment - 1);
  if (from > most() || bytes > most() - from) throw std::bad_alloc{};
  const std::size_t end = from + bytes;
  if (end > usable_.load(std::memory_order_acquire)) [[unlikely]]
    make_usable(end);
  used_.store(end, std::memory_order_relaxed);
  return begin() + from;
}

// Both threads may commit the same pages at once, because a second commit changes nothing.
void Arena::make_usable(std::size_t end) {
  std::size_t usable = usable_.load(std::memory_order_acquire);
  const std::size_t wanted = std::min(rounded_up(end, kStep), most());
  if (wanted > usable) commit_pages(begin() + usable, wanted - usable);
  while (usable < wanted && !usable_.compare_exchange_weak(usable, wanted)) {
  }
}

bool Arena::prepare(std::size_t ahead) {
  const std::size_t taken = used();
  // The owner is in this page already, so that pre-faulting it would come too late.
  ready_ = std::max(ready_, rounded_up(taken, kHugePage));
  if (ready_ >= std::min(taken + ahead, most())) return false;
  try {
    make_usable(ready_ + kHugePage);
  } catch (const std::bad_alloc&) {
    return false;
  }
  populate_pages(begin() + ready_, kHugePage);
  ready_ += kHugePage;
  return true;
}

}  // namespace tapedeck
