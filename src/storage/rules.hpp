// What every store of values and files refuses, in the same words. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <executus/storage/file_store.hpp>
#include <executus/storage/kv_store.hpp>

namespace executus::storage {

// 1 to `longest` bytes of UTF-8 without control characters.
[[nodiscard]] bool is_plain_text(std::string_view text, std::size_t longest);

// Likewise, and without '/'.
[[nodiscard]] bool is_plain_name(std::string_view text, std::size_t longest);

void require_key(std::string_view key);  // throws Error storage.key
void require_file(const NewFile& file);  // throws Error storage.name

// Whether `added` in place of `replaced` (none: 0 items) fits into what is left. Throws Error storage.too_large or
// storage.quota.
void require_room(const Scope& scope, const Quota& quota, const Used& used, std::uint64_t added, const Used& replaced);

[[nodiscard]] Error erased_run(const Scope& scope);            // storage.erased
[[nodiscard]] Error other_scopes_file(const std::string& id);  // storage.exists

}  // namespace executus::storage
