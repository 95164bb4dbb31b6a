// Forward declarations of the books, for headers that only pass them on.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::book {

struct Book;
struct BookCounters;

/// Where a new order joins its level. `front` is wrong on purpose: `verify` uses it to show that
/// its check of the order within a level finds a book that joins at the wrong end.
enum class JoinAt : u8 { back, front };
template <JoinAt kJoinAt>
class BasicBookSet;
using BookSet = BasicBookSet<JoinAt::back>;

}  // namespace tapedeck::book
