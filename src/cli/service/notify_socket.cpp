#include "cli/service/notify_socket.hpp"

#include <charconv>
#include <cstddef>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace executus::cli {
namespace {

std::optional<std::int64_t> number(const std::optional<std::string>& text) {
  std::int64_t value = 0;
  if (!text || text->empty()) return std::nullopt;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  return error == std::errc() && end == text->data() + text->size() ? std::optional(value) : std::nullopt;
}

// Of Linux, "/path" and "@abstract" are known here; systemd's other kinds are for virtual machines.
std::string address_of(std::string name) {
  bool known = name.size() > 1 && (name[0] == '/' || name[0] == '@') && name.size() < sizeof(sockaddr_un::sun_path);
  if (!known) return "";
  if (name[0] == '@') name[0] = '\0';
  return name;
}

std::optional<Milliseconds> watchdog_of(const Environment& environment) {
  auto process = number(environment.get("WATCHDOG_PID"));
  auto microseconds = number(environment.get("WATCHDOG_USEC"));
  if ((process && *process != ::getpid()) || !microseconds || *microseconds <= 0) return std::nullopt;
  return std::max(Milliseconds(*microseconds / 1'000), Milliseconds(1));
}

}  // namespace

NotifySocket::NotifySocket(const Environment& environment)
    : address_(address_of(environment.get("NOTIFY_SOCKET").value_or(""))),
      watchdog_(address_.empty() ? std::nullopt : watchdog_of(environment)) {
  if (!address_.empty()) socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

void NotifySocket::tell(std::string_view state) const noexcept {
  if (!socket_) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, address_.data(), address_.size());
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  (void)!::sendto(socket_.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                  reinterpret_cast<const sockaddr*>(&address), size);
}

std::string extended_by(Milliseconds time) {
  return "EXTEND_TIMEOUT_USEC=" + std::to_string(std::chrono::microseconds(time).count());
}

}  // namespace executus::cli
