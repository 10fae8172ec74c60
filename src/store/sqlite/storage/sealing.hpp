// Sealing what is stored of a scope, where keys were given.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/base/sealed.hpp>
#include <executus/storage/scope.hpp>
#include <executus/store/sqlite/storage.hpp>

namespace executus::sqlite {

class Sealing final {
 public:
  // `what`: "kv" or "files" (frozen).
  Sealing(std::vector<MasterKey> keys, std::string_view what, Unsealed unsealed)
      : keys_(std::move(keys)), what_(what), unsealed_(unsealed) {}

  [[nodiscard]] bool seals() const noexcept { return !keys_.empty(); }

  // `bytes` as they are stored at that place.
  [[nodiscard]] std::string sealed(const storage::Scope& scope, const std::string& place, std::string bytes) const {
    return seals() ? of(scope).seal(bytes, place) : std::move(bytes);
  }
  // Throws Error crypto.*.
  [[nodiscard]] std::string opened(const storage::Scope& scope, const std::string& place, std::string stored,
                                   bool is_sealed) const {
    if (is_sealed) return of(scope).open(stored, place);
    if (seals() && unsealed_ == Unsealed::refused)
      throw failed("crypto.malformed", place + " of " + scope.str() +
                                           " is stored without encryption, and keys are given: somebody put it there, "
                                           "or it is older than the keys; then open the store with Unsealed::read");
    return stored;
  }

 private:
  [[nodiscard]] Sealer of(const storage::Scope& scope) const { return {keys_, std::string(what_) + "/" + scope.str()}; }

  const std::vector<MasterKey> keys_;
  const std::string_view what_;
  const Unsealed unsealed_;
};

}  // namespace executus::sqlite
