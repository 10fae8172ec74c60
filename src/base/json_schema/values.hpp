// What JSON Schema says of values, whatever the schema: types, numbers, equality. And its keywords as they are read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/decimal.hpp"

namespace executus::json_schema {

[[nodiscard]] bool fits_type(std::string_view type, const boost::json::value& value);

// Of a finite number, also a long one. Of other text it is 0.
[[nodiscard]] Decimal number_of(const boost::json::value& number);

// Hosts may ask about numbers that JSON cannot say.
[[nodiscard]] bool is_finite(const boost::json::value& number);

// -1, 0 or 1; exact. Of numbers, also long ones.
[[nodiscard]] int compare_numbers(const boost::json::value& a, const boost::json::value& b);

// Text that may have been a number: parse_json makes text of numbers that fit neither 64 bits nor a double. Such a
// number cannot be told from a string of the same digits.
[[nodiscard]] bool is_long_number(const boost::json::value& value);

// Whether a schema takes such a text for a number: it asks for no type, or for a number among others.
[[nodiscard]] bool takes_numbers(const boost::json::object& schema);

// Whether they are the same number, where one of them is a long one.
[[nodiscard]] bool same_long_number(const boost::json::value& a, const boost::json::value& b);

// The same text for equal values: 1 and 1.0, members in any order.
[[nodiscard]] std::string comparable(const boost::json::value& value);

// A short rendering of a value of the schema, for a message.
[[nodiscard]] std::string shown(const boost::json::value& value);

[[nodiscard]] std::string type_names(const boost::json::value& type);

// A keyword's value when it is there and of the kind the standard asks for.
[[nodiscard]] const boost::json::array* array_keyword(const boost::json::object& schema, std::string_view name);
[[nodiscard]] const boost::json::object* object_keyword(const boost::json::object& schema, std::string_view name);
[[nodiscard]] const boost::json::value* number_keyword(const boost::json::object& schema, std::string_view name);
[[nodiscard]] const boost::json::value* bound_keyword(const boost::json::object& schema,
                                                      std::string_view name);  // long, too

// Whether `count` is below the number at `name`, or above it.
[[nodiscard]] bool under(const boost::json::object& schema, std::string_view name, std::size_t count);
[[nodiscard]] bool over(const boost::json::object& schema, std::string_view name, std::size_t count);

}  // namespace executus::json_schema
