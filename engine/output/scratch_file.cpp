#include "engine/output/scratch_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "engine/output/output_target.hpp"

namespace tapedeck::output {
namespace {

int unnamed_file() {
  std::error_code why;
  std::string path = std::filesystem::temp_directory_path(why).string() + "/tapedeck-XXXXXX";
  if (why) throw cannot_be_opened("$TMPDIR", why.value());
  const int file = ::mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) throw cannot_be_opened(path, errno);
  ::unlink(path.c_str());
  return file;
}

}  // namespace

ScratchFile::ScratchFile() : file_(unnamed_file()) {}

ScratchFile::~ScratchFile() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace tapedeck::output
