// Must be reported by UndefinedBehaviorSanitizer: a signed sum that leaves its type.
#include <cstdio>
#include <limits>

int main(int arguments, char**) {
  const volatile int largest = std::numeric_limits<int>::max();
  std::printf("%d\n", largest + arguments);
  return 0;
}
