// Values that several kinds of declarations of an agent file have: tools that are HTTP calls or programs, and servers.
// Problems are reported to `fields`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <executus/base/environment.hpp>

#include "base/yaml/fields.hpp"

namespace executus {

// What fills in the variables of a declaration, and how messages name it.
struct Filled {
  const Environment* environment;  // null: not looked at
  std::string declared;
};
[[nodiscard]] Filled filled_by(const Environment* environment, const char* what,
                               const boost::json::object& declaration);

[[nodiscard]] boost::json::object strings_object(const std::map<std::string, std::string>& map);
[[nodiscard]] boost::json::array strings_array(const std::vector<std::string>& list);

// KEY as `KEY_ms`; it has to be longer than 0.
void read_duration_ms(Fields& fields, boost::json::object& declaration, std::string_view key);

// What a text with ${VAR} says wrong, and what it says right that is not set here. `below`: where in the value of
// `key`.
void check_variables(Fields& fields, std::string_view key, const std::string& below, std::string_view text,
                     const Filled& by);
void check_variables(Fields& fields, std::string_view key, const std::map<std::string, std::string>& texts,
                     const Filled& by);

// Of a text without variables: a person who writes ${VAR} expects its value.
void check_plain(Fields& fields, std::string_view key, const std::string& below, std::string_view text);

// `problem`: what else may be wrong with it.
[[nodiscard]] std::string read_url(Fields& fields, const Filled& by,
                                   std::optional<std::string> (*problem)(std::string_view));
void read_headers(Fields& fields, boost::json::object& declaration, std::string_view method, const Filled& by);
void read_variables(Fields& fields, boost::json::object& declaration, const Filled& by);  // env

}  // namespace executus
