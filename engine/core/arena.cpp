#include "engine/core/arena.hpp"

#include <algorithm>
#include <new>

namespace tapedeck {

Arena::Arena(std::size_t most) : pages_(reserve_pages(most)), used_(64) {}

std::byte* Arena::take(std::size_t bytes, std::size_t alignment) {
  const std::size_t from = (used() + alignment - 1) & ~(alignment - 1);
  const std::size_t most = pages_.get_deleter().bytes;
  if (from > most || bytes > most - from) throw std::bad_alloc{};
  used_.store(from + bytes, std::memory_order_relaxed);
  return begin() + from;
}

bool Arena::prepare(std::size_t ahead) {
  const std::size_t taken = used();
  // The page that the owner is in already is too late for.
  ready_ = std::max(ready_, (taken + kHugePage - 1) / kHugePage * kHugePage);
  if (ready_ >= std::min(taken + ahead, pages_.get_deleter().bytes)) return false;
  populate_pages(begin() + ready_, kHugePage);
  ready_ += kHugePage;
  return true;
}

}  // namespace tapedeck
