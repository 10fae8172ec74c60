// What the database file tells without being opened as a database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include <boost/json/value.hpp>

namespace executus::cli {

// Of the file and its write-ahead log.
[[nodiscard]] std::int64_t store_size(const std::filesystem::path& path);

// The schema version in its header (SQLite's user_version, bytes 60 to 63); null when it has none.
[[nodiscard]] boost::json::value store_format(const std::filesystem::path& path);

}  // namespace executus::cli
