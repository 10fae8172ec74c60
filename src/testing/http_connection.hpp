// One connection of the test server: requests in, replies out, every wait ended by the server's stop gate.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/testing/http_server.hpp>

namespace executus::testing {

[[nodiscard]] std::optional<std::string_view> find_test_header(
    const std::vector<std::pair<std::string, std::string>>& headers, std::string_view name);

// What a connection tells its server, on the connection's thread.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  virtual HttpServer::Reply answer(HttpServer::Request& request) = 0;  // numbers it, too
  virtual void sent_reply() = 0;
  virtual void hung_up() = 0;
};

// False: `stop` is open.
[[nodiscard]] bool wait_readable_or_open(int fd, const Gate& stop);

class Connection final {
 public:
  Connection(int fd, const Gate& stop, HttpExchange& exchange) : fd_(fd), stop_(stop), exchange_(exchange) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void serve();  // until either side ends it

  [[nodiscard]] static int event_of(const Gate& gate) noexcept { return gate.event_; }

 private:
  [[nodiscard]] std::optional<HttpServer::Request> read_request();
  [[nodiscard]] bool read_some();
  [[nodiscard]] bool send_reply(const HttpServer::Reply& reply, std::string_view method);
  [[nodiscard]] bool send_parts(const HttpServer::Reply& reply, std::string_view method);
  [[nodiscard]] bool send_raw(const std::vector<HttpServer::Chunk>& pieces);
  [[nodiscard]] bool send_chunks(const std::vector<HttpServer::Chunk>& chunks);
  [[nodiscard]] bool pass(const Gate* gate);
  [[nodiscard]] bool send_bytes(std::string_view bytes);
  void end_with_reset() const;

  const int fd_;
  const Gate& stop_;
  HttpExchange& exchange_;
  std::string received_;
  std::size_t served_ = 0;
  std::size_t allowed_ = 0;  // bytes that may still be sent of this reply
};

}  // namespace executus::testing
