#include "runtime/agent_file/declared_tool_yaml.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/tool/tool.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "runtime/agent_file/declared_values.hpp"
#include "runtime/agent_file/idle_keys.hpp"
#include "runtime/agent_file/sandbox_yaml.hpp"
#include "runtime/schemas/input_defaults.hpp"
#include "runtime/schemas/schema_doubts.hpp"
#include "tools/command/command_rules.hpp"
#include "tools/http/http_rules.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxToolName = 64;  // what the providers accept

bool is_tool_name(std::string_view name) {
  auto fits = [](char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '-'; };
  return name.size() <= kMaxToolName && std::all_of(name.begin(), name.end(), fits);
}

void read_name(Fields& fields, json::object& tool) {
  std::string name = fields.required_string("name");
  if (!is_tool_name(name))
    fields.error("name", "'name' has to be at most 64 letters, digits, '_' and '-', got '" + name + "'");
  tool["name"] = name;
}

void read_parameters(Fields& fields, json::object& tool) {
  auto schema = fields.json_object("parameters").value_or(json::object{{"type", "object"}});
  if (!schema.contains("type")) schema["type"] = "object";  // as servers demand of all arguments
  if (auto wrong = check_schema(schema))
    fields.error("parameters", "'parameters': " + wrong->message());
  else
    for (const auto& faults : {unfit_defaults(schema), doubts_about(schema)})
      for (const auto& fault : faults)
        fields.warning_below("parameters", fault.pointer, "'parameters': " + fault.message);
  for (const auto& line : unchecked_keywords(schema)) fields.warning("parameters", "'parameters': " + line);
  if (const auto* type = schema.if_contains("type"); type && *type != json::value("object"))
    fields.error("parameters", "'parameters' has to be a JSON Schema of type object");
  tool["parameters"] = std::move(schema);
}

tool::Effect read_effect(Fields& fields, json::object& declaration) {
  using enum tool::Effect;
  if (!fields.has("effect"))
    fields.warning("name",
                   "no 'effect' given, so the tool counts as irreversible: a crash during a call parks the run "
                   "until a person says what happened; say pure, idempotent, keyed or probeable where that is true");
  auto effect = fields.choice<tool::Effect>("effect", {{"pure", pure},
                                                       {"idempotent", idempotent},
                                                       {"keyed", keyed},
                                                       {"probeable", probeable},
                                                       {"irreversible", irreversible}});
  declaration["effect"] = to_string(effect.value_or(irreversible));
  return effect.value_or(irreversible);
}

// What every declared tool has. Returns the effect class.
tool::Effect read_common(Fields& fields, json::object& tool) {
  read_name(fields, tool);
  tool["description"] = fields.required_string("description");
  auto effect = read_effect(fields, tool);
  read_duration_ms(fields, tool, "timeout");
  read_duration_ms(fields, tool, "settle");
  if (auto parallel = fields.boolean("parallel")) tool["parallel"] = *parallel;
  warn_of_idle_tool_keys(fields, effect);
  read_parameters(fields, tool);
  return effect;
}

void check_probe(Fields& fields, tool::Effect effect) {
  if (effect == tool::Effect::probeable && !fields.has("probe"))
    fields.error("effect", "a probeable tool needs a 'probe' that tells whether a call happened");
  if (effect != tool::Effect::probeable && fields.has("probe"))
    fields.error("probe", "'probe' is only for tools with 'effect: probeable'");
}

}  // namespace

json::object read_http_tool(Fields& fields, const Environment* environment) {
  json::object tool{{"kind", "http"}};
  auto effect = read_common(fields, tool);
  auto by = filled_by(environment, "tool", tool);
  using Words = std::string_view;
  tool["method"] =
      fields
          .choice<Words>("method",
                         {{"GET", "GET"}, {"POST", "POST"}, {"PUT", "PUT"}, {"PATCH", "PATCH"}, {"DELETE", "DELETE"}})
          .value_or("POST");
  tool["url"] = read_url(fields, by, tools::url_problem);
  read_headers(fields, tool, tool.at("method").as_string(), by);
  if (auto allow = fields.boolean("allow_private_network")) tool["allow_private_network"] = *allow;
  check_probe(fields, effect);
  fields.object("probe", [&](Fields& probe) {
    tool["probe"] = json::object{{"url", read_url(probe, by, tools::probe_url_problem)}};
  });
  return tool;
}

json::object read_command_tool(Fields& fields, const Environment* environment) {
  json::object tool{{"kind", "command"}};
  auto effect = read_common(fields, tool);
  if (!fields.has("command")) fields.missing("command");
  auto command = fields.strings("command").value_or(std::vector<std::string>{"?"});
  if (command.empty() || command.front().empty())
    fields.error("command", "'command' has to name a program, as in [./lint.sh, --json]");
  else
    check_plain(fields, "command", pointer_to("", std::size_t{0}), command.front());
  tool["command"] = strings_array(command);
  if (auto cwd = fields.string("cwd")) {
    check_plain(fields, "cwd", "", *cwd);
    tool["cwd"] = *cwd;
  }
  read_variables(fields, tool, filled_by(environment, "tool", tool));
  if (auto sandbox = read_sandbox(fields); sandbox && sandbox->is_object()) tool["sandbox"] = std::move(*sandbox);
  if (effect == tool::Effect::probeable)
    fields.error("effect",
                 "command tools have no probe; use 'keyed' when the program dedupes by "
                 "EXECUTUS_IDEMPOTENCY_KEY, else 'irreversible'");
  return tool;
}

}  // namespace executus
