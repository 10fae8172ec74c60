#include "tools/program/launch.hpp"

#include <cerrno>
#include <cstring>

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "async/file_writing.hpp"

namespace executus::tools {
namespace {

// At the beginning of the description; texts follow, each ended by a NUL: path, directory, argv, environment.
struct Counts {
  std::uint32_t argv = 0;
  std::uint32_t environment = 0;
};

void append_text(std::string& bytes, const std::string& text) {
  if (text.find('\0') != text.npos)
    throw failed("program.not_started",
                 "its arguments or its environment hold a NUL character, which no program can get");
  bytes.append(text.c_str(), text.size() + 1);
}

std::string description_of(const ProgramImage& image) {
  Counts counts{static_cast<std::uint32_t>(image.argv.size()), static_cast<std::uint32_t>(image.environment.size())};
  std::string bytes(reinterpret_cast<const char*>(&counts), sizeof counts);
  append_text(bytes, image.path);
  append_text(bytes, image.directory);
  for (const auto& word : image.argv) append_text(bytes, word);
  for (const auto& variable : image.environment) append_text(bytes, variable);
  return bytes;
}

char* take_text(char*& at) {
  char* text = at;
  at += std::strlen(at) + 1;
  return text;
}

char** take_texts(char*& at, std::uint32_t count, char**& list) {
  char** first = list;
  for (std::uint32_t i = 0; i < count; ++i) *list++ = take_text(at);
  *list++ = nullptr;
  return first;
}

char shell_name[] = "sh";

// One byte of data with room for the descriptors of a launch. Its members point at each other, so it is never copied.
struct LaunchMessage {
  LaunchMessage() {
    message.msg_iov = &data, message.msg_iovlen = 1;
    message.msg_control = buffer, message.msg_controllen = sizeof buffer;
  }
  LaunchMessage(const LaunchMessage&) = delete;
  LaunchMessage& operator=(const LaunchMessage&) = delete;

  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) char buffer[CMSG_SPACE(sizeof(LaunchFds))] = {};
  msghdr message{};
};

}  // namespace

FileDescriptor memory_of(const std::string& bytes) {
  FileDescriptor memory(::memfd_create("executus-launch", MFD_CLOEXEC));
  if (memory.get() >= 0 && write_all(memory.get(), bytes) && ::lseek(memory.get(), 0, SEEK_SET) == 0) return memory;
  throw failed("program.not_started", std::string("no memory to describe a program in: ") + std::strerror(errno));
}

FileDescriptor describe(const ProgramImage& image) { return memory_of(description_of(image)); }

bool map_image(int description, MappedImage& image) {
  struct stat status{};
  if (::fstat(description, &status) != 0 || status.st_size < static_cast<off_t>(sizeof(Counts))) return false;
  auto size = static_cast<std::size_t>(status.st_size);
  void* bytes = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, description, 0);
  if (bytes == MAP_FAILED) return false;
  Counts counts;
  std::memcpy(&counts, bytes, sizeof counts);
  std::size_t pointers = 2 * std::size_t{counts.argv} + counts.environment + 4;
  void* room = ::mmap(nullptr, pointers * sizeof(char*), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return false;
  char* at = static_cast<char*>(bytes) + sizeof counts;
  char** list = static_cast<char**>(room);
  image.path = take_text(at);
  image.directory = take_text(at);
  image.argv = take_texts(at, counts.argv, list);
  image.environment = take_texts(at, counts.environment, list);
  image.shell_argv = list;  // sh, the path, what follows the program's name
  *list++ = shell_name;
  *list++ = image.path;
  for (std::uint32_t i = 1; i < counts.argv; ++i) *list++ = image.argv[i];
  *list = nullptr;
  return true;
}

void send_report(int channel, const Report& report) {
  while (::send(channel, &report, sizeof report, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

bool send_launch(int control, const LaunchFds& fds) {
  LaunchMessage launch;
  cmsghdr* header = CMSG_FIRSTHDR(&launch.message);
  header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(LaunchFds));
  std::memcpy(CMSG_DATA(header), fds.data(), sizeof(LaunchFds));
  for (;;) {
    if (::sendmsg(control, &launch.message, MSG_NOSIGNAL) >= 0) return true;
    if (errno != EINTR) return false;
  }
}

Received receive_launch(int control, LaunchFds& fds) {
  LaunchMessage launch;
  ssize_t got = ::recvmsg(control, &launch.message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (got == 0) return Received::end;
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Received::nothing : Received::end;
  cmsghdr* header = CMSG_FIRSTHDR(&launch.message);
  if (!header || header->cmsg_len != CMSG_LEN(sizeof(LaunchFds))) return Received::nothing;
  std::memcpy(fds.data(), CMSG_DATA(header), sizeof(LaunchFds));
  return Received::launch;
}

}  // namespace executus::tools
