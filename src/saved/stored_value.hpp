// Saved values as JSON, for stores. Each struct has one list of its fields, which writing and reading both walk; the
// structured bindings make the compiler refuse a list that lacks a field. A field that is not there is the default, so
// that what was stored before a field was is the same as now. Records are no part of it: stores keep their members as
// columns.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/saved/saved.hpp>

namespace executus::saved {

void visit_fields(auto& visitor, auto& schedule, std::type_identity<Schedule>) {
  auto& [cron, timezone, prompt] = schedule;
  visitor("cron", cron);
  visitor("timezone", timezone);
  visitor("prompt", prompt);
}

void visit_fields(auto& visitor, auto& source, std::type_identity<Source>) {
  auto& [text, of] = source;
  visitor("text", text);
  visitor("of", of);
}

void visit_fields(auto& visitor, auto& definition, std::type_identity<Definition>) {
  auto& [agent, inputs, visibility, shared_with, exposed, schedule, keep_runs, source] = definition;
  visitor("agent", agent);
  visitor("inputs", inputs);
  visitor("visibility", visibility);
  visitor("shared_with", shared_with);
  visitor("exposed", exposed);
  visitor("schedule", schedule);
  visitor("keep_runs_ms", keep_runs);
  visitor("source", source);
}

template <class T>
concept Listed = requires(int& visitor, T& value) { visit_fields(visitor, value, std::type_identity<T>{}); };

namespace stored {

namespace json = boost::json;

inline json::value value_of(const std::string& text) { return json::value(text); }
inline json::value value_of(std::same_as<bool> auto flag) { return flag; }
inline json::value value_of(Milliseconds duration) { return duration.count(); }
inline json::value value_of(const json::object& object) { return object; }
inline json::value value_of(tool::Visibility visibility) { return json::value(tool::to_string(visibility)); }
inline json::value value_of(const Agent& agent) { return to_json(agent); }
inline json::value value_of(const std::vector<std::string>& list) { return json::array(list.begin(), list.end()); }
inline json::value value_of(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [key, text] : map) object[key] = text;
  return object;
}

template <Listed T>
json::value value_of(const T& value);

struct Writer {
  json::object object;
  template <class T>
  void operator()(std::string_view key, const T& field) {
    if (field != T{}) object[key] = value_of(field);
  }
  template <class T>
  void operator()(std::string_view key, const std::optional<T>& field) {
    if (field) object[key] = value_of(*field);
  }
};

template <Listed T>
json::value value_of(const T& value) {
  Writer writer;
  visit_fields(writer, value, std::type_identity<T>{});
  return std::move(writer.object);
}

// Each throws boost::system::system_error or Error for what it does not fit.
inline void read(const json::value& from, std::string& text) { text = std::string(from.as_string()); }
inline void read(const json::value& from, bool& flag) { flag = from.as_bool(); }
inline void read(const json::value& from, Milliseconds& duration) { duration = Milliseconds(from.as_int64()); }
inline void read(const json::value& from, json::object& object) { object = from.as_object(); }
inline void read(const json::value& from, Agent& agent) { agent = agent_from_json(from.as_object()).value(); }
inline void read(const json::value& from, tool::Visibility& visibility) {
  auto known = tool::parse_visibility(from.as_string());
  if (!known) throw failed("saved.unreadable", "an unknown visibility");  // a guess would show it to others
  visibility = *known;
}
inline void read(const json::value& from, std::vector<std::string>& list) {
  for (const auto& text : from.as_array()) list.emplace_back(text.as_string());
}
inline void read(const json::value& from, std::map<std::string, std::string>& map) {
  for (const auto& [key, text] : from.as_object()) map[key] = std::string(text.as_string());
}

template <Listed T>
void read(const json::value& from, T& value);

struct Reader {
  const json::object& object;
  void operator()(std::string_view key, auto& field) const {
    if (const auto* value = object.if_contains(key)) read(*value, field);
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T>& field) const {
    if (const auto* value = object.if_contains(key)) read(*value, field.emplace());
  }
};

template <Listed T>
void read(const json::value& from, T& value) {
  Reader reader{from.as_object()};
  visit_fields(reader, value, std::type_identity<T>{});
}

}  // namespace stored

// What to_stored() wrote comes back equal; throws Error saved.unreadable for what it cannot have written.
template <Listed T>
[[nodiscard]] boost::json::value to_stored(const T& value) {
  return stored::value_of(value);
}

[[noreturn]] void throw_unreadable(std::string_view why);

template <Listed T>
[[nodiscard]] T from_stored(const boost::json::value& json) try {
  T value;
  stored::read(json, value);
  return value;
} catch (const std::exception& error) {
  throw_unreadable(error.what());
}

}  // namespace executus::saved
