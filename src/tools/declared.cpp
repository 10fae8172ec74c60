#include "tools/declared.hpp"

#include <utility>

#include <boost/json.hpp>

#include "tools/command/command_tool.hpp"
#include "tools/http/http_tool.hpp"

namespace executus::tools {
namespace {

namespace json = boost::json;

std::string text_or(const json::object& object, std::string_view key, std::string otherwise) {
  const auto* value = object.if_contains(key);
  return value ? std::string(value->as_string()) : otherwise;
}

std::optional<Milliseconds> duration(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? std::optional(Milliseconds(value->as_int64())) : std::nullopt;
}

bool flag(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->as_bool();
}

std::map<std::string, std::string> text_map(const json::object& object, std::string_view key) {
  std::map<std::string, std::string> map;
  if (const auto* value = object.if_contains(key))
    for (const auto& [name, text] : value->as_object()) map[std::string(name)] = std::string(text.as_string());
  return map;
}

tool::ToolInfo info_from(const json::object& object) {
  tool::ToolInfo info;
  info.spec.name = text_or(object, "name", "");
  info.spec.description = text_or(object, "description", "");
  info.spec.parameters = object.at("parameters").as_object();
  info.effect = tool::parse_effect(text_or(object, "effect", "")).value_or(tool::Effect::irreversible);
  if (auto timeout = duration(object, "timeout_ms")) info.timeout = *timeout;
  info.settle = duration(object, "settle_ms");
  if (flag(object, "parallel")) info.order = tool::Order::parallel;
  info.begins = tool::Begins::in_turn;
  return info;
}

std::shared_ptr<tool::Tool> http_tool_from(const json::object& object, Services services) {
  HttpToolConfig config;
  config.info = info_from(object);
  config.info.kind = "http";
  config.method = text_or(object, "method", "POST");
  config.url = text_or(object, "url", "");
  config.headers = text_map(object, "headers");
  if (const auto* probe = object.if_contains("probe")) config.probe_url = text_or(probe->as_object(), "url", "");
  if (flag(object, "allow_private_network")) config.network = net::Network::any;
  return make_http_tool(std::move(config), services.http, services.environment);
}

std::shared_ptr<tool::Tool> command_tool_from(const json::object& object, Services services) {
  CommandToolConfig config;
  config.info = info_from(object);
  config.info.kind = "command";
  for (const auto& word : object.at("command").as_array()) config.command.emplace_back(word.as_string());
  config.cwd = text_or(object, "cwd", ".");
  config.env = text_map(object, "env");
  return make_command_tool(std::move(config), services.programs, services.environment);
}

}  // namespace

bool is_built_in(const json::object& declaration) {
  const auto* kind = declaration.if_contains("kind");
  return kind && (*kind == "http" || *kind == "command");
}

Result<std::shared_ptr<tool::Tool>> make_declared_tool(const json::object& declaration, Services services) {
  try {
    std::string kind = text_or(declaration, "kind", "");
    if (kind == "http") return http_tool_from(declaration, services);
    if (kind == "command") return command_tool_from(declaration, services);
    return failed("tool.declared", "a declared tool is of the unknown kind '" + kind + "'; use a newer executus");
  } catch (const std::exception& error) {
    return failed("tool.declared", std::string("the declaration of a tool is malformed: ") + error.what());
  }
}

}  // namespace executus::tools
