// A TLS server whose certificate nobody signed.
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/client/harness_test.hpp"

namespace executus::net {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

Certificate self_signed(EVP_PKEY* key) {
  Certificate certificate(X509_new(), X509_free);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

Context context_with_self_signed_certificate() {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  SSL_CTX_use_certificate(context.get(), self_signed(key.get()).get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  return context;
}

// Takes one connection and reads what comes through TLS.
class SelfSignedServer {
 public:
  SelfSignedServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve_one(); });
  }
  ~SelfSignedServer() {
    join();
    ::close(listener_);
  }
  void join() {
    ::shutdown(listener_, SHUT_RDWR);  // in case nobody came
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_) + "/"; }
  [[nodiscard]] int bytes_read() const { return bytes_read_; }  // after join()

 private:
  void serve_one() {
    Context context = context_with_self_signed_certificate();
    int fd = ::accept(listener_, nullptr, nullptr);
    std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), SSL_free);
    SSL_set_fd(tls.get(), fd);
    char buffer[1024];
    if (SSL_accept(tls.get()) == 1) bytes_read_ = std::max(0, SSL_read(tls.get(), buffer, sizeof buffer));
    ::close(fd);
  }

  int listener_;
  std::uint16_t port_ = 0;
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
