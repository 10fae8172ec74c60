#include "runtime/project_config.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <ranges>
#include <vector>

#include <executus/base/environment.hpp>

#include "base/text.hpp"
#include "base/text_file.hpp"
#include "base/variable_references.hpp"
#include "base/yaml/fields.hpp"
#include "runtime/agent_file/mcp_server_yaml.hpp"
#include "runtime/project_targets.hpp"
#include "runtime/project_web.hpp"

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

// {openai: {requests_per_minute: 60, tokens_per_minute: 90000, concurrent: 4}}. False: no limit of that name, or no
// number it can be.
bool set_limit(llm::ModelLimits& limits, std::string_view name, const boost::json::value& value) {
  bool fits = value.is_int64() && value.get_int64() > 0 && value.get_int64() <= 2'000'000'000;
  if (!fits) return false;
  if (name == "requests_per_minute") return limits.requests_per_minute = static_cast<int>(value.get_int64()), true;
  if (name == "tokens_per_minute") return limits.tokens_per_minute = value.get_int64(), true;
  if (name == "concurrent") return limits.concurrent = static_cast<std::size_t>(value.get_int64()), true;
  return false;
}

llm::LimitTable read_limits(Fields& fields, const boost::json::object& table) {
  llm::LimitTable limits;
  for (const auto& row : table) {
    const auto* values = row.value().if_object();
    bool fits = values != nullptr;
    for (const auto& value : values ? *values : boost::json::object{})
      fits = set_limit(limits[row.key()], value.key(), value.value()) && fits;
    if (!fits)
      fields.error("limits", "the limits of '" + std::string(row.key()) +
                                 "' have to be requests_per_minute, tokens_per_minute and concurrent, each above 0");
  }
  return limits;
}

// The text of the file that `key` names. What is wrong inside it is reported where it is read.
llm::ResolverOptions::Table read_table(Fields& fields, std::string_view key, const fs::path& folder) {
  auto name = fields.string(key);
  if (!name) return {};
  auto path = (folder / *name).lexically_normal().string();
  auto text = read_text_file(path);
  if (text.ok()) return {std::move(*text), path};
  fields.error(key, text.error().message());
  return {};
}

// Keys stand in the environment: one that stands in the file is read by whoever has the file.
std::vector<std::string> read_keys(Fields& fields) {
  auto keys = fields.strings("keys").value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (variable_references(keys[i]).size() != 1 || malformed_reference(keys[i]))
      fields.error("keys", i, "a key has to be a variable, such as ${EXECUTUS_STORAGE_KEY}");
  return keys;
}

identity::Roster read_people(Fields& fields) {
  std::vector<identity::Member> members;
  fields.each_named("members", [&](const std::string& id, Fields& member) {
    members.push_back({id, member.string("name").value_or(""),
                       member.strings("also").value_or(std::vector<std::string>{}),
                       member.strings("groups").value_or(std::vector<std::string>{})});
  });
  auto admins = fields.strings("admins").value_or(std::vector<std::string>{});
  auto people = identity::Roster::make(std::move(members), std::move(admins));
  if (people.ok()) return std::move(*people);
  fields.error(fields.has("admins") ? "admins" : "members", people.error().message());
  return {};
}

void read_server(Fields& fields, std::vector<boost::json::object>& servers) {
  auto server = read_mcp_server(fields, nullptr);
  auto name = run::source_name(server);
  if (std::ranges::find(servers, name, run::source_name) != servers.end())
    fields.error("name", "MCP server '" + name + "' is declared twice");
  servers.push_back(std::move(server));
}

void read_project(Fields& fields, const fs::path& folder, ProjectConfig& config) {
  if (auto db = fields.string("db")) {
    if (db->empty()) fields.error("db", "'db' must not be empty");
    config.database = (folder / *db).lexically_normal().string();
  }
  fields.object("models", [&](Fields& models) {
    config.tiers = models.string_map("tiers").value_or(std::map<std::string, std::string>{});
    config.aliases = models.string_map("aliases").value_or(std::map<std::string, std::string>{});
    if (auto limits = models.json_object("limits")) config.limits = read_limits(models, *limits);
    if (auto sizes = models.json_object("context_tokens")) config.context_tokens = read_sizes(models, *sizes);
    config.prices = read_table(models, "prices", folder);
    config.context_windows = read_table(models, "context_windows", folder);
  });
  config.targets = read_targets(fields, folder);
  fields.each_object("mcp_servers", [&](Fields& server) { read_server(server, config.mcp_servers); });
  config.people = read_people(fields);
  fields.object("storage", [&](Fields& storage) {
    config.storage_keys = read_keys(storage);
    config.reads_unencrypted = storage.boolean("read_unencrypted").value_or(false);
  });
  fields.object("web", [&](Fields& web) { config.web = read_web(web, folder); });
}

}  // namespace

Result<ProjectConfig> load_project_config(const std::string& explicit_path) {
  ProjectConfig config;
  config.path = explicit_path.empty() ? find_config() : explicit_path;
  if (config.path.empty()) return config;
  auto text = read_text_file(config.path, kMostText, explicit_path.empty() ? TextSource::file : TextSource::anything);
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

std::optional<deliver::TargetConfig> find_target(const deliver::NamedTarget& target) {
  auto document = parse_yaml(read_text_file(target.config).value(), target.config).value();
  if (document.root().is_null()) throw failed("config.invalid", target.config + " is empty: it may be being written");
  Problems problems;
  std::optional<deliver::TargetConfig> found;
  read_fields(document, problems,
              [&](Fields& fields) { found = read_target(fields, fs::path(target.config).parent_path(), target.name); });
  if (problems.has_errors()) throw problems.to_error();
  return found;
}

std::vector<MasterKey> storage_keys_of(const ProjectConfig& project, const Environment& environment) {
  std::vector<MasterKey> keys;
  for (const auto& text : project.storage_keys)
    keys.push_back(MasterKey::parse(expand_variables(text, environment).value()).value());
  return keys;
}

KnownTargets targets_of(const ProjectConfig& project) {
  if (project.path.empty()) return {};
  auto names = project.targets | std::views::keys;
  return {fs::absolute(project.path).lexically_normal().string(), {names.begin(), names.end()}};
}

deliver::NamedTarget project_target(const ProjectConfig& project, const std::string& name) {
  auto shown = "'" + std::string(clip(name, 80)) + "'";
  auto known = targets_of(project);
  if (project.path.empty())
    throw failed("config.deliver",
                 "there is no executus.yaml that names the target " + shown + "; write one with it below 'deliver:'");
  if (!project.targets.contains(name))
    throw failed("config.deliver",
                 project.path + " names no target " + shown + " below 'deliver:'" + did_you_mean(name, known.names));
  return {name, known.config};
}

}  // namespace executus
