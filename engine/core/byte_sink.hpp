// Where bytes go that somebody else writes, sends or keeps. One thread at a time.
#pragma once

#include "engine/core/bytes.hpp"

namespace tapedeck {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes a copy; the caller may use its memory again. May wait while whoever takes the bytes is
  /// slow; does not throw when they cannot be taken, whoever owns the sink tells that at its end.
  virtual void append(Bytes bytes) = 0;
};

}  // namespace tapedeck
