// What tools/faults must find: a program that does not look whether it got its memory, nor whether
// its output was written.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

int main(int count, char** arguments) {
  constexpr std::size_t kSize = 4096;
  for (int i = 0; i < 8; ++i) {
    void* const volatile memory = std::malloc(kSize);
    std::memset(memory, i, kSize);
    std::free(memory);
  }
  if (count > 1) {
    const int file = ::open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (int i = 0; i < 8; ++i) (void)!::write(file, "all is well\n", 12);
    ::close(file);
  }
  std::puts("{}");
}
