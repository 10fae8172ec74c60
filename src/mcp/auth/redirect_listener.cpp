#include "mcp/auth/redirect_listener.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <executus/base/error.hpp>

namespace executus::mcp {
namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr std::size_t kLongestHead = 16384;
constexpr std::chrono::seconds kSlowestBrowser{5};

Error no_listener() {
  return failed("mcp.auth_answer", "cannot listen for the end of a login on this machine: " +
                                       std::generic_category().message(errno) + "; name another --port");
}

bool is_readable_by(int socket, Moment end) {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  pollfd waiting{socket, POLLIN, 0};
  int ready = 0;
  do ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

std::string head_of(int socket, Moment end) {
  std::string head;
  std::array<char, 2048> bytes{};
  while (head.find("\r\n\r\n") == std::string::npos && head.size() < kLongestHead && is_readable_by(socket, end)) {
    auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (count <= 0) break;
    head.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return head;
}

// Of "GET /callback?... HTTP/1.1"; nothing: something else was asked.
std::optional<std::string> answer_in(std::string_view head) {
  constexpr std::string_view kBefore = "GET ";
  if (!head.starts_with("GET /callback?")) return std::nullopt;
  auto end = head.find(' ', kBefore.size());
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(head.substr(kBefore.size(), end - kBefore.size()));
}

void reply(int socket, std::string_view status, std::string_view text) {
  std::string answer = "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: text/plain\r\nConnection: close\r\n" +
                       "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + std::string(text);
  static_cast<void>(::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL));
}

}  // namespace

RedirectListener::RedirectListener(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (!socket_) throw no_listener();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  auto* where = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  int yes = 1;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(socket_.get(), where, size) != 0 || ::listen(socket_.get(), 8) != 0 ||
      ::getsockname(socket_.get(), where, &size) != 0)
    throw no_listener();
  port_ = ntohs(address.sin_port);
}

std::string RedirectListener::uri() const { return "http://127.0.0.1:" + std::to_string(port_) + "/callback"; }

std::optional<std::string> RedirectListener::wait(Milliseconds limit) const {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (is_readable_by(socket_.get(), end)) {
    FileDescriptor browser(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!browser) continue;
    auto head = head_of(browser.get(), std::min(end, std::chrono::steady_clock::now() + kSlowestBrowser));
    auto answer = answer_in(head);
    reply(browser.get(), answer ? "200 OK" : "404 Not Found",
          answer ? "Back to the terminal: you can close this page.\n" : "This is not the page of a login.\n");
    if (answer) return answer;
  }
  return std::nullopt;
}

}  // namespace executus::mcp
