// A planted fault, which a fuzzer that does its work finds in seconds: four bytes in a row, each
// guessed by the coverage that the one before it opens.
#include "tests/fuzz/oracles.hpp"

namespace {

// One comparison a byte, as a parser has them.
bool is_fatal(std::span<const unsigned char> input) {
  if (input.size() < 4) return false;
  if (input[0] != 'T') return false;
  if (input[1] != 'A') return false;
  if (input[2] != 'P') return false;
  return input[3] == 'E';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::require(!is_fatal({data, size}), "the planted fault is not found");
  return 0;
}
