// What described.hpp needs and is the same for every type, so that it is compiled once. Not for direct use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace executus::described {

// Where in the value a reader is: a chain on the stack, made text only for an error.
class Place {
 public:
  Place() = default;
  Place operator[](std::string_view field) const { return {this, field, 0}; }
  Place operator[](std::size_t index) const { return {this, {}, index}; }

  // "items[2].amount"; "" for the whole value.
  [[nodiscard]] std::string path() const;

 private:
  Place(const Place* parent, std::string_view field, std::size_t index)
      : parent_(parent), field_(field), index_(index) {}

  const Place* parent_ = nullptr;
  std::string_view field_;  // empty data pointer: an index
  std::size_t index_ = 0;
};

enum class Presence { required, optional };

// {"type": name}
[[nodiscard]] boost::json::object typed(std::string_view name);
[[nodiscard]] boost::json::object enum_schema(const std::vector<std::string_view>& names);

// `schema`, with null allowed too.
[[nodiscard]] boost::json::object nullable(boost::json::object schema);

class StructSchema {
 public:
  void add(std::string_view field, boost::json::object schema, std::string_view description, Presence presence);
  [[nodiscard]] boost::json::object finish() &&;

 private:
  boost::json::object properties_;
  boost::json::array required_;
};

// Readers: the value, or a throw of Error json.field with place, what was expected and what was found.
[[nodiscard]] bool read_bool(const boost::json::value& from, const Place& place);
[[nodiscard]] std::int64_t read_signed(const boost::json::value& from, std::int64_t min, std::int64_t max,
                                       const Place&);
[[nodiscard]] std::uint64_t read_unsigned(const boost::json::value& from, std::uint64_t max, const Place& place);
[[nodiscard]] double read_number(const boost::json::value& from, double max, const Place& place);  // and -max
[[nodiscard]] std::string read_string(const boost::json::value& from, const Place& place);
[[nodiscard]] std::size_t read_choice(const boost::json::value& from, const std::vector<std::string_view>& names,
                                      const Place& place);
[[nodiscard]] const boost::json::array& read_array(const boost::json::value& from, const Place& place);

// An object that has no keys but those in `fields`.
[[nodiscard]] const boost::json::object& read_object(const boost::json::value& from,
                                                     const std::vector<std::string_view>& fields, const Place& place);
[[noreturn]] void throw_missing(std::string_view field, const Place& place);

// `value`; throws json.not_finite when JSON cannot say it.
[[nodiscard]] double finite(double value);

}  // namespace executus::described
