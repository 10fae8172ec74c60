#include "runtime/agent_file/declared_tool_yaml.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/tool/tool.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "base/variable_references.hpp"
#include "net/client/request_check.hpp"
#include "runtime/agent_file/idle_keys.hpp"
#include "runtime/agent_file/sandbox_yaml.hpp"
#include "runtime/schemas/input_defaults.hpp"
#include "runtime/schemas/schema_doubts.hpp"
#include "tools/command/command_rules.hpp"
#include "tools/http/http_rules.hpp"
#include "tools/shared/variables.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxToolName = 64;  // what the providers accept

bool is_tool_name(std::string_view name) {
  auto fits = [](char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '-'; };
  return name.size() <= kMaxToolName && std::all_of(name.begin(), name.end(), fits);
}

json::object strings_object(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [key, value] : map) object[key] = value;
  return object;
}

json::array strings_array(const std::vector<std::string>& list) { return json::array(list.begin(), list.end()); }

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

void read_duration_ms(Fields& fields, json::object& tool, std::string_view key) {
  auto duration = fields.duration(key);
  if (!duration) return;
  if (duration->count() <= 0) fields.error(key, "'" + std::string(key) + "' has to be longer than 0");
  tool[std::string(key) + "_ms"] = duration->count();
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

bool is_http_url(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://") || url.starts_with("${");
}

// What fills in the variables of a tool, and how messages name it.
struct Filled {
  const Environment* environment;  // null: not looked at
  std::string tool;
};

Filled filled_by(const Environment* environment, const json::object& tool) {
  return {environment, "tool '" + std::string(clip(std::string_view(tool.at("name").as_string()), 80)) + "': "};
}

// What a text with ${VAR} says wrong, and what it says right that is not set here. `below`: where in the value of
// `key`.
void check_variables(Fields& fields, std::string_view key, const std::string& below, std::string_view text,
                     const Filled& by) {
  if (auto malformed = malformed_reference(text)) return fields.error_below(key, below, by.tool + malformed->message());
  if (!by.environment) return;
  for (const auto& reference : variable_references(text))
    if (auto value = expand_variables(reference.whole, *by.environment); !value.ok())
      fields.warning_below(key, below, "a run is refused here: " + by.tool + value.error().message());
}

void check_variables(Fields& fields, std::string_view key, const std::map<std::string, std::string>& texts,
                     const Filled& by) {
  for (const auto& [name, text] : texts) check_variables(fields, key, pointer_to("", name), text, by);
}

// Values that are not of what `place` carries are told as a call would be.
void check_sendable(Fields& fields, std::string_view key, const std::string& below, const std::string& place,
                    std::string_view text, bool (*fits)(std::string_view), const Filled& by) {
  std::vector<std::string> found;
  if (by.environment) tools::add_unsendable(found, place, text, fits, *by.environment);
  for (const auto& why : found) fields.warning_below(key, below, "a run is refused here: " + by.tool + why);
}

// A person who writes ${VAR} expects its value.
void check_plain(Fields& fields, std::string_view key, const std::string& below, std::string_view text) {
  if (!variable_references(text).empty())
    fields.warning_below(key, below, "variables are not filled in here: '${' stays as it is");
}

// Of a URL that has no variables, and is none all the same. What other rules tell is left to them.
std::optional<std::string> fault_of_whole(std::string url) {
  bool is_told = !is_http_url(url) || !tools::is_url_text(url) || url.find("${") != std::string::npos;
  if (is_told) return std::nullopt;
  for (auto at = url.find(tools::kKeyPlaceholder); at != std::string::npos; at = url.find(tools::kKeyPlaceholder))
    url.replace(at, tools::kKeyPlaceholder.size(), "key");
  return net::url_fault(url);
}

std::string read_url(Fields& fields, const Filled& by, std::optional<std::string> (*problem)(std::string_view)) {
  std::string url = fields.required_string("url");
  if (url.empty()) return url;
  if (!is_http_url(url)) fields.error("url", "'url' has to begin with http:// or https://");
  if (!tools::is_url_text(url))
    fields.error("url", "'url' holds a blank or a control character; write %20 for a blank");
  if (auto wrong = problem(url)) fields.error("url", *wrong);
  if (auto wrong = fault_of_whole(url)) fields.error("url", "'url': " + *wrong);
  check_variables(fields, "url", "", url, by);
  check_sendable(fields, "url", "", "the URL", url, tools::is_url_text, by);
  return url;
}

std::optional<std::string> header_twice(const std::map<std::string, std::string>& headers, const std::string& name) {
  for (const auto& [other, value] : headers)
    if (other < name && equals_ignoring_case(other, name))
      return "header '" + std::string(clip(name, 80)) + "' is given as '" + std::string(clip(other, 80)) + "' too";
  return std::nullopt;
}

void read_headers(Fields& fields, json::object& tool, const Filled& by) {
  auto headers = fields.string_map("headers");
  if (!headers) return;
  for (const auto& [name, value] : *headers)
    if (auto wrong = header_twice(*headers, name)) fields.error("headers", name, *wrong);
  for (const auto& [name, value] : *headers)
    if (auto wrong = tools::header_problem(name, value, tool.at("method").as_string()))
      fields.error("headers", name, *wrong);
  check_variables(fields, "headers", *headers, by);
  for (const auto& [name, value] : *headers)
    check_sendable(fields, "headers", pointer_to("", name), "header '" + name + "'", value, net::is_header_value, by);
  tool["headers"] = strings_object(*headers);
}

void read_variables(Fields& fields, json::object& tool, const Filled& by) {
  auto env = fields.string_map("env");
  if (!env) return;
  for (const auto& [name, value] : *env)
    if (auto wrong = tools::variable_problem(name)) fields.error("env", name, *wrong);
  check_variables(fields, "env", *env, by);
  tool["env"] = strings_object(*env);
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
  auto by = filled_by(environment, tool);
  using Words = std::string_view;
  tool["method"] =
      fields
          .choice<Words>("method",
                         {{"GET", "GET"}, {"POST", "POST"}, {"PUT", "PUT"}, {"PATCH", "PATCH"}, {"DELETE", "DELETE"}})
          .value_or("POST");
  tool["url"] = read_url(fields, by, tools::url_problem);
  read_headers(fields, tool, by);
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
  read_variables(fields, tool, filled_by(environment, tool));
  if (auto sandbox = read_sandbox(fields); sandbox && sandbox->is_object()) tool["sandbox"] = std::move(*sandbox);
  if (effect == tool::Effect::probeable)
    fields.error("effect",
                 "command tools have no probe; use 'keyed' when the program dedupes by "
                 "EXECUTUS_IDEMPOTENCY_KEY, else 'irreversible'");
  return tool;
}

}  // namespace executus
