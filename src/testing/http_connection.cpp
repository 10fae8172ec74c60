#include "testing/http_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <limits>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.hpp"

namespace executus::testing {
namespace {

std::string_view trim_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "POST /x HTTP/1.1\r\nA: b\r\n..." without the empty line.
HttpServer::Request parse_head(std::string_view head) {
  HttpServer::Request request;
  std::string_view line = head.substr(0, head.find("\r\n"));
  std::size_t space = line.find(' ');
  request.method = line.substr(0, space);
  if (space != std::string_view::npos) request.target = line.substr(space + 1, line.rfind(' ') - space - 1);
  while ((head.remove_prefix(std::min(head.size(), line.size() + 2)), !head.empty())) {
    line = head.substr(0, head.find("\r\n"));
    std::size_t colon = std::min(line.find(':'), line.size());
    request.headers.emplace_back(line.substr(0, colon), trim_blanks(line.substr(std::min(colon + 1, line.size()))));
  }
  return request;
}

std::size_t length_of_body(const HttpServer::Request& request) {
  std::size_t length = 0;
  if (auto text = request.header("Content-Length")) std::from_chars(text->data(), text->data() + text->size(), length);
  return length;
}

std::string head_of_reply(const HttpServer::Reply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " status\r\n";
  for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
  if (!reply.chunks.empty())
    head += "Transfer-Encoding: chunked\r\n";
  else
    head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  if (reply.then == HttpServer::Then::close) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string as_chunk(std::string_view data) {
  std::array<char, 16> digits{};
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), data.size(), 16).ptr;
  return std::string(digits.data(), end) + "\r\n" + std::string(data) + "\r\n";
}

}  // namespace

std::optional<std::string_view> find_test_header(const std::vector<std::pair<std::string, std::string>>& headers,
                                                 std::string_view name) {
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name)) return value;
  return std::nullopt;
}

Gate::Gate() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
Gate::~Gate() { ::close(event_); }

void Gate::open() const { ::eventfd_write(event_, 1); }  // never read, so it stays readable

bool wait_readable_or_open(int fd, const Gate& stop) {
  std::array<pollfd, 2> polled{pollfd{fd, POLLIN, 0}, pollfd{Connection::event_of(stop), POLLIN, 0}};
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
  }
  return polled[1].revents == 0;
}

Connection::~Connection() { ::close(fd_); }

void Connection::serve() {
  while (auto request = read_request()) {
    request->on_connection = ++served_;
    HttpServer::Reply reply = exchange_.answer(*request);
    if (!send_reply(reply, request->method)) return;
    exchange_.sent_reply();
    if (reply.then == HttpServer::Then::close) return;
  }
}

std::optional<HttpServer::Request> Connection::read_request() {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos)
    if (!read_some()) return std::nullopt;
  HttpServer::Request request = parse_head(std::string_view(received_).substr(0, end + 2));
  received_.erase(0, end + 4);
  if (!request.target.starts_with('/')) return std::nullopt;  // no HTTP
  std::size_t length = length_of_body(request);
  while (received_.size() < length)
    if (!read_some()) return std::nullopt;
  request.body = received_.substr(0, length);
  received_.erase(0, length);
  return request;
}

bool Connection::read_some() {
  if (received_.size() > 0 && received_.front() < ' ') return false;  // a TLS handshake, for instance
  if (!wait_readable_or_open(fd_, stop_)) return false;
  std::array<char, 64 * 1024> buffer;
  ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

bool Connection::send_reply(const HttpServer::Reply& reply, std::string_view method) {
  allowed_ = reply.cut_after.value_or(std::numeric_limits<std::size_t>::max());
  bool whole = pass(reply.after.get()) && send_parts(reply, method);
  if (reply.cut == HttpServer::Cut::reset && (reply.cut_after || !reply.raw.empty())) end_with_reset();
  return whole && !reply.cut_after && reply.raw.empty();
}

bool Connection::send_parts(const HttpServer::Reply& reply, std::string_view method) {
  if (!reply.raw.empty()) return send_raw(reply.raw);
  if (!send_bytes(head_of_reply(reply))) return false;
  if (method == "HEAD") return true;
  return reply.chunks.empty() ? send_bytes(reply.body) : send_chunks(reply.chunks);
}

bool Connection::send_raw(const std::vector<HttpServer::Chunk>& pieces) {
  for (const auto& piece : pieces)
    if (!pass(piece.after.get()) || !send_bytes(piece.data)) return false;
  return true;
}

bool Connection::send_chunks(const std::vector<HttpServer::Chunk>& chunks) {
  for (const auto& chunk : chunks)
    if (!pass(chunk.after.get()) || !send_bytes(as_chunk(chunk.data))) return false;
  return send_bytes("0\r\n\r\n");
}

// Bytes that were sent before may be lost, as with any reset.
void Connection::end_with_reset() const {
  linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);  // close() sends RST
}

// Waits at the gate, and watches whether the client stays.
bool Connection::pass(const Gate* gate) {
  if (!gate) return true;
  std::array<pollfd, 3> polled{pollfd{event_of(*gate), POLLIN, 0}, pollfd{event_of(stop_), POLLIN, 0},
                               pollfd{fd_, POLLRDHUP, 0}};
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
  }
  if (polled[2].revents != 0) exchange_.hung_up();
  return polled[1].revents == 0 && polled[2].revents == 0;
}

bool Connection::send_bytes(std::string_view bytes) {
  bool cut = bytes.size() > allowed_;
  bytes = bytes.substr(0, allowed_);
  allowed_ -= bytes.size();
  while (!bytes.empty()) {
    std::array<pollfd, 2> polled{pollfd{fd_, POLLOUT, 0}, pollfd{event_of(stop_), POLLIN, 0}};
    ::poll(polled.data(), polled.size(), -1);
    if (polled[1].revents != 0) return false;
    ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
      exchange_.hung_up();
      return false;
    }
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return !cut;
}

}  // namespace executus::testing
