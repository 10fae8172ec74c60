// What a TLS server of the tests shows: a certificate that it signed itself, for localhost, 127.0.0.1 and
// model.invalid.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

namespace executus::net {

using TlsContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using TlsConnection = std::unique_ptr<SSL, decltype(&SSL_free)>;

class TlsIdentity final {
 public:
  TlsIdentity();

  [[nodiscard]] TlsContext server_context() const;
  [[nodiscard]] std::string pem() const;  // of the certificate: trust this to trust the server

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

}  // namespace executus::net
