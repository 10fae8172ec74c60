#include <array>
#include <utility>

#include <openssl/evp.h>

#include <executus/base/digest.hpp>
#include <executus/base/error.hpp>

namespace executus {
namespace {

void check_digest(int result) {
  if (result != 1)
    throw failed("base.digest", "computing a SHA-256 digest failed in OpenSSL: no memory, or no provider");
}

std::string hex_text(const unsigned char* bytes, std::size_t count) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(count * 2);
  for (std::size_t i = 0; i < count; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

// Looked up once: what EVP_sha256() gives would be looked up for each digest.
const EVP_MD* algorithm() {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return sha256;
}

}  // namespace

struct Sha256::State {
  struct Free {
    void operator()(EVP_MD_CTX* owned) const { EVP_MD_CTX_free(owned); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};

  void start() { check_digest(context && algorithm() ? EVP_DigestInit_ex(context.get(), algorithm(), nullptr) : 0); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) { state_->start(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  check_digest(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

std::string Sha256::finish_hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  check_digest(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size));
  state_->start();
  return hex_text(digest.data(), size);
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sha;
  sha.update(bytes);
  return sha.finish_hex();
}

}  // namespace executus
