#include "base/yaml/fields.hpp"

#include <algorithm>
#include <tuple>

#include <executus/base/json.hpp>

#include "base/duration.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;

// The kind of a value in the words of YAML.
std::string found_words(const json::value& found) {
  if (found.is_null()) return "nothing";
  if (found.is_object()) return "a map";
  if (found.is_array()) return "a list";
  return std::string(kind_in_words(found));
}

std::string quoted_words(const std::vector<std::string_view>& words) {
  std::string list;
  for (std::string_view word : words) list += (list.empty() ? "'" : ", '") + std::string(word) + "'";
  return list;
}

std::string text_of(const json::value& value) { return std::string(std::string_view(value.get_string())); }

}  // namespace

void Problems::error(std::string file, TextPosition where, std::string message) {
  problems_.push_back({std::move(file), where, std::move(message), true});
}

void Problems::warning(std::string file, TextPosition where, std::string message) {
  problems_.push_back({std::move(file), where, std::move(message), false});
}

bool Problems::has_errors() const noexcept {
  return std::any_of(problems_.begin(), problems_.end(), [](const Problem& problem) { return problem.fatal; });
}

std::vector<const Problems::Problem*> Problems::sorted() const {
  std::vector<std::string_view> files;
  std::vector<const Problem*> result;
  for (const Problem& problem : problems_) {
    if (std::find(files.begin(), files.end(), problem.file) == files.end()) files.push_back(problem.file);
    result.push_back(&problem);
  }
  auto rank = [&](const Problem* problem) {  // equal places: as reported
    return std::tuple(std::find(files.begin(), files.end(), problem->file), problem->where, problem);
  };
  std::sort(result.begin(), result.end(), [&](const Problem* a, const Problem* b) { return rank(a) < rank(b); });
  return result;
}

std::string Problems::line_of(const Problem& problem) {
  return located(problem.file, problem.where, problem.fatal ? "error" : "warning", problem.message);
}

std::vector<std::string> Problems::lines() const {
  std::vector<std::string> result;
  for (const Problem* problem : sorted()) result.push_back(line_of(*problem));
  return result;
}

std::vector<std::string> Problems::errors() const {
  std::vector<std::string> result;
  for (const Problem* problem : sorted())
    if (problem->fatal) result.push_back(line_of(*problem));
  return result;
}

std::vector<std::string> Problems::warnings() const {
  std::vector<std::string> result;
  for (const Problem* problem : sorted())
    if (!problem->fatal) result.push_back(line_of(*problem));
  return result;
}

Error Problems::to_error() const {
  std::string message;
  for (const auto& line : errors()) message += (message.empty() ? "" : "\n") + line;
  return failed("config.invalid", std::move(message));
}

const json::value* Fields::raw(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
  return map_.if_contains(key);
}

bool Fields::has(std::string_view key) const { return map_.contains(key); }

std::optional<std::string> Fields::string(std::string_view key) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  if (value->is_string()) return text_of(*value);
  wrong(key, "a string", *value);
  return std::nullopt;
}

std::string Fields::required_string(std::string_view key) {
  if (!raw(key)) missing(key);
  std::optional<std::string> text = string(key);
  if (text && text->empty()) error(key, "'" + std::string(key) + "' must not be empty");
  return text.value_or("");
}

std::optional<std::int64_t> Fields::integer(std::string_view key, IntegerRange range) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  if (!value->is_int64() && !value->is_uint64()) {
    wrong(key, "an integer", *value);
    return std::nullopt;
  }
  if (value->is_int64() && value->get_int64() >= range.min && value->get_int64() <= range.max)
    return value->get_int64();
  std::string bounds = "at least " + std::to_string(range.min);
  if (range.max != std::numeric_limits<std::int64_t>::max()) bounds += " and at most " + std::to_string(range.max);
  error(key, "'" + std::string(key) + "' has to be " + bounds + ", got " + canonical_json(*value));
  return std::nullopt;
}

std::optional<double> Fields::number(std::string_view key) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  wrong(key, "a number", *value);
  return std::nullopt;
}

std::optional<bool> Fields::boolean(std::string_view key) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  wrong(key, "true or false", *value);
  return std::nullopt;
}

std::optional<Milliseconds> Fields::duration(std::string_view key) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  if (!value->is_string()) {
    wrong(key, "a duration such as 60s", *value);
    return std::nullopt;
  }
  Result<Milliseconds> duration = parse_duration(value->get_string());
  if (duration) return *duration;
  error(key, "'" + std::string(key) + "': " + duration.error().message());
  return std::nullopt;
}

std::optional<std::vector<std::string>> Fields::strings(std::string_view key) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  std::string at = pointer_to(pointer_, key);
  if (!value->is_array()) {
    wrong(key, "a list of strings", *value);
    return std::nullopt;
  }
  std::vector<std::string> result;
  for (std::size_t i = 0; i < value->get_array().size(); ++i) {
    const json::value& element = value->get_array()[i];
    if (element.is_string())
      result.push_back(text_of(element));
    else
      wrong_at(pointer_to(at, i), std::string(key) + '[' + std::to_string(i) + ']', "a string", element);
  }
  return result;
}

std::optional<std::map<std::string, std::string>> Fields::string_map(std::string_view key) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  std::string at = pointer_to(pointer_, key);
  if (!value->is_object()) {
    wrong(key, "a map of strings", *value);
    return std::nullopt;
  }
  std::map<std::string, std::string> result;
  for (const auto& member : value->get_object()) {
    if (member.value().is_string())
      result.emplace(std::string_view(member.key()), text_of(member.value()));
    else
      wrong_at(pointer_to(at, member.key()), std::string(key) + '.' + std::string(std::string_view(member.key())),
               "a string", member.value());
  }
  return result;
}

std::optional<json::object> Fields::json_object(std::string_view key) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  if (value->is_object()) return value->get_object();
  wrong(key, "a map", *value);
  return std::nullopt;
}

std::optional<std::size_t> Fields::word(std::string_view key, const std::vector<std::string_view>& words) {
  const json::value* value = raw(key);
  if (!value) return std::nullopt;
  if (!value->is_string()) {
    wrong(key, "one of " + quoted_words(words), *value);
    return std::nullopt;
  }
  std::string_view given = value->get_string();
  auto found = std::find(words.begin(), words.end(), given);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  error(key, "'" + std::string(key) + "' has to be one of " + quoted_words(words) + ", got '" +
                 std::string(clip(given, 80)) + "'" + did_you_mean(given, words));
  return std::nullopt;
}

bool Fields::object(std::string_view key, const Read& read) {
  const json::value* value = raw(key);
  if (!value) return false;
  read_value(document_, problems_, *value, pointer_to(pointer_, key), read);
  return true;
}

bool Fields::each_object(std::string_view key, const Read& read) {
  const json::value* value = raw(key);
  if (!value) return false;
  std::string at = pointer_to(pointer_, key);
  if (!value->is_array()) {
    wrong(key, "a list of maps", *value);
    return true;
  }
  for (std::size_t i = 0; i < value->get_array().size(); ++i)
    read_value(document_, problems_, value->get_array()[i], pointer_to(at, i), read);
  return true;
}

bool Fields::each_object_or_name(std::string_view key, const Read& read,
                                 const std::function<void(std::size_t index, const std::string& name)>& named) {
  const json::value* value = raw(key);
  if (!value) return false;
  if (!value->is_array()) {
    wrong(key, "a list of maps and names", *value);
    return true;
  }
  const auto& list = value->get_array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].is_string())
      named(i, std::string(list[i].get_string()));
    else
      read_value(document_, problems_, list[i], pointer_to(pointer_to(pointer_, key), i), read);
  }
  return true;
}

bool Fields::each_named(std::string_view key, const std::function<void(const std::string& name, Fields&)>& read) {
  const json::value* value = raw(key);
  if (!value) return false;
  std::string at = pointer_to(pointer_, key);
  if (!value->is_object()) {
    wrong(key, "a map", *value);
    return true;
  }
  for (const auto& member : value->get_object()) {
    std::string name(std::string_view(member.key()));
    read_value(document_, problems_, member.value(), pointer_to(at, name), [&](Fields& fields) { read(name, fields); });
  }
  return true;
}

void Fields::error(std::string_view key, std::string message) { error_below(key, "", std::move(message)); }

void Fields::error(std::string_view key, std::size_t index, std::string message) {
  error_below(key, pointer_to("", index), std::move(message));
}

void Fields::error(std::string_view key, std::string_view member, std::string message) {
  std::string at = pointer_to(pointer_to(pointer_, key), member);
  problems_.error(document_.file_at(at), document_.key_at(at), std::move(message));
}

void Fields::warning(std::string_view key, std::string message) { warning_below(key, "", std::move(message)); }

void Fields::error_below(std::string_view key, std::string_view below, std::string message) {
  auto at = pointer_to(pointer_, key).append(below);
  problems_.error(document_.file_at(at), document_.value_at(at), std::move(message));
}

void Fields::warning_below(std::string_view key, std::string_view below, std::string message) {
  auto at = pointer_to(pointer_, key).append(below);
  problems_.warning(document_.file_at(at), document_.value_at(at), std::move(message));
}

void Fields::missing(std::string_view key) {
  problems_.error(document_.file_at(pointer_), document_.key_at(pointer_), "missing key '" + std::string(key) + "'");
}

void Fields::wrong(std::string_view key, std::string_view expected, const json::value& found) {
  wrong_at(pointer_to(pointer_, key), std::string(key), expected, found);
}

void Fields::wrong_at(const std::string& pointer, const std::string& name, std::string_view expected,
                      const json::value& found) {
  problems_.error(document_.file_at(pointer), document_.value_at(pointer),
                  "'" + name + "' has to be " + std::string(expected) + ", got " + found_words(found));
}

void Fields::read_value(const YamlDocument& document, Problems& problems, const json::value& value,
                        const std::string& pointer, const Read& read) {
  if (!value.is_object()) {
    problems.error(document.file_at(pointer), document.value_at(pointer), "expected a map, got " + found_words(value));
    return;
  }
  Fields fields(document, problems, value.get_object(), pointer);
  read(fields);
  fields.report_unknown();
}

namespace {

// "allowed_tools" is no slip of the pen for "tools", but near to it all the same.
std::string near_key(std::string_view key, const std::vector<std::string>& known) {
  auto meant = did_you_mean(key, known);
  if (!meant.empty()) return meant;
  for (const auto& each : known)
    if (key.ends_with("_" + each) || key.starts_with(each + "_")) return "; did you mean '" + each + "'?";
  return "";
}

}  // namespace

void Fields::report_unknown() const {
  for (const auto& member : map_) {
    std::string_view key = member.key();
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    auto at = pointer_to(pointer_, key);
    problems_.error(document_.file_at(at), document_.key_at(at),
                    "unknown key '" + std::string(clip(key, 80)) + "'" + near_key(key, asked_));
  }
}

void read_fields(const YamlDocument& document, Problems& problems, const Fields::Read& read) {
  Fields::read_value(document, problems, document.root(), "", read);
}

}  // namespace executus
