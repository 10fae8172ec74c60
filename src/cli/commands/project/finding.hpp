// What `executus doctor` found of one thing that it looked at.
#pragma once

#include <filesystem>
#include <string>

#include <boost/json.hpp>

#include <executus/store/sqlite.hpp>

namespace executus::cli {

struct Finding {
  std::string problem;  // empty: all is well
  boost::json::object facts;
};

// Of a database that is not there yet: well when it can be made. `probe` is empty but in tests.
[[nodiscard]] Finding absent_store(const std::filesystem::path& path, const sqlite::FileSystemProbe& probe = {});

// As doctor shows it; null: the kernel does not say.
[[nodiscard]] boost::json::value file_system_fact(const std::filesystem::path& path);

}  // namespace executus::cli
