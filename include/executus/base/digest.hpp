// SHA-256 (FIPS 180-4), in lower-case hexadecimal.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace executus {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// For input that comes in pieces. One thread at a time.
class Sha256 final {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  // Adds `bytes` to what is hashed.
  void update(std::string_view bytes);

  // The digest of everything added since construction or the last call; then starts over with nothing.
  [[nodiscard]] std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace executus
