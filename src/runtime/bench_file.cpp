#include "runtime/bench_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/base/json.hpp>

#include "runtime/text_file.hpp"

namespace executus {
namespace {

namespace json = boost::json;

Error unreadable(const std::string& path, const std::string& why) {
  return failed("models.benches", "the file of benched models '" + path + "' cannot be read: " + why +
                                      "; mend it, or remove it to have no model benched");
}

// Another one after every rename.
std::string version_of(const std::string& path) {
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0) return "none";
  return std::to_string(file.st_ino) + "." + std::to_string(file.st_mtim.tv_sec) + "." +
         std::to_string(file.st_mtim.tv_nsec) + "." + std::to_string(file.st_size);
}

json::value to_json(const llm::ManualBench& bench) {
  json::value until = nullptr;
  if (bench.until) until = bench.until->time_since_epoch().count();
  return json::object{{"target", bench.target}, {"until_ms", std::move(until)}, {"reason", bench.reason}};
}

llm::ManualBench bench_from(const json::value& value) {
  const auto& object = value.as_object();
  llm::ManualBench bench{
      std::string(object.at("target").as_string()), {}, std::string(object.at("reason").as_string())};
  if (const auto& until = object.at("until_ms"); !until.is_null())
    bench.until = WallTime(Milliseconds(until.to_number<std::int64_t>()));
  return bench;
}

}  // namespace

std::optional<std::vector<llm::ManualBench>> BenchFile::load() {
  std::lock_guard lock(mutex_);
  if (path_.empty()) return std::nullopt;
  auto version = version_of(path_);
  if (version == seen_) return std::nullopt;
  std::vector<llm::ManualBench> benches;
  if (version != "none") {
    try {
      auto text = read_text_file(path_).value();
      auto document = parse_json(text).value();
      for (const auto& bench : document.as_object().at("benched").as_array()) benches.push_back(bench_from(bench));
    } catch (const std::exception& error) {
      throw unreadable(path_, error.what());
    }
  }
  seen_ = version;
  return benches;
}

void BenchFile::save(const std::vector<llm::ManualBench>& benches) {
  std::lock_guard lock(mutex_);
  if (path_.empty()) return;
  json::array list;
  for (const auto& bench : benches) list.push_back(to_json(bench));
  std::filesystem::path path(path_), fresh(path_ + "." + std::to_string(::getpid()) + ".new");
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(fresh, std::ios::trunc);
  file << write_json(json::object{{"benched", std::move(list)}}) << "\n";
  file.close();
  if (file) std::filesystem::rename(fresh, path, error);
  if (!file || error)
    throw failed(
        "models.benches",
        "'" + path_ + "' cannot be written; fix the permissions of its directory, or choose another with --db");
  seen_ = version_of(path_);
}

}  // namespace executus
