// What tools of files have in common: which files a run may read.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include <executus/storage/reach.hpp>
#include <executus/storage/tools.hpp>

namespace executus::storage {

// What may not be seen is told as what is not there.
[[nodiscard]] Error no_file(const std::string& id);
[[nodiscard]] boost::json::object json_of(const FileInfo& info);

// Nothing: there is no such file that it may read.
[[nodiscard]] Task<std::optional<FileInfo>> find_readable(FileToolParts parts, Asker asker, std::string id);
// Throws no_file().
[[nodiscard]] Task<FileInfo> readable(FileToolParts parts, Asker asker, std::string id);
// Throws Error storage.scope where it may not read those of the scope.
[[nodiscard]] Task<void> require_readable(FileToolParts parts, Asker asker, Scope scope);

}  // namespace executus::storage
