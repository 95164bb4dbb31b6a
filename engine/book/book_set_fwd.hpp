// Forward declarations of the books, for headers that only pass them on.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::book {

struct Book;
struct BookCounters;

/// Where a new order joins its level. `front` exists to show that checks of the queue can fail.
enum class JoinAt : u8 { back, front };
template <JoinAt kJoinAt>
class BasicBookSet;
using BookSet = BasicBookSet<JoinAt::back>;

}  // namespace tapedeck::book
