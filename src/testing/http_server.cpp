#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <executus/base/error.hpp>
#include <executus/testing/http_server.hpp>

#include "testing/http_connection.hpp"

namespace executus::testing {
namespace {

int listen_on_loopback() {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;  // a test may hold the port as well, so that no other program gets it once the server is gone
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool ok = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (!ok || ::listen(fd, 1024) != 0)
    throw failed("testing.http_server", "the test server cannot listen on 127.0.0.1; is loopback up?");
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

struct HttpServer::State final : HttpExchange {
  explicit State(Handler h) : handler(std::move(h)), listener(listen_on_loopback()), port(port_of(listener)) {}
  ~State() override { ::close(listener); }

  HttpServer::Reply answer(HttpServer::Request& request) override {
    {
      std::lock_guard lock(mutex);
      request.number = requests.size() + 1;
      requests.push_back(request);
    }
    changed.notify_all();
    try {
      return handler(request);
    } catch (const std::exception& error) {
      return {500, {}, error.what()};
    }
  }
  void sent_reply() override { count(replies); }
  void hung_up() override { count(hangups); }
  void count(std::size_t& number) {
    std::lock_guard lock(mutex);
    ++number;
    changed.notify_all();
  }

  const Handler handler;
  const int listener;
  const std::uint16_t port;
  const Gate stop;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::vector<Request> requests;
  std::size_t connections = 0;
  std::size_t ended = 0;  // of those
  std::size_t replies = 0;
  std::size_t hangups = 0;
  std::list<std::thread> threads;  // of the accepting thread, until it is joined
  std::thread acceptor;
};

std::optional<std::string_view> HttpServer::Request::header(std::string_view name) const {
  return find_test_header(headers, name);
}

HttpServer::HttpServer(Handler handler) : state_(std::make_unique<State>(std::move(handler))) {
  state_->acceptor = std::thread([this] { accept_loop(); });
}

HttpServer::~HttpServer() {
  state_->stop.open();
  state_->acceptor.join();
  for (auto& thread : state_->threads) thread.join();
}

void HttpServer::accept_loop() {
  while (wait_readable_or_open(state_->listener, state_->stop)) {
    int fd = ::accept4(state_->listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) continue;
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    state_->count(state_->connections);
    state_->threads.emplace_back([this, fd] {
      Connection(fd, state_->stop, *state_).serve();
      state_->count(state_->ended);
    });
  }
}

std::uint16_t HttpServer::port() const noexcept { return state_->port; }

std::string HttpServer::url(std::string_view target) const {
  return "http://127.0.0.1:" + std::to_string(state_->port) + std::string(target);
}

std::vector<HttpServer::Request> HttpServer::requests() const {
  std::lock_guard lock(state_->mutex);
  return state_->requests;
}

std::size_t HttpServer::request_count() const {
  std::lock_guard lock(state_->mutex);
  return state_->requests.size();
}

std::size_t HttpServer::connection_count() const {
  std::lock_guard lock(state_->mutex);
  return state_->connections;
}

std::size_t HttpServer::replies_sent() const {
  std::lock_guard lock(state_->mutex);
  return state_->replies;
}

std::size_t HttpServer::hangups() const {
  std::lock_guard lock(state_->mutex);
  return state_->hangups;
}

void HttpServer::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->requests.size() >= count; });
}

void HttpServer::wait_for_hangups(std::size_t count) const {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->hangups >= count; });
}

void HttpServer::wait_until_unconnected() const {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->ended == state_->connections; });
}

}  // namespace executus::testing
