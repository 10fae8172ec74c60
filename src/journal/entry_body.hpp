// The body of a stored entry, read field by field: what is absent has a default, what is of another type is damage.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include <executus/base/error.hpp>

namespace executus::journal {

namespace json = boost::json;

[[noreturn]] inline void malformed_body(std::string_view what) {
  throw failed("journal.malformed", "a journal entry is malformed (" + std::string(what) +
                                        "); the database is damaged or was written by another program");
}

// The fields of one. It borrows the value.
class Body final {
 public:
  explicit Body(const json::value& value) : object_(value.is_object() ? value.get_object() : none()) {
    if (!value.is_object()) malformed_body("no object");
  }

  std::string text(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (!value) return {};
    if (!value->is_string()) malformed_body(key);
    return std::string(value->get_string());
  }
  std::int64_t number(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (!value) return 0;
    if (!value->is_int64()) malformed_body(key);
    return value->get_int64();
  }
  json::object object(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (!value || !value->is_object()) malformed_body(key);
    return value->get_object();
  }
  const json::array& list(std::string_view key) const {
    static const json::array empty;
    const auto* value = object_.if_contains(key);
    if (!value) return empty;
    if (!value->is_array()) malformed_body(key);
    return value->get_array();
  }
  bool flag(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (!value) return false;
    if (!value->is_bool()) malformed_body(key);
    return value->get_bool();
  }
  const json::value* if_contains(std::string_view key) const { return object_.if_contains(key); }
  const json::value& value(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (!value) malformed_body(key);
    return *value;
  }

 private:
  static const json::object& none() {
    static const json::object empty;
    return empty;
  }
  const json::object& object_;
};

template <class E, class Parse>
E enum_from(const Body& body, std::string_view key, Parse parse) {
  auto value = parse(body.text(key));
  if (!value) malformed_body(key);
  return *value;
}

}  // namespace executus::journal
