#include <array>
#include <memory>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <executus/base/error.hpp>
#include <executus/base/hmac.hpp>

#include "base/crypto/bytes.hpp"

namespace executus {
namespace {

constexpr std::size_t kMostBytes = std::size_t{255} * 32;  // RFC 5869, 2.3

struct FreeKdf {
  void operator()(EVP_KDF* owned) const { EVP_KDF_free(owned); }
  void operator()(EVP_KDF_CTX* owned) const { EVP_KDF_CTX_free(owned); }
};

OSSL_PARAM octets(const char* name, std::string_view bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  auto length = static_cast<int>(key.size());
  crypto::check(HMAC(EVP_sha256(), key.data(), length, crypto::bytes(message), message.size(), digest.data(), &size) !=
                nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t bytes) {
  crypto::check(bytes > 0 && bytes <= kMostBytes);
  std::unique_ptr<EVP_KDF, FreeKdf> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  std::unique_ptr<EVP_KDF_CTX, FreeKdf> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  std::string digest("SHA256");
  std::array params{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                    octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, salt),
                    octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  std::string made(bytes, '\0');
  crypto::check(context && EVP_KDF_derive(context.get(), crypto::bytes(made), made.size(), params.data()) == 1);
  return made;
}

bool same_secret(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace executus
