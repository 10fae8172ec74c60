#include "storage/tools/file_reach.hpp"

#include <utility>

#include "base/text.hpp"

namespace executus::storage {

Error no_file(const std::string& id) {
  return failed("storage.no_file",
                "there is no file '" + std::string(clip(id, 80)) + "' that this run may read; file_list says which");
}

boost::json::object json_of(const FileInfo& info) {
  return {{"file_id", info.id},  {"name", info.name},     {"mime", info.mime},
          {"bytes", info.bytes}, {"sha256", info.sha256}, {"created", rfc3339(info.created)}};
}

Task<std::optional<FileInfo>> find_readable(FileToolParts parts, Asker asker, std::string id) {
  auto info = co_await parts.files().find(std::move(id));
  bool may = info && co_await may_read(parts.journal(), std::move(asker), info->scope);
  co_return may ? std::move(info) : std::nullopt;
}

Task<FileInfo> readable(FileToolParts parts, Asker asker, std::string id) {
  auto info = co_await find_readable(std::move(parts), std::move(asker), id);
  if (!info) throw no_file(id);
  co_return std::move(*info);
}

Task<void> require_readable(FileToolParts parts, Asker asker, Scope scope) {
  if (co_await may_read(parts.journal(), std::move(asker), std::move(scope))) co_return;
  throw failed("storage.scope", "this run may read its own files and those of the runs below it");
}

}  // namespace executus::storage
