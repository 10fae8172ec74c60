#include <cstdlib>
#include <filesystem>

#include <executus/base/environment.hpp>

#include "base/fields.hpp"
#include "runtime/agent_file.hpp"
#include "runtime/text_file.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kConfigName = "executus.yaml";

// The first executus.yaml from the working directory upwards, else the user's; "" when there is none.
std::string find_config() {
  std::error_code error;
  fs::path folder = fs::current_path(error);
  if (!error) {
    for (;; folder = folder.parent_path()) {
      if (fs::exists(folder / kConfigName, error)) return (folder / kConfigName).string();
      if (folder == folder.root_path() || folder.empty()) break;
    }
  }
  const auto& environment = process_environment();
  fs::path home = environment.get("XDG_CONFIG_HOME").value_or("");
  if (home.empty()) {
    auto user = environment.get("HOME").value_or("");
    if (user.empty()) return "";
    home = fs::path(user) / ".config";
  }
  fs::path candidate = home / "executus" / kConfigName;
  return fs::exists(candidate, error) ? candidate.string() : "";
}

std::map<std::string, int> read_sizes(Fields& fields, const boost::json::object& sizes) {
  std::map<std::string, int> read;
  for (const auto& size : sizes) {
    bool fits = size.value().is_int64() && size.value().get_int64() > 0 && size.value().get_int64() <= 100'000'000;
    if (fits)
      read[size.key()] = static_cast<int>(size.value().get_int64());
    else
      fields.error("context_tokens",
                   "the context size of '" + std::string(size.key()) + "' has to be a number of tokens");
  }
  return read;
}

void read_project(Fields& fields, const fs::path& folder, ProjectConfig& config) {
  if (auto db = fields.string("db")) {
    if (db->empty()) fields.error("db", "'db' must not be empty");
    config.database = (folder / *db).lexically_normal().string();
  }
  fields.object("models", [&](Fields& models) {
    config.tiers = models.string_map("tiers").value_or(std::map<std::string, std::string>{});
    config.aliases = models.string_map("aliases").value_or(std::map<std::string, std::string>{});
    if (auto sizes = models.json_object("context_tokens")) config.context_tokens = read_sizes(models, *sizes);
  });
}

}  // namespace

Result<ProjectConfig> load_project_config(const std::string& explicit_path) {
  ProjectConfig config;
  config.path = explicit_path.empty() ? find_config() : explicit_path;
  if (config.path.empty()) return config;
  auto text = read_text_file(config.path);
  if (!text.ok()) return text.error();
  auto document = parse_yaml(*text, config.path);
  if (!document.ok()) return document.error();
  if (document->root().is_null()) return config;  // all commented out
  Problems problems;
  fs::path folder = fs::absolute(config.path).parent_path();
  read_fields(*document, problems, [&](Fields& fields) { read_project(fields, folder, config); });
  if (problems.has_errors()) return problems.to_error();
  return config;
}

}  // namespace executus
