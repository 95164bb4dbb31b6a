// Must be reported by ThreadSanitizer: two threads write one plain word.
#include <cstdio>
#include <thread>

namespace {
long shared_word = 0;
}

int main() {
  std::thread other{[] {
    for (int i = 0; i < 1000; ++i) ++shared_word;
  }};
  for (int i = 0; i < 1000; ++i) ++shared_word;
  other.join();
  std::printf("%ld\n", shared_word);
  return 0;
}
