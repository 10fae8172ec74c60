#include "net/client/tls_identity_test.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace executus::net {
namespace {

void name_hosts(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> hosts(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,DNS:model.invalid,IP:127.0.0.1"),
      X509_EXTENSION_free);
  X509_add_ext(certificate, hosts.get(), -1);
}

}  // namespace

TlsIdentity::TlsIdentity() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
  X509_set_version(certificate_.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
  X509_set_pubkey(certificate_.get(), key_.get());
  name_hosts(certificate_.get());
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
}

TlsContext TlsIdentity::server_context() const {
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), certificate_.get());
  SSL_CTX_use_PrivateKey(context.get(), key_.get());
  return context;
}

std::string TlsIdentity::pem() const {
  std::unique_ptr<BIO, decltype(&BIO_free_all)> memory(BIO_new(BIO_s_mem()), BIO_free_all);
  PEM_write_bio_X509(memory.get(), certificate_.get());
  char* text = nullptr;
  long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace executus::net
