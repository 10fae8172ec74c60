#include "runtime/suspension_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/base/json.hpp>

#include "base/text_file.hpp"

namespace executus {
namespace {

namespace json = boost::json;

Error unreadable(const std::string& path, const std::string& why) {
  return failed("models.suspensions", "the file of suspended models '" + path + "' cannot be read: " + why +
                                          "; mend it, or remove it to have no model suspended");
}

// Another one after every rename.
std::string version_of(const std::string& path) {
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0) return "none";
  return std::to_string(file.st_ino) + "." + std::to_string(file.st_mtim.tv_sec) + "." +
         std::to_string(file.st_mtim.tv_nsec) + "." + std::to_string(file.st_size);
}

json::value to_json(const llm::ManualSuspension& suspension) {
  json::value until = nullptr;
  if (suspension.until) until = suspension.until->time_since_epoch().count();
  return json::object{{"target", suspension.target}, {"until_ms", std::move(until)}, {"reason", suspension.reason}};
}

llm::ManualSuspension suspension_from(const json::value& value) {
  const auto& object = value.as_object();
  llm::ManualSuspension suspension{
      std::string(object.at("target").as_string()), {}, std::string(object.at("reason").as_string())};
  if (const auto& until = object.at("until_ms"); !until.is_null())
    suspension.until = WallTime(Milliseconds(until.to_number<std::int64_t>()));
  return suspension;
}

}  // namespace

std::optional<std::vector<llm::ManualSuspension>> SuspensionFile::load() {
  std::lock_guard lock(mutex_);
  if (path_.empty()) return std::nullopt;
  auto version = version_of(path_);
  if (version == seen_) return std::nullopt;
  std::vector<llm::ManualSuspension> suspensions;
  if (version != "none") {
    try {
      auto text = read_text_file(path_).value();
      auto document = parse_json(text).value();
      for (const auto& suspension : document.as_object().at("suspended").as_array())
        suspensions.push_back(suspension_from(suspension));
    } catch (const std::exception& error) {
      throw unreadable(path_, error.what());
    }
  }
  seen_ = version;
  return suspensions;
}

void SuspensionFile::save(const std::vector<llm::ManualSuspension>& suspensions) {
  std::lock_guard lock(mutex_);
  if (path_.empty()) return;
  json::array list;
  for (const auto& suspension : suspensions) list.push_back(to_json(suspension));
  std::filesystem::path path(path_), fresh(path_ + "." + std::to_string(::getpid()) + ".new");
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(fresh, std::ios::trunc);
  file << write_json(json::object{{"suspended", std::move(list)}}) << "\n";
  file.close();
  if (file) std::filesystem::rename(fresh, path, error);
  if (!file || error)
    throw failed(
        "models.suspensions",
        "'" + path_ + "' cannot be written; fix the permissions of its directory, or choose another with --db");
  seen_ = version_of(path_);
}

}  // namespace executus
