// Must be reported by ThreadSanitizer: two threads write one word, side by side for long enough
// that it cannot be missed. It may miss two accesses at one instant, and without `volatile` a
// compiler makes one of a million.
#include <atomic>
#include <cstdio>
#include <thread>

namespace {

volatile long shared_word = 0;
std::atomic<int> started{0};

void write_word() {
  started.fetch_add(1, std::memory_order_relaxed);
  while (started.load(std::memory_order_relaxed) < 2) std::this_thread::yield();
  for (int i = 0; i < 1'000'000; ++i) shared_word = shared_word + 1;
}

}  // namespace

int main() {
  std::thread other{write_word};
  write_word();
  other.join();
  std::printf("%ld\n", shared_word);
  return 0;
}
