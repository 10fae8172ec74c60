#include "mcp/servers/server_config.hpp"

#include <utility>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>

#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;
using Texts = std::map<std::string, std::string>;

std::vector<std::string> texts_in(const json::object& object, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto* array = array_in(object, key))
    for (const auto& one : *array)
      if (const auto* text = one.if_string()) texts.emplace_back(*text);
  return texts;
}

Texts map_in(const json::object& object, std::string_view key) {
  Texts texts;
  if (const auto* members = object_in(object, key))
    for (const auto& member : *members)
      if (const auto* text = member.value().if_string()) texts[std::string(member.key())] = std::string(*text);
  return texts;
}

Milliseconds time_in(const json::object& object, std::string_view key, Milliseconds otherwise) {
  auto given = integer_in(object, key);
  return given && *given > 0 ? Milliseconds(*given) : otherwise;
}

bool is_off(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_bool() && !value->get_bool();
}

OfferRules rules_in(const json::object& declaration) {
  OfferRules rules{text_or(declaration, "name")};
  if (array_in(declaration, "tools")) rules.wanted = texts_in(declaration, "tools");
  if (auto effect = tool::parse_effect(text_or(declaration, "effect"))) rules.effect = *effect;
  if (const auto* effects = object_in(declaration, "effects"))
    for (const auto& member : *effects)
      if (const auto* name = member.value().if_string())
        if (auto effect = tool::parse_effect(*name)) rules.effects.emplace_back(member.key(), *effect);
  rules.parallel = texts_in(declaration, "parallel");
  rules.trusts_annotations = is_true(declaration, "trust_annotations");
  rules.over_http = text_in(declaration, "url") != nullptr;
  return rules;
}

// The values that `texts` have now, as one digest each: a key is seen in logs and in memory dumps.
json::object digests(const Texts& texts, const Environment& environment) {
  json::object values;
  for (const auto& [name, text] : texts) {
    auto value = expand_variables(text, environment);
    values[name] = sha256_hex(value ? *value : text);
  }
  return values;
}

json::array as_array(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

void add_missing(const Texts& texts, const Environment& environment, std::vector<std::string>& missing) {
  for (const auto& [name, text] : texts)
    if (auto value = expand_variables(text, environment); !value) missing.push_back(value.error().message());
}

}  // namespace

Result<ServerConfig> server_config(const json::object& declaration) {
  ServerConfig config;
  config.name = text_or(declaration, "name");
  config.command = texts_in(declaration, "command");
  config.url = text_or(declaration, "url");
  if (config.name.empty() || config.command.empty() == config.url.empty())
    return failed("mcp.declaration",
                  "the declaration of MCP server '" + config.name + "' needs a name, and either a command or a url");
  config.cwd = text_or(declaration, "cwd", ".");
  config.environment = map_in(declaration, "env");
  config.headers = map_in(declaration, "headers");
  config.rules = rules_in(declaration);
  config.limits.idle = time_in(declaration, "timeout_ms", config.limits.idle);
  config.limits.total = time_in(declaration, "total_timeout_ms", config.limits.total);
  config.startup_time = time_in(declaration, "startup_timeout_ms", config.startup_time);
  config.shared = !is_off(declaration, "shared");
  config.roots = !is_off(declaration, "roots");
  config.log_level = text_or(declaration, "log_level", config.log_level);
  return config;
}

std::vector<std::string> missing_for(const ServerConfig& config, const Environment& environment) {
  std::vector<std::string> missing;
  add_missing(config.environment, environment, missing);
  add_missing(config.headers, environment, missing);
  if (auto url = expand_variables(config.url, environment); !url) missing.push_back(url.error().message());
  for (auto& one : missing) one = "MCP server '" + config.name + "': " + one;
  return missing;
}

std::string server_key(const ServerConfig& config, const Environment& environment, const std::string& root,
                       const std::string& owner) {
  const bool of_root = config.roots || !config.command.empty();
  json::object parts{{"name", config.name},
                     {"command", as_array(config.command)},
                     {"cwd", config.cwd},
                     {"env", digests(config.environment, environment)},
                     {"url", digests({{"url", config.url}}, environment)},
                     {"headers", digests(config.headers, environment)},
                     {"roots", config.roots},
                     {"root", of_root ? root : std::string()},
                     {"owner", config.shared ? std::string() : owner}};
  return sha256_hex(canonical_json(parts));
}

}  // namespace executus::mcp
