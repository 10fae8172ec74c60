#include "net/client/http2_connection_test.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testing/http_connection.hpp"

namespace executus::net {
namespace {

using executus::testing::Connection;

bool is_open(const Http2Server::Gate& gate) {
  pollfd polled{Connection::event_of(gate), POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

nghttp2_nv header_of(const std::string& name, const std::string& value) {
  auto bytes = [](const std::string& text) { return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())); };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

struct Http2Callbacks {
  static Http2Connection& self(void* user) { return *static_cast<Http2Connection*>(user); }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    auto& request = self(user).streams_[frame->hd.stream_id].request;
    std::string key(reinterpret_cast<const char*>(name), name_size);
    std::string text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":method")
      request.method = text;
    else if (key == ":path")
      request.path = text;
    else if (!key.starts_with(':'))
      request.headers.emplace_back(std::move(key), std::move(text));
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size,
                     void* user) {
    self(user).streams_[id].request.body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    auto& stream = self(user).streams_[frame->hd.stream_id];
    stream.request.connection = self(user).number_;
    stream.reply = self(user).server_.answer(stream.request);
    return 0;
  }

  static int on_close(nghttp2_session* session, std::int32_t id, std::uint32_t error, void* user) {
    auto stream = self(user).streams_.extract(id);
    if (error != NGHTTP2_NO_ERROR && stream && !stream.mapped().ended) self(user).server_.cancelled();
    if (stream && stream.mapped().reply && stream.mapped().reply->end == Http2Server::End::last)
      nghttp2_submit_goaway(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR, nullptr, 0);
    return 0;
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* buffer, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source*, void* user) {
    auto& stream = self(user).streams_[id];
    std::size_t count = std::min(size, stream.ready.size() - stream.sent);
    std::copy_n(stream.ready.data() + stream.sent, count, buffer);
    stream.sent += count;
    if (stream.all_sent() && stream.is_whole())
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    else if (count == 0)
      return NGHTTP2_ERR_DEFERRED;
    return static_cast<ssize_t>(count);
  }
};

const Http2Server::Gate* Http2Connection::Stream::next_gate() const {
  if (!reply || ended) return nullptr;
  if (!answered) return reply->after.get();
  return next_piece < reply->pieces.size() ? reply->pieces[next_piece].after.get() : nullptr;
}

Http2Connection::Http2Connection(int fd, SSL_CTX* context, Http2Server& server)
    : fd_(fd), server_(server), tls_(SSL_new(context), SSL_free) {
  SSL_set_fd(tls_.get(), fd);
}

Http2Connection::~Http2Connection() {
  if (session_) nghttp2_session_del(session_);
  for (const auto& [id, stream] : streams_)
    if (!stream.ended) server_.cancelled();
  ::close(fd_);
}

void Http2Connection::serve() {
  if (!handshake()) return;
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_.get(), &protocol, &size);
  if (std::string_view(reinterpret_cast<const char*>(protocol), size) == "h2")
    serve_http2();
  else
    serve_http1();
}

bool Http2Connection::handshake() {
  std::string offered;
  SSL_set_app_data(tls_.get(), &offered);  // note_offer() writes it
  for (;;) {
    int result = SSL_accept(tls_.get());
    if (result == 1) break;
    if (!wait_for_tls(result)) return false;
  }
  number_ = server_.connected(std::move(offered));
  return true;
}

bool Http2Connection::wait_for_tls(int result) {
  int error = SSL_get_error(tls_.get(), result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
  short direction = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
  std::array<pollfd, 2> polled{pollfd{fd_, direction, 0}, pollfd{Connection::event_of(server_.stop()), POLLIN, 0}};
  ::poll(polled.data(), polled.size(), -1);
  return polled[1].revents == 0;
}

bool Http2Connection::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    int count = SSL_write(tls_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)));
    if (count > 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (!wait_for_tls(count))
      return false;
  }
  return true;
}

bool Http2Connection::read_some(std::string& bytes) {
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    int count = SSL_read(tls_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
      return true;
    }
    if (!wait_for_tls(count)) return false;
  }
}

// Heads without bodies, enough to notice a client that speaks HTTP/1.1: "spoke HTTP/1.1" to everything.
void Http2Connection::serve_http1() {
  for (std::string bytes;;) {
    std::size_t end = 0;
    while ((end = bytes.find("\r\n\r\n")) == std::string::npos)
      if (!read_some(bytes)) return;
    Http2Server::Request request;
    request.method = bytes.substr(0, bytes.find(' '));
    std::size_t path = request.method.size() + 1;
    request.path = bytes.substr(path, bytes.find(' ', path) - path);
    request.connection = number_;
    bytes.clear();
    static_cast<void>(server_.answer(request));
    if (!write_all("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nspoke HTTP/1.1")) return;
  }
}

void Http2Connection::open_session() {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Http2Callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Http2Callbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Http2Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Http2Callbacks::on_close);
  nghttp2_session_server_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_settings_entry streams{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, server_.options().max_streams};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &streams, 1);
}

void Http2Connection::serve_http2() {
  open_session();
  for (;;) {
    do {
      if (!flush() || cut_) return;
    } while (advance() == Progress::some);
    if (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0) return linger();
    if (!wait() || !receive()) return;
  }
}

// To close at once would be a reset for a client that still sends something, and could take from it what it has not
// read.
void Http2Connection::linger() {
  ::shutdown(fd_, SHUT_WR);
  std::array<char, 4096> buffer;
  while (executus::testing::wait_readable_or_open(fd_, server_.stop()))
    if (::recv(fd_, buffer.data(), buffer.size(), 0) <= 0) return;
}

bool Http2Connection::flush() {
  const std::uint8_t* bytes = nullptr;
  ssize_t count = 0;
  while ((count = nghttp2_session_mem_send(session_, &bytes)) > 0)
    if (!write_all({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count)})) return false;
  return count == 0;
}

bool Http2Connection::wait() {
  if (SSL_pending(tls_.get()) > 0) return true;
  std::vector<pollfd> polled{{fd_, POLLIN, 0}, {Connection::event_of(server_.stop()), POLLIN, 0}};
  for (const auto& [id, stream] : streams_)
    if (const auto* gate = stream.next_gate()) polled.push_back({Connection::event_of(*gate), POLLIN, 0});
  ::poll(polled.data(), polled.size(), -1);
  return polled[1].revents == 0;
}

bool Http2Connection::receive() {
  std::array<std::uint8_t, 64 * 1024> buffer;
  for (;;) {
    int count = SSL_read(tls_.get(), buffer.data(), buffer.size());
    if (count <= 0) return SSL_get_error(tls_.get(), count) == SSL_ERROR_WANT_READ;
    if (nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(count)) < 0) return false;
  }
}

Http2Connection::Progress Http2Connection::advance() {
  Progress progress = Progress::none;
  for (auto& [id, stream] : streams_)
    if (stream.reply && !stream.ended && advance(id, stream) == Progress::some) progress = Progress::some;
  return progress;
}

Http2Connection::Progress Http2Connection::advance(std::int32_t id, Stream& stream) {
  const auto* gate = stream.next_gate();
  if (gate && !is_open(*gate)) return Progress::none;
  using End = Http2Server::End;
  End how = stream.reply->end;
  if (!stream.answered && how != End::refused && how != End::goaway) {
    respond(id, stream);
  } else if (stream.answered && stream.next_piece < stream.reply->pieces.size()) {
    stream.ready += stream.reply->pieces[stream.next_piece++].data;
    nghttp2_session_resume_data(session_, id);
  } else if (!stream.is_whole() && (!stream.answered || stream.all_sent())) {
    stream.ended = true;
    end(id, how);
  } else {
    return Progress::none;
  }
  return Progress::some;
}

void Http2Connection::respond(std::int32_t id, Stream& stream) {
  const std::string status_name = ":status";
  const std::string status = std::to_string(stream.reply->status);
  std::vector<nghttp2_nv> headers{header_of(status_name, status)};
  for (const auto& [name, value] : stream.reply->headers) headers.push_back(header_of(name, value));
  nghttp2_data_provider body{{}, Http2Callbacks::read_body};
  nghttp2_submit_response(session_, id, headers.data(), headers.size(), &body);
  stream.answered = true;
}

void Http2Connection::end(std::int32_t id, Http2Server::End how) {
  using End = Http2Server::End;
  if (how == End::reset) nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
  if (how == End::refused) nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
  if (how == End::goaway)
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, std::max(0, id - 2), NGHTTP2_NO_ERROR, nullptr, 0);
  cut_ = how == End::cut || how == End::goaway;
}

}  // namespace executus::net
