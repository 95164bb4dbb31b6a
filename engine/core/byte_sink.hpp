// The interface of a destination that writes, sends or stores bytes. One thread at a time.
#pragma once

#include "engine/core/bytes.hpp"

namespace tapedeck {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Copies the bytes, so that the caller may reuse its memory. May wait while the destination is
  /// slow. Does not throw when the destination fails, because closing the sink reports the failure
  /// to the sink's owner.
  virtual void append(Bytes bytes) = 0;
};

}  // namespace tapedeck
