#include "tools/program/started_program.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>

#include "tools/program/pipes.hpp"

namespace executus::tools {

StartedProgram start_program(Guard& guard, const ProgramImage& image) {
  FileDescriptor description = describe(image), handed = memory_of(image.handed);
  Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  Channel channel = make_channel();
  guard.launch({channel.far.get(), in.read.get(), out.write.get(), err.write.get(), description.get(), handed.get()});
  StartedProgram started{std::move(channel.near), std::move(in.write), std::move(out.read), std::move(err.read)};
  for (const auto* fd : {&started.input, &started.output, &started.errors}) ::fcntl(fd->get(), F_SETFL, O_NONBLOCK);
  return started;
}

Heard hear(const FileDescriptor& channel, Report& report) {
  ssize_t got = ::recv(channel.get(), &report, sizeof report, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Heard::nothing;
  return got == sizeof report ? Heard::report : Heard::end;
}

}  // namespace executus::tools
