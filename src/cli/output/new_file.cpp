#include "cli/output/new_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "async/file_descriptor.hpp"
#include "async/file_writing.hpp"
#include "base/text.hpp"

namespace executus::cli {

void write_new_file(const std::string& path, std::string_view text) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (file && write_all(file.get(), text)) return;
  int why = errno;
  if (file) (void)::unlink(path.c_str());
  throw failed("cli.output", "the file '" + printable_line(path) + "' was not written: " + std::strerror(why));
}

}  // namespace executus::cli
