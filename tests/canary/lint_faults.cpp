// Never built: the lint step of tools/check must report this, and what is in the header.
#include "tests/canary/lint_faults.hpp"

double integer_division(int a, int b) {
  return a / b;
}
