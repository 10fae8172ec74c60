#include "net/client/transfer.hpp"

#include <algorithm>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "net/client/private_address.hpp"
#include "net/client/request_check.hpp"

namespace executus::net {
namespace {

constexpr std::size_t kWindow = 64 * 1024;  // bytes that wait for a reader before the transfer pauses
constexpr long kMaxRedirects = 10;

HttpRequest checked_request(HttpRequest request) {
  check_request(request);
  return request;
}

void set_option(CURL* easy, CURLoption option, auto value) {
  if (CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK)
    throw failed("net.failed", "libcurl refuses option " + std::to_string(option) + ": " + curl_easy_strerror(code));
}

long milliseconds_for_curl(Milliseconds limit) {
  return static_cast<long>(std::max<Milliseconds::rep>(1, limit.count()));
}

}  // namespace

// Called by libcurl, on the engine's strand. None may throw.
struct TransferCallbacks {
  static std::size_t on_header(const char* data, std::size_t size, std::size_t count, void* transfer) noexcept {
    auto& self = *static_cast<Transfer*>(transfer);
    if (auto head = self.head_reader_.line({data, size * count})) self.head.set(std::move(*head));
    return size * count;
  }

  static std::size_t on_body(const char* data, std::size_t size, std::size_t count, void* transfer) noexcept {
    auto& self = *static_cast<Transfer*>(transfer);
    std::size_t bytes = size * count;
    if (bytes > self.request_.max_body - self.received_) {
      self.failure_.body_too_large = true;
      return CURL_WRITEFUNC_ERROR;
    }
    if (self.body.offer({data, bytes}) == BodyQueue::Offer::full) return CURL_WRITEFUNC_PAUSE;
    self.received_ += bytes;
    return bytes;
  }

  // Of all that libcurl connects to; `address` is what the name resolved to.
  static curl_socket_t open_public(void* transfer, curlsocktype, curl_sockaddr* address) noexcept {
    if (is_private_address(address->addr)) {
      static_cast<Transfer*>(transfer)->failure_.address_refused = true;
      return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  // The last moment before the request is written to a connection, new or reused: from here on it may have been sent.
  // A reused connection was perhaps opened by a request that may go anywhere.
  static int before_request(void* transfer, char* peer, char*, int, int) noexcept {
    auto& self = *static_cast<Transfer*>(transfer);
    if (self.request_.network == Network::public_only && (!peer || is_private_address(std::string(peer)))) {
      self.failure_.address_refused = true;
      return CURL_PREREQFUNC_ABORT;
    }
    self.failure_.began = true;
    return CURL_PREREQFUNC_OK;
  }
};

Transfer::Transfer(HttpRequest request)
    : body(kWindow),
      request_(checked_request(std::move(request))),
      name_(describe_request(request_)),
      head_reader_(request_.redirects) {
  failure_.max_body = request_.max_body;
}

CURL* Transfer::prepare() {
  easy_.reset(curl_easy_init());
  if (!easy_) throw failed("net.failed", name_ + " was not sent: no memory for it");
  set_callbacks(easy_.get());
  set_request(easy_.get());
  set_limits(easy_.get());
  set_connection(easy_.get());
  return easy_.get();
}

void Transfer::set_callbacks(CURL* easy) {
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  set_option(easy, CURLOPT_ERRORBUFFER, message_.data());
  set_option(easy, CURLOPT_PRIVATE, this);
  set_option(easy, CURLOPT_HEADERFUNCTION, &TransferCallbacks::on_header);
  set_option(easy, CURLOPT_HEADERDATA, this);
  set_option(easy, CURLOPT_WRITEFUNCTION, &TransferCallbacks::on_body);
  set_option(easy, CURLOPT_WRITEDATA, this);
  set_option(easy, CURLOPT_PREREQFUNCTION, &TransferCallbacks::before_request);
  set_option(easy, CURLOPT_PREREQDATA, this);
}

// The body is not copied: request_ lives as long as the handle.
void Transfer::set_request(CURL* easy) {
  const std::string& method = request_.method;
  set_option(easy, CURLOPT_URL, request_.url.c_str());
  if (method == "HEAD") {
    set_option(easy, CURLOPT_NOBODY, 1L);
  } else if (method == "POST" || !request_.body.empty()) {
    set_option(easy, CURLOPT_POST, 1L);
    set_option(easy, CURLOPT_POSTFIELDS, request_.body.data());
    set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  if (method != "HEAD" && method != "GET" && method != "POST") set_option(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method == "GET" && !request_.body.empty()) set_option(easy, CURLOPT_CUSTOMREQUEST, "GET");

  for (const auto& [name, value] : request_.headers) add_header(value.empty() ? name + ";" : name + ": " + value);
  if (!find_header(request_.headers, "Content-Type")) add_header("Content-Type:");  // or libcurl invents one
  if (!find_header(request_.headers, "Expect")) add_header("Expect:");  // a refused 100-continue would be sent again
  if (!find_header(request_.headers, "Accept-Encoding")) set_option(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  set_option(easy, CURLOPT_HTTPHEADER, headers_.get());
  set_option(easy, CURLOPT_USERAGENT, "executus");
}

void Transfer::set_limits(CURL* easy) {
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_TIMEOUT_MS, milliseconds_for_curl(request_.timeout));
  set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds_for_curl(request_.connect_timeout));
  if (request_.redirects == Redirects::none) return;
  set_option(easy, CURLOPT_FOLLOWLOCATION, 1L);
  set_option(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
  set_option(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
}

void Transfer::set_connection(CURL* easy) {
  set_option(easy, CURLOPT_QUICK_EXIT, 1L);  // or ending a transfer waits for its name lookup, and all others with it
  set_option(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_option(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  if (request_.reuse == Reuse::fresh_connection) {
    set_option(easy, CURLOPT_FRESH_CONNECT, 1L);
    set_option(easy, CURLOPT_FORBID_REUSE, 1L);
    // HTTP/2 servers may refuse a stream, and libcurl then sends it again.
    set_option(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  }
  if (request_.network == Network::public_only) {
    set_option(easy, CURLOPT_PROXY, "");
    set_option(easy, CURLOPT_OPENSOCKETFUNCTION, &TransferCallbacks::open_public);
    set_option(easy, CURLOPT_OPENSOCKETDATA, this);
  }
}

void Transfer::add_header(const std::string& line) {
  curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
  if (!longer) throw failed("net.failed", name_ + " was not sent: no memory for its headers");
  static_cast<void>(headers_.release());
  headers_.reset(longer);
}

void Transfer::finish(CURLcode result) {
  easy_.reset();
  if (result == CURLE_OK && head_reader_.done()) return body.end(nullptr);
  if (result == CURLE_OK) result = CURLE_GOT_NOTHING;  // an interim response and nothing behind it
  failure_.curl_code = result;
  failure_.detail = message_[0] ? message_.data() : curl_easy_strerror(result);
  end(transfer_error(name_, failure_));
}

void Transfer::close() {
  easy_.reset();
  end(client_closed(name_, sent()));
}

void Transfer::end(const HttpError& error) {
  head.fail(error);
  body.end(std::make_exception_ptr(error));
}

}  // namespace executus::net
