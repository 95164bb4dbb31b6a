#include "engine/output/scratch_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "engine/output/output_target.hpp"

namespace tapedeck::output {
namespace {

int unnamed_file() {
  const char* const folder = std::getenv("TMPDIR");
  std::string path = folder != nullptr && *folder != '\0' ? folder : "/tmp";
  path += "/tapedeck-XXXXXX";
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
