#include "net/client/relay_proxy_test.hpp"

#include <array>
#include <string_view>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/client/loopback_test.hpp"
#include "testing/http_connection.hpp"

namespace executus::net {
namespace {

bool send_to(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool pass_on(int from, int to) {
  std::array<char, 64 * 1024> buffer;
  ssize_t count = ::recv(from, buffer.data(), buffer.size(), 0);
  return count > 0 && send_to(to, {buffer.data(), static_cast<std::size_t>(count)});
}

// "GET http://host/path HTTP/1.1" becomes "GET /path HTTP/1.1".
std::string in_origin_form(const std::string& head) {
  std::size_t url = head.find(' ') + 1;
  std::size_t path = head.find('/', url + std::string_view("http://").size());
  return head.substr(0, url) + head.substr(path);
}

}  // namespace

RelayProxy::RelayProxy(std::uint16_t upstream, std::optional<int> refuse)
    : upstream_(upstream), refuse_(refuse), listener_(listen_on_loopback()), port_(port_of_listener(listener_)) {
  acceptor_ = std::thread([this] { accept_loop(); });
}

RelayProxy::~RelayProxy() {
  stop_.open();
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

std::vector<std::string> RelayProxy::heads() const {
  std::lock_guard lock(mutex_);
  return heads_;
}

void RelayProxy::accept_loop() {
  while (executus::testing::wait_readable_or_open(listener_, stop_)) {
    int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    threads_.emplace_back([this, client] {
      serve(client);
      ::close(client);
    });
  }
}

void RelayProxy::serve(int client) {
  std::string head = read_head(client);
  if (head.empty()) return;
  {
    std::lock_guard lock(mutex_);
    heads_.push_back(head);
  }
  if (refuse_) {
    send_to(client, "HTTP/1.1 " + std::to_string(*refuse_) +
                        " no\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 2\r\n\r\nno");
    return;
  }
  int server = connect_to_loopback(upstream_);
  if (server < 0) {
    send_to(client, "HTTP/1.1 502 nobody there\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  bool tunnel = head.starts_with("CONNECT ");
  if (tunnel ? send_to(client, "HTTP/1.1 200 tunnel\r\n\r\n") : send_to(server, in_origin_form(head)))
    relay(client, server);
  ::close(server);
}

// The head, and what came with it.
std::string RelayProxy::read_head(int client) const {
  std::string head;
  std::array<char, 4096> buffer;
  while (head.find("\r\n\r\n") == std::string::npos) {
    if (!executus::testing::wait_readable_or_open(client, stop_)) return {};
    ssize_t count = ::recv(client, buffer.data(), buffer.size(), 0);
    if (count <= 0) return {};
    head.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return head;
}

void RelayProxy::relay(int client, int server) const {
  std::array<pollfd, 3> polled{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0},
                               pollfd{executus::testing::Connection::event_of(stop_), POLLIN, 0}};
  for (;;) {
    ::poll(polled.data(), polled.size(), -1);
    if (polled[2].revents != 0) return;
    if (polled[0].revents != 0 && !pass_on(client, server)) return;
    if (polled[1].revents != 0 && !pass_on(server, client)) return;
  }
}

}  // namespace executus::net
