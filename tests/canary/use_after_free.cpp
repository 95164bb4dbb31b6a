// Must be reported by AddressSanitizer: a read of memory that has been given back.
#include <cstdio>
#include <memory>

int main() {
  auto owned = std::make_unique<int>(1);
  const volatile int* const kept = owned.get();
  owned.reset();
  std::printf("%d\n", *kept);
  return 0;
}
