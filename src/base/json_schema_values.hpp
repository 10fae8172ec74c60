// What JSON Schema says of values, whatever the schema: types, numbers, equality. And its keywords as they are read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace executus::json_schema {

[[nodiscard]] bool fits_type(std::string_view type, const boost::json::value& value);

// Hosts may ask about numbers that JSON cannot say.
[[nodiscard]] bool is_finite(const boost::json::value& number);

// -1, 0 or 1; exact.
[[nodiscard]] int compare_numbers(const boost::json::value& a, const boost::json::value& b);

// What an integer that fits no 64 bits has become (parse_json).
[[nodiscard]] bool is_long_integer(const boost::json::value& value);

// The same text for equal values: 1 and 1.0, members in any order.
[[nodiscard]] std::string comparable(const boost::json::value& value);

// A short rendering of a value of the schema, for a message.
[[nodiscard]] std::string shown(const boost::json::value& value);

[[nodiscard]] std::string type_names(const boost::json::value& type);

// A keyword's value when it is there and of the kind the standard asks for.
[[nodiscard]] const boost::json::array* array_keyword(const boost::json::object& schema, std::string_view name);
[[nodiscard]] const boost::json::object* object_keyword(const boost::json::object& schema, std::string_view name);
[[nodiscard]] const boost::json::value* number_keyword(const boost::json::object& schema, std::string_view name);

// Whether `count` is below the number at `name`, or above it.
[[nodiscard]] bool under(const boost::json::object& schema, std::string_view name, std::size_t count);
[[nodiscard]] bool over(const boost::json::object& schema, std::string_view name, std::size_t count);

}  // namespace executus::json_schema
