// A TLS server on loopback that speaks HTTP/2 to clients that offer it: nghttp2 does the protocol, the handler decides
// what goes back, when, and how it ends. Threads of its own, one per connection; nothing in it waits for time to pass.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

#include "net/client/tls_identity_test.hpp"

namespace executus::net {

class Http2Server final {
 public:
  using Gate = executus::testing::Gate;
  using Piece = executus::testing::HttpServer::Chunk;

  struct Request {
    std::string method;
    std::string path;
    HttpHeaders headers;  // without the pseudo headers
    std::string body;
    std::size_t number = 0;      // 1 is the server's first
    std::size_t connection = 0;  // 1 is the server's first
  };

  // What follows the last piece, or stands in for the response:
  enum class End {
    whole,    // the end of the stream
    last,     // the same, and GOAWAY: no further requests on this connection
    reset,    // RST_STREAM, internal error
    cut,      // the end of the connection
    refused,  // no response: RST_STREAM, refused, which says that the request was not acted on
    goaway,   // no response: GOAWAY which says that this request was not acted on, then the end of the connection
  };

  struct Reply {
    int status = 200;
    HttpHeaders headers = {};  // names in lower case
    std::vector<Piece> pieces = {};
    std::shared_ptr<Gate> after = {};  // nothing is sent before this is open
    End end = End::whole;
  };
  using Handler = std::function<Reply(const Request&)>;  // called on the connections' threads; must not block

  enum class Offer { http2, only_http1 };
  struct Options {
    Offer offer = Offer::http2;
    std::uint32_t max_streams = 1000;  // at once on one connection
  };

  explicit Http2Server(Handler handler) : Http2Server(std::move(handler), Options()) {}
  Http2Server(Handler handler, Options options);
  ~Http2Server();  // ends all connections and joins
  Http2Server(const Http2Server&) = delete;
  Http2Server& operator=(const Http2Server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url(std::string_view path = "/") const;  // "https://localhost:PORT/"
  [[nodiscard]] std::string pem() const { return identity_.pem(); }

  [[nodiscard]] std::vector<Request> requests() const;  // of both protocols, all that arrived in full
  [[nodiscard]] std::size_t request_count() const;
  [[nodiscard]] std::size_t connection_count() const;     // whose handshake succeeded
  [[nodiscard]] std::vector<std::string> offers() const;  // per connection what the client offered: "h2,http/1.1"
  void wait_for_requests(std::size_t count) const;
  void wait_for_cancelled(std::size_t count) const;  // streams that the client ended, and those of connections it ended

  // The connections' part.
  [[nodiscard]] const Gate& stop() const noexcept { return stop_; }
  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] Reply answer(Request& request);
  [[nodiscard]] std::size_t connected(std::string offered);  // its number
  void cancelled();

 private:
  void accept_loop();

  const Handler handler_;
  const Options options_;
  const TlsIdentity identity_;
  const TlsContext context_;
  const int listener_;
  const std::uint16_t port_;
  const Gate stop_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Request> requests_;
  std::vector<std::string> offers_;
  std::size_t cancelled_ = 0;
  std::list<std::thread> threads_;  // the accepting thread's
  std::thread acceptor_;
};

}  // namespace executus::net
