#include "engine/output/write_all.hpp"

#include <cerrno>
#include <system_error>

#include <poll.h>
#include <unistd.h>

namespace tapedeck::output {

std::string error_text(int error) {
  return std::generic_category().message(error);
}

bool write_all(int file, Bytes bytes) {
  constexpr int kForEver = -1;
  while (!bytes.empty()) {
    const ssize_t taken = ::write(file, bytes.data(), bytes.size());
    if (taken >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(taken));
    } else if (errno == EAGAIN) {
      pollfd ready{file, POLLOUT, 0};
      (void)::poll(&ready, 1, kForEver);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace tapedeck::output
