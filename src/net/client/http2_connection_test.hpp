// One connection of the tests' HTTP/2 server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "net/client/http2_server_test.hpp"

namespace executus::net {

class Http2Connection final {
 public:
  Http2Connection(int fd, SSL_CTX* context, Http2Server& server);
  ~Http2Connection();
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;

  void serve();  // until either side ends it

 private:
  friend struct Http2Callbacks;
  struct Stream {
    Http2Server::Request request;
    std::optional<Http2Server::Reply> reply = {};  // once the request is complete
    bool answered = false;                         // the response was handed to nghttp2
    bool ended = false;                            // by reset or its like
    std::size_t next_piece = 0;
    std::string ready = {};  // bytes of pieces before that, those before `sent` are sent
    std::size_t sent = 0;

    [[nodiscard]] bool all_sent() const { return next_piece == reply->pieces.size() && sent == ready.size(); }
    [[nodiscard]] bool is_whole() const {
      return reply->end == Http2Server::End::whole || reply->end == Http2Server::End::last;
    }
    [[nodiscard]] const Http2Server::Gate* next_gate() const;  // null: nothing to wait for
  };
  enum class Progress { none, some };

  // TLS, without blocking where `stop` would not be seen. False: the connection is at its end.
  [[nodiscard]] bool handshake();
  [[nodiscard]] bool write_all(std::string_view bytes);
  [[nodiscard]] bool read_some(std::string& bytes);
  [[nodiscard]] bool wait_for_tls(int result);

  void serve_http1();
  void serve_http2();
  void open_session();
  void linger();
  [[nodiscard]] bool flush();
  [[nodiscard]] bool receive();
  [[nodiscard]] bool wait();
  [[nodiscard]] Progress advance();
  [[nodiscard]] Progress advance(std::int32_t id, Stream& stream);
  void respond(std::int32_t id, Stream& stream);
  void end(std::int32_t id, Http2Server::End how);

  const int fd_;
  Http2Server& server_;
  TlsConnection tls_;
  std::size_t number_ = 0;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Stream> streams_;
  bool cut_ = false;
};

}  // namespace executus::net
