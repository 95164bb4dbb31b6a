// A library that is loaded before a program's own (LD_PRELOAD) and makes one call of it fail: the
// N-th allocation, or the N-th call about its outputs. tools/faults starts programs with it.
//
//   TAPEDECK_FAULT_KIND    memory: malloc and its kin, mmap, mprotect
//                          files: open, write, close, sync, lock, rename, unlink of files in a
//                          folder; mkdir and rmdir; sync of the folder itself
//                          inputs: read and pread of files in a folder of inputs
//   TAPEDECK_FAULT_AT      which one fails, from 1; 0: none, they are only counted
//   TAPEDECK_FAULT_HOW     of files. EIO, ENOSPC: any of those calls. EINTR, EAGAIN, short (half of
//                          the bytes): those that write. kill: the process is killed before any of
//                          those calls, amid those that write. power: it loses power there, see
//                          below
//   TAPEDECK_FAULT_UNDER   the folder of outputs
//   TAPEDECK_FAULT_INPUTS  the folder of inputs
//   TAPEDECK_FAULT_COUNTS  a file for "calls before main, calls in all, name of the one that
//   failed"
//
// With TAPEDECK_FAULT_POWER=N the process ends at the N-th write to such a file, and all that was
// written to it since it was last synced is gone, as after a loss of power. It may not be linked to
// a sanitizer. Linux with glibc, whose own names for its functions it uses.
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t);                 // NOLINT: glibc's own names
void* __libc_calloc(std::size_t, std::size_t);    // NOLINT
void* __libc_realloc(void*, std::size_t);         // NOLINT
void* __libc_memalign(std::size_t, std::size_t);  // NOLINT
ssize_t __write(int, const void*, std::size_t);   // NOLINT
}

namespace {

enum class Kind { none, memory, files, inputs };
enum class End { none, killed, powerless };

constexpr int kMostFiles = 4096;

std::atomic<bool> ready{false};
Kind kind = Kind::none;
long at = 0;
long power_at = 0;
int failure = 0;
bool is_short = false;
bool only_writes = false;  // fail
End end_at = End::none;    // instead of a failure
char under[PATH_MAX];
std::size_t under_size = 0;
char inputs[PATH_MAX];
std::size_t inputs_size = 0;
char counts_path[PATH_MAX];
std::atomic<long> calls{0}, writes{0};
long before_main = 0;
std::atomic<const char*> failed_call{nullptr};
// Of files in that folder: how much of them is on the disk for sure, and whether it is one at all.
std::atomic<bool> is_watched[kMostFiles];
std::atomic<bool> is_folder[kMostFiles], is_input[kMostFiles];
std::atomic<long> synced[kMostFiles];

long number_of(const char* name) {
  const char* const text = std::getenv(name);
  return text != nullptr ? std::atol(text) : 0;
}

void copy_text(const char* name, char* to) {
  const char* const text = std::getenv(name);
  std::snprintf(to, PATH_MAX, "%s", text != nullptr ? text : "");
}

template <class Function>
Function real(Function, const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// True for the one that is to fail.
bool fails(Kind of, const char* name) {
  if (!ready.load(std::memory_order_relaxed) || kind != of) return false;
  if (calls.fetch_add(1) + 1 != at) return false;
  failed_call = name;
  return true;
}

bool is_under(const char* path) {
  if (under_size == 0 || path == nullptr) return false;
  return std::strncmp(path, under, under_size) == 0;
}

// The folder itself counts too, without its last slash.
bool is_of_folder(const char* path) {
  if (is_under(path)) return true;
  return under_size > 1 && path != nullptr && std::strlen(path) == under_size - 1 &&
         std::strncmp(path, under, under_size - 1) == 0;
}

bool has(const std::atomic<bool>* flags, int file) {
  return file >= 0 && file < kMostFiles && flags[file].load();
}

void write_counts();

std::atomic<bool> is_powerless{false};
thread_local bool ends_process = false;

// Once the power is lost, every thread stops here, except the thread that ends the process.
void wait_without_power() {
  while (is_powerless.load() && !ends_process) ::usleep(1'000'000);
}

// What is on the disk for sure stays; the rest of each file is gone.
[[noreturn]] void lose_power() {
  ends_process = true;
  is_powerless = true;
  ::usleep(20'000);  // calls that other threads have begun
  for (int file = 0; file < kMostFiles; ++file) {
    if (is_watched[file].load()) (void)!::ftruncate(file, synced[file].load());
  }
  ::_exit(77);
}

// Where the process is to end instead of a failure.
void end_here() {
  if (end_at == End::powerless) lose_power();
  if (end_at != End::killed) return;
  write_counts();
  ::kill(::getpid(), SIGKILL);
}

bool is_watched_file(int file) {
  return file >= 0 && file < kMostFiles && is_watched[file].load();
}

bool file_call_fails(bool concerned, const char* name) {
  wait_without_power();
  if (only_writes || !concerned || !fails(Kind::files, name)) return false;
  end_here();
  errno = failure;
  return true;
}

// Of a write, how many of the bytes are to be written; nothing where it fails, with errno.
std::size_t part_to_write(int file, const void* bytes, std::size_t size, const char* name) {
  wait_without_power();
  if (!is_watched_file(file) || size < 2 || !fails(Kind::files, name)) return size;
  if (end_at == End::killed) (void)!::__write(file, bytes, size / 2);
  end_here();
  errno = failure;
  return is_short ? size / 2 : 0;
}

void count_write(int file) {
  if (power_at > 0 && is_watched_file(file) && writes.fetch_add(1) + 1 == power_at) lose_power();
}

void opened(int file, const char* path, int flags) {
  if (file < 0 || file >= kMostFiles) return;
  const bool for_writing = (flags & O_ACCMODE) != O_RDONLY;
  is_watched[file] = for_writing && is_under(path);
  is_folder[file] = (flags & O_DIRECTORY) != 0 && is_of_folder(path);
  is_input[file] = inputs_size > 0 && path != nullptr && !for_writing &&
                   std::strncmp(path, inputs, inputs_size) == 0;
  synced[file] = 0;
}

void write_counts() {
  ready = false;
  if (counts_path[0] == '\0') return;
  const int file = ::open(counts_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) return;
  const char* const name = failed_call.load();
  ::dprintf(file, "%ld %ld %s\n", before_main, calls.load(), name != nullptr ? name : "-");
  ::close(file);
}

[[gnu::constructor]] void begin() {
  const char* const text = std::getenv("TAPEDECK_FAULT_KIND");
  if (text != nullptr && std::strcmp(text, "memory") == 0) kind = Kind::memory;
  if (text != nullptr && std::strcmp(text, "files") == 0) kind = Kind::files;
  if (text != nullptr && std::strcmp(text, "inputs") == 0) kind = Kind::inputs;
  at = number_of("TAPEDECK_FAULT_AT");
  power_at = number_of("TAPEDECK_FAULT_POWER");
  copy_text("TAPEDECK_FAULT_UNDER", under);
  copy_text("TAPEDECK_FAULT_INPUTS", inputs);
  copy_text("TAPEDECK_FAULT_COUNTS", counts_path);
  under_size = std::strlen(under);
  inputs_size = std::strlen(inputs);
  const char* const how = std::getenv("TAPEDECK_FAULT_HOW");
  const auto is = [how](const char* word) { return how != nullptr && std::strcmp(how, word) == 0; };
  failure = is("ENOSPC") ? ENOSPC : is("EINTR") ? EINTR : is("EAGAIN") ? EAGAIN : EIO;
  is_short = is("short");
  end_at = is("kill") ? End::killed : is("power") ? End::powerless : End::none;
  only_writes = is_short || is("EINTR") || is("EAGAIN");
  // The command's children are none of this.
  ::unsetenv("LD_PRELOAD");
  ready = true;
}

[[gnu::destructor]] void end() {
  write_counts();
}

int (*real_main)(int, char**, char**) = nullptr;
int counted_main(int count, char** arguments, char** environment) {
  before_main = calls.load();
  return real_main(count, arguments, environment);
}

// open() takes its mode only where it makes a file.
mode_t mode_of(int flags, va_list rest) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(rest, int)) : 0;
}

}  // namespace

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int count, char** arguments,  // NOLINT
                      void (*init)(), void (*fini)(), void (*end_of_loader)(), void* stack) {
  real_main = main;
  using Start =
      int (*)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
  return real(Start{}, "__libc_start_main")(counted_main, count, arguments, init, fini,
                                            end_of_loader, stack);
}

// A process that ends at once has not failed to end.
void _exit(int code) {
  write_counts();
  real(static_cast<void (*)(int)>(nullptr), "_exit")(code);
  __builtin_unreachable();
}
void _Exit(int code) {
  ::_exit(code);
}

void* malloc(std::size_t size) {
  if (fails(Kind::memory, "malloc")) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  if (fails(Kind::memory, "calloc")) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  if (fails(Kind::memory, "realloc")) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  if (fails(Kind::memory, "aligned_alloc")) {
    errno = ENOMEM;
    return nullptr;
  }
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  if (fails(Kind::memory, "posix_memalign")) return ENOMEM;
  *memory = __libc_memalign(alignment, size);
  return *memory != nullptr ? 0 : ENOMEM;
}
void* mmap(void* where, std::size_t size, int protection, int flags, int file, off_t offset) {
  const bool is_memory = (flags & MAP_ANONYMOUS) != 0;
  if (is_memory && fails(Kind::memory, "mmap")) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  static const auto call = real(&mmap, "mmap");
  return call(where, size, protection, flags, file, offset);
}
int mprotect(void* where, std::size_t size, int protection) noexcept {
  if ((protection & PROT_WRITE) != 0 && fails(Kind::memory, "mprotect")) {
    errno = ENOMEM;
    return -1;
  }
  static const auto call = real(&mprotect, "mprotect");
  return call(where, size, protection);
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  const bool for_writing = (flags & O_ACCMODE) != O_RDONLY;
  const bool a_folder = (flags & O_DIRECTORY) != 0 && is_of_folder(path);
  if (file_call_fails(a_folder || (for_writing && is_under(path)), "open")) return -1;
  static const auto call = real(&open, "open");
  const int file = call(path, flags, mode);
  opened(file, path, flags);
  return file;
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return ::open(path, flags, mode);
}
int close(int file) {
  const bool watched = is_watched_file(file);
  static const auto call = real(&close, "close");
  // The descriptor is gone all the same, as with the system's own.
  const int result = call(file);
  if (watched) is_watched[file] = false;
  if (file >= 0 && file < kMostFiles) is_folder[file] = is_input[file] = false;
  if (file_call_fails(watched, "close")) return -1;
  return result;
}
ssize_t write(int file, const void* bytes, std::size_t size) {
  const std::size_t part = part_to_write(file, bytes, size, "write");
  if (part == 0 && size > 0) return -1;
  count_write(file);
  static const auto call = real(&write, "write");
  return call(file, bytes, part);
}
ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t offset) {
  const std::size_t part = part_to_write(file, bytes, size, "pwrite");
  if (part == 0 && size > 0) return -1;
  count_write(file);
  static const auto call = real(&pwrite, "pwrite");
  return call(file, bytes, part, offset);
}
ssize_t read(int file, void* bytes, std::size_t size) {
  if (has(is_input, file) && fails(Kind::inputs, "read")) {
    errno = EIO;
    return -1;
  }
  static const auto call = real(&read, "read");
  return call(file, bytes, size);
}
ssize_t pread(int file, void* bytes, std::size_t size, off_t offset) {
  if (has(is_input, file) && fails(Kind::inputs, "pread")) {
    errno = EIO;
    return -1;
  }
  static const auto call = real(&pread, "pread");
  return call(file, bytes, size, offset);
}
int fsync(int file) {
  const bool watched = is_watched_file(file);
  if (file_call_fails(watched || has(is_folder, file), "fsync")) return -1;
  static const auto call = real(&fsync, "fsync");
  const int result = call(file);
  struct stat status {};
  if (watched && result == 0 && ::fstat(file, &status) == 0) synced[file] = status.st_size;
  return result;
}
int flock(int file, int operation) noexcept {
  if (file_call_fails(is_watched_file(file), "flock")) return -1;
  static const auto call = real(&flock, "flock");
  return call(file, operation);
}
int fdatasync(int file) {
  const bool watched = is_watched_file(file);
  if (file_call_fails(watched, "fdatasync")) return -1;
  static const auto call = real(&fdatasync, "fdatasync");
  const int result = call(file);
  struct stat status {};
  if (watched && result == 0 && ::fstat(file, &status) == 0) synced[file] = status.st_size;
  return result;
}
int rename(const char* from, const char* to) noexcept {
  if (file_call_fails(is_under(to), "rename")) return -1;
  static const auto call = real(&rename, "rename");
  return call(from, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  if (file_call_fails(is_under(to), "renameat2")) return -1;
  static const auto call = real(&renameat2, "renameat2");
  return call(from_folder, from, to_folder, to, flags);
}
int unlink(const char* path) noexcept {
  if (file_call_fails(is_under(path), "unlink")) return -1;
  static const auto call = real(&unlink, "unlink");
  return call(path);
}
int mkdir(const char* path, mode_t mode) noexcept {
  if (file_call_fails(is_under(path), "mkdir")) return -1;
  static const auto call = real(&mkdir, "mkdir");
  return call(path, mode);
}
int rmdir(const char* path) noexcept {
  if (file_call_fails(is_under(path), "rmdir")) return -1;
  static const auto call = real(&rmdir, "rmdir");
  return call(path);
}
}  // extern "C"
