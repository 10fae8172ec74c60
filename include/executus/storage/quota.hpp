// How much a scope may keep. Stores hold to it within the change that would pass it, however many change at once.
//
// Port QuotaProvider: absent, every scope has the static default, which is generous. Threads: any. What it throws is
// what the call throws.
#pragma once

#include <cstdint>

#include <executus/async/task.hpp>
#include <executus/storage/scope.hpp>

namespace executus::storage {

struct Quota {
  std::uint64_t item_bytes = 0;  // of one value, or one file
  std::uint64_t bytes = 0;       // of all of a scope
  std::uint64_t items = 0;
  bool operator==(const Quota&) const = default;
};

inline constexpr Quota kValueQuota{std::uint64_t{1} << 20, std::uint64_t{64} << 20, 10'000};
inline constexpr Quota kFileQuota{std::uint64_t{16} << 20, std::uint64_t{256} << 20, 1'000};

class QuotaProvider {
 public:
  virtual ~QuotaProvider() = default;
  [[nodiscard]] virtual Task<Quota> for_values(Scope scope) = 0;
  [[nodiscard]] virtual Task<Quota> for_files(Scope scope) = 0;
};

// What a scope keeps.
struct Used {
  std::uint64_t bytes = 0;
  std::uint64_t items = 0;
  bool operator==(const Used&) const = default;
};

}  // namespace executus::storage
