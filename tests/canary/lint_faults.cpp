// Never built: the lint step of tools/check must report both of these.

int null_dereference(const int* address) {
  if (address == nullptr) return *address;
  return 0;
}

double integer_division(int a, int b) {
  return a / b;
}
