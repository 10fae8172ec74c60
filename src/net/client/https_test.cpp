// A TLS server with a certificate that no authority signed.
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

#include "net/client/harness_test.hpp"
#include "net/client/loopback_test.hpp"
#include "net/client/tls_identity_test.hpp"

namespace executus::net {
namespace {

// Takes one connection and reads what comes through TLS.
class SelfSignedServer {
 public:
  SelfSignedServer() : listener_(listen_on_loopback()), port_(port_of_listener(listener_)) {
    thread_ = std::thread([this] { serve_one(); });
  }
  ~SelfSignedServer() {
    join();
    ::close(listener_);
  }
  void join() {
    ::shutdown(listener_, SHUT_RDWR);  // in case no client came
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_) + "/"; }
  [[nodiscard]] int bytes_read() const { return bytes_read_; }  // after join()

 private:
  void serve_one() {
    TlsContext context = TlsIdentity().server_context();
    int fd = ::accept(listener_, nullptr, nullptr);
    TlsConnection tls(SSL_new(context.get()), SSL_free);
    SSL_set_fd(tls.get(), fd);
    char buffer[1024];
    if (SSL_accept(tls.get()) == 1) bytes_read_ = std::max(0, SSL_read(tls.get(), buffer, sizeof buffer));
    ::close(fd);
  }

  int listener_;
  std::uint16_t port_;
  int bytes_read_ = 0;
  std::thread thread_;
};

class HttpsTest : public HttpHarness {};

TEST_F(HttpsTest, RefusesACertificateNobodySigned) {
  SelfSignedServer server;
  HttpRequest request = post(server.url(), "secret");
  request.headers = {{"Authorization", "secret"}};

  HttpError error = failure_of(request);
  server.join();

  EXPECT_EQ(error.code(), "net.tls");
  EXPECT_THAT(error.message(), ::testing::HasSubstr("certificate"));
  EXPECT_EQ(error.sent(), Sent::no);
  EXPECT_EQ(server.bytes_read(), 0);
}

}  // namespace
}  // namespace executus::net
