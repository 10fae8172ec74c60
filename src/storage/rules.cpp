#include "storage/rules.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::storage {
namespace {

constexpr std::size_t kLongestKey = 500, kLongestFileName = 255, kLongestId = 100, kLongestMime = 200;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_id(std::string_view id) {
  auto fits = [](char c) { return is_ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-'; };
  return !id.empty() && id.size() <= kLongestId && std::ranges::all_of(id, fits);
}

std::string bytes_text(std::uint64_t bytes) { return std::to_string(bytes) + " bytes"; }

}  // namespace

bool is_plain_text(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && is_valid_utf8(text) && std::ranges::none_of(text, is_control);
}

bool is_plain_name(std::string_view text, std::size_t longest) {
  return is_plain_text(text, longest) && text.find('/') == text.npos;
}

void require_key(std::string_view key) {
  if (!is_plain_text(key, kLongestKey))
    throw failed("storage.key", "'" + std::string(clip(repair_utf8(key), 80)) +
                                    "' is no key; it has to be 1 to 500 bytes of text without control characters");
}

void require_file(const NewFile& file) {
  auto refuse = [](const std::string& what) { throw failed("storage.name", "the file cannot be kept: " + what); };
  if (!is_id(file.id)) refuse("its id has to be 1 to 100 letters, digits, '.', '_' and '-'");
  if (!is_plain_name(file.name, kLongestFileName))
    refuse("its name has to be 1 to 255 bytes of text without '/' and control characters");
  if (!is_plain_text(file.mime, kLongestMime)) refuse("its type has to be such as text/plain");
}

void require_room(const Scope& scope, const Quota& quota, const Used& used, std::uint64_t added, const Used& replaced) {
  if (added > quota.item_bytes)
    throw failed("storage.too_large", "it has " + bytes_text(added) + ", and " + scope.str() + " keeps at most " +
                                          bytes_text(quota.item_bytes) + " in one; store less, or in parts");
  auto bytes = used.bytes - replaced.bytes + added, items = used.items - replaced.items + 1;
  if (bytes > quota.bytes)
    throw failed("storage.quota", scope.str() + " keeps " + bytes_text(used.bytes) + " of the " +
                                      bytes_text(quota.bytes) + " it may; delete something first");
  if (items > quota.items)
    throw failed("storage.quota",
                 scope.str() + " keeps as many as it may, " + std::to_string(quota.items) + "; delete something first");
}

Error erased_run(const Scope& scope) {
  return failed("storage.erased", scope.str() + " was erased, so nothing can be kept for it any more");
}

Error other_scopes_file(const std::string& id) {
  return failed("storage.exists", "the file id '" + id + "' is taken by a file of another scope; choose another id");
}

}  // namespace executus::storage
