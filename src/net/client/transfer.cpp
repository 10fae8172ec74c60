#include "net/client/transfer.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <new>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "async/closed_on_fork.hpp"
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

long milliseconds_for_curl(Milliseconds limit) {  // libcurl keeps an unsigned int; 0 would be none
  return static_cast<long>(std::clamp<Milliseconds::rep>(limit.count(), 1, std::numeric_limits<unsigned>::max()));
}

// libcurl does not stop at a pause when it decompresses, nor on an HTTP/2 connection: it would keep the bytes itself,
// where they are not counted.
bool is_pausable(const HttpHead& head) {
  return head.version == HttpVersion::one && !find_header(head.headers, "Content-Encoding");
}

}  // namespace

// Called by libcurl, on the engine's strand. None may throw.
struct TransferCallbacks {
  static std::size_t on_header(const char* data, std::size_t size, std::size_t count, void* transfer) noexcept {
    auto& self = *static_cast<Transfer*>(transfer);
    self.heard();
    if (auto head = self.head_reader_.line({data, size * count})) self.take_head(std::move(*head));
    return size * count;
  }

  static std::size_t on_body(const char* data, std::size_t size, std::size_t count, void* transfer) noexcept {
    auto& self = *static_cast<Transfer*>(transfer);
    std::size_t bytes = size * count;
    self.heard();
    if (self.droppable_) return self.drop(bytes);
    if (bytes > self.request_.max_body - self.received_) {
      self.failure_.body_too_large = true;
      self.forbid_reuse();
      return CURL_WRITEFUNC_ERROR;
    }
    if (!self.pausable_)
      self.body.put({data, bytes});
    else if (self.body.offer({data, bytes}) == BodyQueue::Offer::full)
      return self.pause();
    self.received_ += bytes;
    return bytes;
  }

  // Of all that libcurl connects to; `address` is what the name resolved to.
  static curl_socket_t open_public(void* transfer, curlsocktype purpose, curl_sockaddr* address) noexcept {
    if (!is_private_address(address->addr)) return open_any(transfer, purpose, address);
    static_cast<Transfer*>(transfer)->failure_.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  // The server sees the end of a connection when it ends here, also while a forked child lives on.
  static curl_socket_t open_any(void*, curlsocktype, curl_sockaddr* address) noexcept {
    try {
      return open_closed_on_fork(
          [&] { return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol); });
    } catch (const std::bad_alloc&) {
      return CURL_SOCKET_BAD;
    }
  }
  static int close_socket(void*, curl_socket_t socket) noexcept {
    close_of_this_process(socket);
    return 0;
  }

  // The last moment before the request is written to a connection, new or reused: from here on it may have been sent.
  // A reused connection was perhaps opened by a request that may go anywhere.
  static int before_request(void* transfer, char* peer, char*, int, int) noexcept {
    auto& self = *static_cast<Transfer*>(transfer);
    if (self.request_.network == Network::public_only && (!peer || is_private_address(std::string(peer)))) {
      self.failure_.address_refused = true;
      return CURL_PREREQFUNC_ABORT;
    }
    if (self.request_.permit && !self.request_.permit->begin()) return CURL_PREREQFUNC_ABORT;
    self.failure_.began = true;
    self.admission_->connected(self.ticket_);
    return CURL_PREREQFUNC_OK;
  }
};

Transfer::Transfer(HttpRequest request)
    : body(kWindow),
      request_(checked_request(std::move(request))),
      name_(describe_request(request_)),
      origin_(origin_of(request_.url)),
      limits_(system_clock().mono(), request_.timeout, request_.silence_timeout),
      head_reader_(request_.redirects) {
  failure_.max_body = request_.max_body;
}

void Transfer::arrive(Admission& admission) {
  admission_ = &admission;
  ticket_ = admission.arrive(origin_, request_.reuse);
}

CURL* Transfer::prepare(const HttpClientOptions& options) {
  headers_.reset();
  easy_.reset(curl_easy_init());
  if (!easy_) throw failed("net.failed", name_ + " was not sent: no memory for it");
  set_callbacks(easy_.get());
  set_request(easy_.get());
  set_limits(easy_.get());
  set_connection(easy_.get());
  set_tls(easy_.get(), options);
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
  if (!find_header(request_.headers, "Accept-Encoding")) set_option(easy, CURLOPT_ACCEPT_ENCODING, "");  // all it has
  set_option(easy, CURLOPT_HTTPHEADER, headers_.get());
  set_option(easy, CURLOPT_USERAGENT, "executus");
}

void Transfer::set_limits(CURL* easy) {
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds_for_curl(request_.connect_timeout));
  if (request_.redirects == Redirects::none) return;
  set_option(easy, CURLOPT_FOLLOWLOCATION, 1L);
  set_option(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
  set_option(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
}

void Transfer::set_connection(CURL* easy) {
  set_option(easy, CURLOPT_QUICK_EXIT, 1L);  // else ending a transfer waits for its name lookup
  set_option(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_option(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  if (tried_ || request_.reuse == Reuse::fresh_connection) set_option(easy, CURLOPT_FRESH_CONNECT, 1L);
  if (request_.reuse == Reuse::fresh_connection) set_option(easy, CURLOPT_FORBID_REUSE, 1L);
  // Over TLS what both sides support. Requests that are sent once use HTTP/1.1: an HTTP/2 server may refuse a stream,
  // and libcurl then sends it again.
  set_option(easy, CURLOPT_HTTP_VERSION,
             long{request_.reuse == Reuse::pooled ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1});
  // A loopback address means another machine to a proxy: the proxy's own.
  if (is_this_machine(origin_) || request_.network == Network::public_only) set_option(easy, CURLOPT_PROXY, "");
  bool any = request_.network != Network::public_only;
  set_option(easy, CURLOPT_OPENSOCKETFUNCTION, any ? &TransferCallbacks::open_any : &TransferCallbacks::open_public);
  set_option(easy, CURLOPT_OPENSOCKETDATA, this);
  set_option(easy, CURLOPT_CLOSESOCKETFUNCTION, &TransferCallbacks::close_socket);
}

void Transfer::set_tls(CURL* easy, const HttpClientOptions& options) {
  if (!options.ca_file.empty()) set_option(easy, CURLOPT_CAINFO, options.ca_file.c_str());
}

void Transfer::take_head(HttpHead found) {
  version_ = found.version;
  if (found.version == HttpVersion::two) admission_->multiplexed(ticket_);
  pausable_ = is_pausable(found);
  head.set(std::move(found));
}

void Transfer::add_header(const std::string& line) {
  curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
  if (!longer) throw failed("net.failed", name_ + " was not sent: no memory for its headers");
  static_cast<void>(headers_.release());
  headers_.reset(longer);
}

Transfer& Transfer::of(CURL* easy) {
  char* transfer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
  return *reinterpret_cast<Transfer*>(transfer);
}

bool Transfer::may_share_connection() const {
  return request_.reuse == Reuse::pooled && origin_.starts_with("https:") && version_ != HttpVersion::one;
}

// libcurl does the same for dead connections of HTTP/1.1, which is what Reuse::pooled says.
bool Transfer::deserves_another_try(CURLcode result) {
  long connections = 1;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &connections);
  bool ending = result == CURLE_HTTP2 || result == CURLE_PARTIAL_FILE;
  if (!ending || connections != 0 || head_reader_.begun() || !may_share_connection()) return false;
  tried_ = true;
  return true;
}

std::size_t Transfer::drop(std::size_t bytes) {
  if (bytes > *droppable_) {
    forbid_reuse();
    return CURL_WRITEFUNC_ERROR;
  }
  *droppable_ -= bytes;
  return bytes;
}

void Transfer::heard() {
  paused_ = false;
  limits_.heard(system_clock().mono());
}

MonoTime Transfer::excuse_reader() {
  if (paused_) limits_.heard(system_clock().mono());
  return limits_.deadline();
}

std::size_t Transfer::pause() {
  paused_ = true;
  return CURL_WRITEFUNC_PAUSE;
}

void Transfer::forbid_reuse() const { curl_easy_setopt(easy_.get(), CURLOPT_FORBID_REUSE, 1L); }

void Transfer::finish(CURLcode result) {
  long proxy_status = 0;
  if (easy_) curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  easy_.reset();
  if (result == CURLE_OK && head_reader_.done()) return body.end(nullptr);
  if (result == CURLE_OK) result = CURLE_GOT_NOTHING;  // an interim response and nothing behind it
  failure_.curl_code = result;
  failure_.proxy_status = static_cast<int>(proxy_status);
  failure_.detail = message_[0] ? message_.data() : curl_easy_strerror(result);
  end(transfer_error(name_, failure_));
}

void Transfer::run_out_of_time() {
  bool waited = !easy_;
  easy_.reset();
  if (waited) return end(no_connection_in_time(name_));
  failure_.curl_code = CURLE_OPERATION_TIMEDOUT;
  failure_.detail = limits_.is_silence()
                        ? "nothing came for " + std::to_string(request_.silence_timeout->count()) + " ms"
                        : "not done after " + std::to_string(request_.timeout->count()) + " ms";
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
