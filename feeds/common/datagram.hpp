// A UDP datagram's payload, from a capture or a socket. Plain data.
#pragma once

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"

namespace tapedeck::feeds {

struct Datagram {
  Bytes payload;
  std::size_t size = payload.size();  // on the wire; larger than payload.size() if it was cut
  Nanos time{0};  // when it was received, for time limits; need not be monotonic

  [[nodiscard]] bool is_cut() const { return size > payload.size(); }
};

}  // namespace tapedeck::feeds
