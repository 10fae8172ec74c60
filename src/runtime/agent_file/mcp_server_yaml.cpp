#include "runtime/agent_file/mcp_server_yaml.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "runtime/agent_file/declared_values.hpp"
#include "tools/http/http_rules.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostName = 32;  // it begins the name of each tool

bool is_server_name(std::string_view name) {
  auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  return name.size() <= kMostName && std::ranges::all_of(name, fits);
}

void read_server_name(Fields& fields, json::object& server) {
  auto name = fields.required_string("name");
  if (!is_server_name(name))
    fields.error("name", "'name' has to be at most 32 lower-case letters, digits, '_' and '-', got '" +
                             std::string(clip(name, 80)) + "'");
  server["name"] = std::move(name);
}

// A program that is started, or a server that is there.
void read_program(Fields& fields, json::object& server, const Filled& by) {
  auto command = fields.strings("command").value_or(std::vector<std::string>{"?"});
  if (command.empty() || command.front().empty())
    fields.error("command", "'command' has to name a program, as in [npx, -y, '@scope/server']");
  else
    check_plain(fields, "command", pointer_to("", std::size_t{0}), command.front());
  server["command"] = strings_array(command);
  if (auto cwd = fields.string("cwd")) {
    check_plain(fields, "cwd", "", *cwd);
    server["cwd"] = *cwd;
  }
  read_variables(fields, server, by);
}

void read_place(Fields& fields, json::object& server, const Filled& by) {
  if (fields.has("url") && fields.has("command"))
    fields.error("url", "give either 'command' or 'url', not both");
  else if (!fields.has("url") && !fields.has("command"))
    fields.error("name", "give the 'command' that starts the server, or the 'url' where it is");
  if (fields.has("command")) return read_program(fields, server, by);
  if (!fields.has("url")) return;
  server["url"] = read_url(fields, by, tools::url_problem);
  read_headers(fields, server, "POST", by);
}

void read_effects(Fields& fields, json::object& server) {
  if (!fields.has("effect") && !fields.has("effects") && !fields.has("trust_annotations"))
    fields.warning("name",
                   "no 'effect' given, so its tools count as irreversible: a crash during a call parks the run until "
                   "a person says what happened; say 'effects' by name, such as 'read_*: pure', or "
                   "'trust_annotations: true' where the server's own word is good enough");
  using Words = std::string_view;  // probeable is none of them: a server has no probe
  if (auto effect = fields.choice<Words>(
          "effect",
          {{"pure", "pure"}, {"idempotent", "idempotent"}, {"keyed", "keyed"}, {"irreversible", "irreversible"}}))
    server["effect"] = *effect;
  auto effects = fields.string_map("effects");
  if (!effects) return;
  for (const auto& [pattern, name] : *effects) {
    auto effect = tool::parse_effect(name);
    if (!effect || *effect == tool::Effect::probeable)
      fields.error("effects", pattern,
                   "an effect is pure, idempotent, keyed or irreversible, got '" + std::string(clip(name, 80)) + "'");
  }
  server["effects"] = strings_object(*effects);
}

void read_flags(Fields& fields, json::object& server) {
  for (const char* key : {"trust_annotations", "required", "shared", "roots"})
    if (auto flag = fields.boolean(key)) server[key] = *flag;
}

void read_log_level(Fields& fields, json::object& server) {
  using Words = std::string_view;
  if (auto level = fields.choice<Words>("log_level", {{"debug", "debug"},
                                                      {"info", "info"},
                                                      {"notice", "notice"},
                                                      {"warning", "warning"},
                                                      {"error", "error"},
                                                      {"critical", "critical"},
                                                      {"alert", "alert"},
                                                      {"emergency", "emergency"}}))
    server["log_level"] = *level;
}

}  // namespace

json::object read_mcp_server(Fields& fields, const Environment* environment) {
  json::object server{{"kind", kMcp}};
  read_server_name(fields, server);
  read_place(fields, server, filled_by(environment, "MCP server", server));
  read_effects(fields, server);
  for (const char* key : {"tools", "parallel"})
    if (auto patterns = fields.strings(key)) server[key] = strings_array(*patterns);
  read_flags(fields, server);
  for (const char* key : {"timeout", "total_timeout", "startup_timeout"}) read_duration_ms(fields, server, key);
  read_log_level(fields, server);
  return server;
}

run::Names names_server_tools(const Agent& agent, std::string_view pattern) {
  auto most = run::Names::none;
  for (const auto& declaration : agent.declared_tools)
    if (declaration.at("kind") == json::value(kMcp))
      most = std::max(most, run::names_tools_of(pattern, run::source_name(declaration)));
  return most;
}

}  // namespace executus
