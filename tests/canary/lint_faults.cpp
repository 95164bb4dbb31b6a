// Never built: the lint step of tools/check must report this, and what is in the header.
#include "tests/canary/lint_faults.hpp"

double integer_division(int a, int b) {
  return a / b;
}

int sum_of_too_many(int a, int b, int c, int d, int e, int f, int g, int h) {
  return a + b + c + d + e + f + g + h;
}
