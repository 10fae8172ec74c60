#include "runtime/agent_file/declared_values.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "base/variable_references.hpp"
#include "net/client/request_check.hpp"
#include "tools/command/command_rules.hpp"
#include "tools/http/http_rules.hpp"
#include "tools/shared/variables.hpp"

namespace executus {
namespace {

namespace json = boost::json;

bool is_http_url(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://") || url.starts_with("${");
}

// Values that are not of what `place` carries are told as a call would be.
void check_sendable(Fields& fields, std::string_view key, const std::string& below, const std::string& place,
                    std::string_view text, bool (*fits)(std::string_view), const Filled& by) {
  std::vector<std::string> found;
  if (by.environment) tools::add_unsendable(found, place, text, fits, *by.environment);
  for (const auto& why : found) fields.warning_below(key, below, "a run is refused here: " + by.declared + why);
}

// Of a URL that has no variables, and is none all the same. What other rules tell is left to them.
std::optional<std::string> fault_of_whole(std::string url) {
  bool is_told = !is_http_url(url) || !tools::is_url_text(url) || url.find("${") != std::string::npos;
  if (is_told) return std::nullopt;
  for (auto at = url.find(tools::kKeyPlaceholder); at != std::string::npos; at = url.find(tools::kKeyPlaceholder))
    url.replace(at, tools::kKeyPlaceholder.size(), "key");
  return net::url_fault(url);
}

std::optional<std::string> header_twice(const std::map<std::string, std::string>& headers, const std::string& name) {
  for (const auto& [other, value] : headers)
    if (other < name && equals_ignoring_case(other, name))
      return "header '" + std::string(clip(name, 80)) + "' is given as '" + std::string(clip(other, 80)) + "' too";
  return std::nullopt;
}

}  // namespace

Filled filled_by(const Environment* environment, const char* what, const json::object& declaration) {
  auto name = std::string(clip(std::string_view(declaration.at("name").as_string()), 80));
  return {environment, std::string(what) + " '" + name + "': "};
}

json::object strings_object(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [key, value] : map) object[key] = value;
  return object;
}

json::array strings_array(const std::vector<std::string>& list) { return json::array(list.begin(), list.end()); }

void read_duration_ms(Fields& fields, json::object& declaration, std::string_view key) {
  auto duration = fields.duration(key);
  if (!duration) return;
  if (duration->count() <= 0) fields.error(key, "'" + std::string(key) + "' has to be longer than 0");
  declaration[std::string(key) + "_ms"] = duration->count();
}

void check_variables(Fields& fields, std::string_view key, const std::string& below, std::string_view text,
                     const Filled& by) {
  if (auto malformed = malformed_reference(text))
    return fields.error_below(key, below, by.declared + malformed->message());
  if (!by.environment) return;
  for (const auto& reference : variable_references(text))
    if (auto value = expand_variables(reference.whole, *by.environment); !value.ok())
      fields.warning_below(key, below, "a run is refused here: " + by.declared + value.error().message());
}

void check_variables(Fields& fields, std::string_view key, const std::map<std::string, std::string>& texts,
                     const Filled& by) {
  for (const auto& [name, text] : texts) check_variables(fields, key, pointer_to("", name), text, by);
}

void check_plain(Fields& fields, std::string_view key, const std::string& below, std::string_view text) {
  if (!variable_references(text).empty())
    fields.warning_below(key, below, "variables are not filled in here: '${' stays as it is");
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

void read_headers(Fields& fields, json::object& declaration, std::string_view method, const Filled& by) {
  auto headers = fields.string_map("headers");
  if (!headers) return;
  for (const auto& [name, value] : *headers)
    if (auto wrong = header_twice(*headers, name)) fields.error("headers", name, *wrong);
  for (const auto& [name, value] : *headers)
    if (auto wrong = tools::header_problem(name, value, method)) fields.error("headers", name, *wrong);
  check_variables(fields, "headers", *headers, by);
  for (const auto& [name, value] : *headers)
    check_sendable(fields, "headers", pointer_to("", name), "header '" + name + "'", value, net::is_header_value, by);
  declaration["headers"] = strings_object(*headers);
}

void read_variables(Fields& fields, json::object& declaration, const Filled& by) {
  auto env = fields.string_map("env");
  if (!env) return;
  for (const auto& [name, value] : *env)
    if (auto wrong = tools::variable_problem(name)) fields.error("env", name, *wrong);
  check_variables(fields, "env", *env, by);
  declaration["env"] = strings_object(*env);
}

}  // namespace executus
