// An HTTP/1.1 server on loopback for tests: it counts what arrives, and its handler decides what goes back, when, and
// where it breaks off. Threads of its own, one per connection; nothing in it waits for time to pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace executus::testing {

// Closed at first; open() lets through all that wait at it, now and later. Any thread.
class Gate final {
 public:
  Gate();
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  void open() const;

 private:
  friend class Connection;
  int event_;
};

[[nodiscard]] inline std::shared_ptr<Gate> make_gate() { return std::make_shared<Gate>(); }

class HttpServer final {
 public:
  struct Request {
    std::string method;
    std::string target;  // path and query, as sent
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::size_t number = 0;         // 1 is the server's first
    std::size_t on_connection = 0;  // 1 is its connection's first

    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;  // in any case of letters
  };

  struct Chunk {
    std::string data;
    std::shared_ptr<Gate> after;  // sent when this is open; null: at once
  };

  enum class Then { keep_alive, close };
  enum class Cut { close, reset };  // the end of a stream (FIN), or a connection that is torn down (RST)

  struct Reply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::vector<Chunk> chunks = {};             // not empty: sent chunked, in place of `body`
    std::vector<Chunk> raw = {};                // not empty: just these bytes, in place of head and body, then the end
    std::shared_ptr<Gate> after = {};           // nothing is sent before this is open
    std::optional<std::size_t> cut_after = {};  // so many bytes of the reply, its head included, then the end
    Then then = Then::keep_alive;
    Cut cut = Cut::close;  // how a connection ends after cut_after and after `raw`
  };

  // Called on the threads of the connections, for several requests at once. Must not block: that is what gates are for.
  // An exception of it is answered with 500 and its text.
  using Handler = std::function<Reply(const Request&)>;

  explicit HttpServer(Handler handler);
  ~HttpServer();  // ends all connections, also those that wait at a gate, and joins
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::string url(std::string_view target = "/") const;  // "http://127.0.0.1:PORT/"

  [[nodiscard]] std::vector<Request> requests() const;  // all that arrived in full, also those never answered
  [[nodiscard]] std::size_t request_count() const;
  [[nodiscard]] std::size_t connection_count() const;  // ever accepted
  [[nodiscard]] std::size_t replies_sent() const;      // in full: handed to the kernel to the last byte
  [[nodiscard]] std::size_t hangups() const;           // connections the client ended in the middle of an exchange

  // Block until there have been so many.
  void wait_for_requests(std::size_t count) const;
  void wait_for_hangups(std::size_t count) const;
  // Blocks until no connection is open and nothing that came over one is still being handled: for clients that died.
  void wait_until_unconnected() const;

 private:
  struct State;
  void accept_loop();

  std::unique_ptr<State> state_;
};

}  // namespace executus::testing
