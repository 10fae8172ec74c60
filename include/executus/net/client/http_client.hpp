// Port: HTTP requests that leave this process.
//
// A response is a response whatever its status: 404 and 500 are returned, not thrown. What is thrown is HttpError, and
// the question it answers is the one that matters for effects: can the server have received anything of the request?
//
// Threads: send() and open() from any task. Cancelling the waiting task, or destroying it, ends the transfer; the
// server may have received the request by then.
//
// docs/reference/http.md tells people who run a program what the shipped client does on the wire.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/async/loop.hpp>
#include <executus/async/start_permit.hpp>
#include <executus/async/task.hpp>
#include <executus/net/client/http_error.hpp>

namespace executus::net {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The value of the first header of that name, in any case of letters.
[[nodiscard]] std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name);

// `pooled` takes a connection that is open already, over HTTP/2 also one that others are using. When such a connection
// turns out to be dead before a byte of the response came, libcurl sends the request again on a new one, a POST too:
// the server may see it twice. `fresh_connection` sends once at most, over HTTP/1.1 on a connection of its own.
enum class Reuse { pooled, fresh_connection };

// `follow` takes up to ten hops and is refused for anything but GET and HEAD. Headers other than Authorization and
// Cookie go to every hop: no secret in them.
enum class Redirects { none, follow };

// `public_only` refuses addresses of this machine and of private networks, after the name was resolved. It does not use
// a proxy that the environment names, since addresses behind one cannot be checked.
enum class Network { any, public_only };

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // http or https
  HttpHeaders headers;
  std::string body;
  Reuse reuse = Reuse::pooled;
  Redirects redirects = Redirects::none;
  Network network = Network::any;
  std::optional<Milliseconds> timeout{60'000};           // from open() to the last byte of the body; nullopt: no limit
  std::optional<Milliseconds> silence_timeout = {};      // without a byte of the response that is wanted; likewise
  Milliseconds connect_timeout{10'000};                  // name, connection and TLS, once a connection may be had
  std::size_t max_body = std::size_t{64} * 1024 * 1024;  // of the response, decompressed

  // Asked just before the request is written to a connection; null: none. One that was withdrawn is never sent. A wait
  // that is cancelled withdraws it, and where that still can be done not a byte of the request reached the server.
  std::shared_ptr<StartPermit> permit = {};
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

// The body of a response while it arrives. Destroying it ends the transfer.
class HttpBody {
 public:
  virtual ~HttpBody() = default;

  // The bytes that have come since; nullopt at the end. One call at a time. Between two calls the transfer pauses; over
  // HTTP/2, and when the body is compressed, it goes on and the bytes wait in memory: max_body of them at most. Throws
  // HttpError when the body breaks off, when it exceeds max_body or when time is up. (A compressed body that stops too
  // early, but where Content-Length or the last chunk says it should, looks complete.) A cancelled wait ends the
  // transfer.
  [[nodiscard]] virtual Task<std::optional<std::string>> next() = 0;

  // The last call: the wanted bytes have come, and little can follow. Unlike destroying it, this leaves the connection
  // to others: the rest of the response is received in the background and thrown away. When the rest is longer than
  // kLongestRest, or takes longer than kRestTime, the transfer ends as if the body had been destroyed.
  virtual void discard() = 0;

  static constexpr std::size_t kLongestRest = std::size_t{128} * 1024;
  static constexpr Milliseconds kRestTime{250};
};

// Status and headers are here, the body is on its way.
struct HttpStream {
  int status = 0;
  HttpHeaders headers;
  std::unique_ptr<HttpBody> body;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Returns when status and headers have come. Throws HttpError.
  [[nodiscard]] virtual Task<HttpStream> open(HttpRequest request) = 0;

  // The whole response in memory. Throws HttpError. As shipped: open(), read to the end.
  [[nodiscard]] virtual Task<HttpResponse> send(HttpRequest request);
};

struct HttpClientOptions {
  // Connections in use at once; requests above that wait, and their `timeout` runs meanwhile. An HTTP/2 connection
  // serves up to 100 requests. Connections that are kept open unused come on top, `max_connections` at most. Zero
  // counts as one.
  std::size_t max_connections_per_host = 256;  // a scheme, host and port; redirects count where they began
  std::size_t max_connections = 512;           // a process may open 1024 files by default

  // A file of PEM certificates that servers are checked against, in place of the system's. Empty: the system's.
  std::string ca_file;
};

// A client on libcurl. Proxies are those of the process's environment. `loop` is one of make_loop() (else throws Error
// "net.loop") and outlives it. The destructor ends the transfers that still run (their waits fail with "net.closed")
// and blocks until that has happened: never from a loop thread.
[[nodiscard]] std::unique_ptr<HttpClient> make_http_client(Loop& loop, HttpClientOptions options = {});

}  // namespace executus::net
