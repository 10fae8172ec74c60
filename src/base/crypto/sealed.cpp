#include <algorithm>
#include <memory>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <executus/base/hmac.hpp>
#include <executus/base/sealed.hpp>

#include "base/base64.hpp"
#include "base/crypto/bytes.hpp"

namespace executus {
namespace {

using crypto::bytes;
using crypto::check;

constexpr std::string_view kMagic = "EXS";
constexpr char kFormat = 1;
constexpr std::size_t kKey = 32, kId = 8, kNonce = 12, kTag = 16;
constexpr std::size_t kHead = kMagic.size() + 1 + kId + kNonce;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* owned) const { EVP_CIPHER_CTX_free(owned); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

Cipher new_cipher() {
  Cipher cipher(EVP_CIPHER_CTX_new());
  check(cipher != nullptr);
  return cipher;
}

int length(std::string_view text) {
  if (text.size() > (std::size_t{1} << 30))
    throw failed("crypto.too_large", "a text of more than 1 GiB cannot be sealed; store it in parts");
  return static_cast<int>(text.size());
}

// What is not secret but may not be changed: the head, and where the text belongs. The head has a fixed length.
std::string bound(std::string_view head, std::string_view place) { return std::string(head).append(place); }

std::string random_bytes(std::size_t count) {
  std::string made(count, '\0');
  check(RAND_bytes(bytes(made), static_cast<int>(count)) == 1);
  return made;
}

Error malformed() {
  return failed("crypto.malformed", "this is no sealed text, or a part of one only; restore it from a backup");
}

void require_format(std::string_view sealed) {
  if (sealed.size() < kHead + kTag || !sealed.starts_with(kMagic)) throw malformed();
  if (sealed[kMagic.size()] != kFormat)
    throw failed("crypto.newer", "the text was sealed by a newer version; read it with that one");
}

}  // namespace

MasterKey::MasterKey(std::string bytes)
    : bytes_(std::move(bytes)), id_(hkdf_sha256(bytes_, "", "executus key id", kId)) {}

Result<MasterKey> MasterKey::parse(std::string_view base64) {
  auto decoded = base64_decode(base64);
  if (decoded && decoded->size() == kKey) return MasterKey(std::move(*decoded));
  return failed("crypto.key",
                "the key is not 32 bytes in base64; make one with `openssl rand -base64 32` and keep it safe");
}

Sealer::Sealer(std::vector<MasterKey> keys, std::string purpose) {
  if (keys.empty())
    throw failed("crypto.key", "no key is given for " + purpose + "; give the one that it is, or was, encrypted with");
  for (const auto& key : keys)
    keys_.push_back({key.id(), hkdf_sha256(key.bytes_, "", "executus sealed 1/" + purpose, kKey)});
}

std::string Sealer::seal(std::string_view text, std::string_view place) const {
  const auto& key = keys_.front();
  std::string head = std::string(kMagic) + kFormat + key.id + random_bytes(kNonce);
  std::string sealed(text.size(), '\0'), tag(kTag, '\0');
  auto aad = bound(head, place);
  auto cipher = new_cipher();
  int count = 0;
  auto* nonce = bytes(std::string_view(head)) + kHead - kNonce;
  check(EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), bytes(std::string_view(key.bytes)), nonce, nullptr) == 1);
  check(EVP_EncryptUpdate(cipher.get(), nullptr, &count, bytes(std::string_view(aad)), length(aad)) == 1);
  check(EVP_EncryptUpdate(cipher.get(), bytes(sealed), &count, bytes(text), length(text)) == 1);
  check(EVP_EncryptFinal_ex(cipher.get(), bytes(tag), &count) == 1);
  check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTag, tag.data()) == 1);
  return head + sealed + tag;
}

std::string Sealer::open(std::string_view sealed, std::string_view place) const {
  require_format(sealed);
  auto head = sealed.substr(0, kHead);
  auto id = head.substr(kMagic.size() + 1, kId);
  auto key = std::ranges::find(keys_, id, &Key::id);
  if (key == keys_.end())
    throw failed("crypto.unknown_key", "the text was sealed with another key; give that one too, after the new one");
  auto body = sealed.substr(kHead, sealed.size() - kHead - kTag);
  std::string text(body.size(), '\0'), tag(sealed.substr(sealed.size() - kTag));
  auto aad = bound(head, place);
  auto cipher = new_cipher();
  int count = 0;
  auto* nonce = bytes(head) + kHead - kNonce;
  check(EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), bytes(std::string_view(key->bytes)), nonce, nullptr) == 1);
  check(EVP_DecryptUpdate(cipher.get(), nullptr, &count, bytes(std::string_view(aad)), length(aad)) == 1);
  check(EVP_DecryptUpdate(cipher.get(), bytes(text), &count, bytes(body), length(body)) == 1);
  check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) == 1);
  unsigned char rest[16];
  if (EVP_DecryptFinal_ex(cipher.get(), rest, &count) != 1)
    throw failed("crypto.changed",
                 "the sealed text was changed, or belongs to another place; restore it from a backup");
  return text;
}

}  // namespace executus
