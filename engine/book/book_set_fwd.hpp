// Forward declarations of Book and BookSet, for headers that only pass references to them.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::book {

/// Up to so many bytes of books are taken to lie in a near cache, where looking ahead for events
/// costs more than it saves.
inline constexpr std::size_t kNearBytes = std::size_t{2} << 20;

struct Book;
struct BookCounters;

/// The end of the level's queue at which a new order joins. `front` is wrong on purpose: `verify`
/// builds such a book to show that its check of queue order detects the fault.
enum class JoinAt : u8 { back, front };
template <JoinAt kJoinAt>
class BasicBookSet;
using BookSet = BasicBookSet<JoinAt::back>;

}  // namespace tapedeck::book
