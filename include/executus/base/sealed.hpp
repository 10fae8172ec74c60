// Texts that are stored so that only who has the key reads them, and nothing can be changed or moved unseen:
// AES-256-GCM, with a key that HKDF makes from a master key for one purpose.
//
// A sealed text is bytes: "EXS" and the format's number, the id of the master key (8), a nonce (12), the ciphertext, a
// tag (16); 40 bytes more than the text. It is bound to the place it was sealed for (table, row, column), so that one
// cannot be put in another's place. Frozen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

namespace executus {

// 32 bytes of chance that an operator keeps. Prints and compares nothing of them.
class MasterKey final {
 public:
  // 32 bytes in base64, as `openssl rand -base64 32` prints them. Error crypto.key, which does not show the text.
  [[nodiscard]] static Result<MasterKey> parse(std::string_view base64);

  // Names the key in what it sealed, and says nothing about it. 8 bytes.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

 private:
  friend class Sealer;
  explicit MasterKey(std::string bytes);
  std::string bytes_;
  std::string id_;
};

// Seals with the first key and opens with any, so that keys are changed by putting a new one in front. A purpose has
// keys of its own ("kv/agent/triage"); of one purpose and master key at most 2^32 texts are sealed. Any thread.
class Sealer final {
 public:
  Sealer(std::vector<MasterKey> keys, std::string purpose);  // Error crypto.key: no key is given

  // Other bytes each time, for the same text too. Error base.crypto.
  [[nodiscard]] std::string seal(std::string_view text, std::string_view place) const;

  // Throws Error crypto.malformed: this is nothing sealed, or it was cut; crypto.newer: of a format that this version
  // does not know; crypto.unknown_key: sealed with a key that is not among these; crypto.changed: changed, moved from
  // another place, or sealed for another purpose.
  [[nodiscard]] std::string open(std::string_view sealed, std::string_view place) const;

 private:
  struct Key {
    std::string id;
    std::string bytes;
  };
  std::vector<Key> keys_;
};

}  // namespace executus
