// Never built: the lint step of tools/check must report this.
#pragma once

inline int null_dereference(const int* address) {
  if (address == nullptr) return *address;
  return 0;
}

inline int MisnamedFunction(int value) {
  return value;
}
