#include "tools/declared.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/json.hpp>

#include "tools/command/command_tool.hpp"
#include "tools/command/shell_tools.hpp"
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

enum class Otherwise { sandboxed, bare };

// {"sandbox": {...}}: in one; "off": in none.
ProgramPlace place_from(const json::object& object, Services services, Otherwise otherwise) {
  static const json::value defaults = json::object{};
  const auto* stored = object.if_contains("sandbox");
  if (!stored && otherwise == Otherwise::sandboxed) stored = &defaults;
  if (!stored || *stored == json::value("off")) return {services.programs};
  if (!stored->is_object()) throw failed("tool.declared", "the sandbox of a declared tool is malformed");
  if (!services.sandbox) throw failed("tool.declared", "this program makes no sandboxes");
  return {services.programs, services.sandbox, sandbox_policy_from(stored->get_object())};
}

// `off` holds for run_command alone: git runs what a repository says.
ProgramPlace shell_place_from(std::string_view kind, const json::object& object, Services services) {
  const auto* stored = object.if_contains("sandbox");
  bool is_off = stored && *stored == json::value("off");
  return place_from(is_off && kind != "run_command" ? json::object() : object, services, Otherwise::sandboxed);
}

std::shared_ptr<tool::Tool> command_tool_from(const json::object& object, Services services) {
  CommandToolConfig config{info_from(object), {}, ".", {}, place_from(object, services, Otherwise::bare)};
  config.info.kind = "command";
  for (const auto& word : object.at("command").as_array()) config.command.emplace_back(word.as_string());
  config.cwd = text_or(object, "cwd", ".");
  config.env = text_map(object, "env");
  return make_command_tool(std::move(config), services.environment);
}

}  // namespace

bool is_built_in(const json::object& declaration) {
  const auto* kind = declaration.if_contains("kind");
  static constexpr std::string_view kKinds[] = {"http", "command", "run_command", "git_diff", "git_log"};
  return kind && kind->is_string() &&
         std::ranges::find(kKinds, std::string_view(kind->get_string())) != std::end(kKinds);
}

Result<std::shared_ptr<tool::Tool>> make_declared_tool(const json::object& declaration, Services services) {
  try {
    std::string kind = text_or(declaration, "kind", "");
    if (kind == "http") return http_tool_from(declaration, services);
    if (kind == "command") return command_tool_from(declaration, services);
    if (auto tool = shell_tool(kind, shell_place_from(kind, declaration, services), services.environment)) return tool;
    return failed("tool.declared", "a declared tool is of the unknown kind '" + kind + "'; use a newer executus");
  } catch (const std::exception& error) {
    return failed("tool.declared", std::string("the declaration of a tool is malformed: ") + error.what());
  }
}

}  // namespace executus::tools
