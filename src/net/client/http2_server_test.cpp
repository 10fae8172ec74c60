#include "net/client/http2_server_test.hpp"

#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/client/http2_connection_test.hpp"
#include "net/client/loopback_test.hpp"
#include "testing/http_connection.hpp"

namespace executus::net {
namespace {

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void* server) {
  bool http2 = static_cast<Http2Server*>(server)->options().offer == Http2Server::Offer::http2;
  std::string_view ours = http2 ? std::string_view("\x02h2\x08http/1.1") : std::string_view("\x08http/1.1");
  int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size,
                                    reinterpret_cast<const unsigned char*>(ours.data()),
                                    static_cast<unsigned>(ours.size()), offered, offered_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// "\x02h2\x08http/1.1" of a ClientHello as "h2,http/1.1".
int note_offer(SSL* tls, int*, void*) {
  const unsigned char* list = nullptr;
  std::size_t size = 0;
  auto& text = *static_cast<std::string*>(SSL_get_app_data(tls));
  if (SSL_client_hello_get0_ext(tls, TLSEXT_TYPE_application_layer_protocol_negotiation, &list, &size) != 1)
    return SSL_CLIENT_HELLO_SUCCESS;
  for (std::size_t at = 2; at < size; at += list[at] + 1u)
    text += (text.empty() ? "" : ",") + std::string(reinterpret_cast<const char*>(list + at + 1), list[at]);
  return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace

Http2Server::Http2Server(Handler handler, Options options)
    : handler_(std::move(handler)),
      options_(options),
      context_(identity_.server_context()),
      listener_(listen_on_loopback()),
      port_(port_of_listener(listener_)) {
  SSL_CTX_set_alpn_select_cb(context_.get(), choose_protocol, this);
  SSL_CTX_set_client_hello_cb(context_.get(), note_offer, nullptr);
  acceptor_ = std::thread([this] { accept_loop(); });
}

Http2Server::~Http2Server() {
  stop_.open();
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

void Http2Server::accept_loop() {
  while (executus::testing::wait_readable_or_open(listener_, stop_)) {
    int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) continue;
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    threads_.emplace_back([this, fd] { Http2Connection(fd, context_.get(), *this).serve(); });
  }
}

std::string Http2Server::url(std::string_view path) const {
  return "https://localhost:" + std::to_string(port_) + std::string(path);
}

Http2Server::Reply Http2Server::answer(Request& request) {
  {
    std::lock_guard lock(mutex_);
    request.number = requests_.size() + 1;
    requests_.push_back(request);
  }
  changed_.notify_all();
  return handler_(request);
}

std::size_t Http2Server::connected(std::string offered) {
  std::lock_guard lock(mutex_);
  offers_.push_back(std::move(offered));
  return offers_.size();
}

void Http2Server::cancelled() {
  std::lock_guard lock(mutex_);
  ++cancelled_;
  changed_.notify_all();
}

std::vector<Http2Server::Request> Http2Server::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t Http2Server::request_count() const { return requests().size(); }

std::size_t Http2Server::connection_count() const { return offers().size(); }

std::vector<std::string> Http2Server::offers() const {
  std::lock_guard lock(mutex_);
  return offers_;
}

void Http2Server::wait_for_requests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return requests_.size() >= count; });
}

void Http2Server::wait_for_cancelled(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return cancelled_ >= count; });
}

}  // namespace executus::net
