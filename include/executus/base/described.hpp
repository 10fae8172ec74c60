// C++ structs as JSON: a JSON Schema to tell a model what to send, a strict reader for what it sent, a writer.
//
// A type takes part by BOOST_DESCRIBE_STRUCT or BOOST_DESCRIBE_ENUM. Fields may be bool, integers, float and double,
// std::string, described enums (as their names), described structs, std::vector and std::optional of those, and
// boost::json::value (anything).
//
//   struct Charge {
//     std::int64_t amount;
//     std::optional<std::string> note;
//   };
//   BOOST_DESCRIBE_STRUCT(Charge, (), (amount, note))
//   constexpr std::string_view describe_field(std::type_identity<Charge>, std::string_view field) {  // optional
//     return field == "amount" ? "In cents." : "";
//   }
//
//   boost::json::object schema = json_schema_of<Charge>();
//   Result<Charge> charge = from_json<Charge>(arguments);
//
// Every field is required and no other is allowed; std::optional is nullable and may be left out.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <executus/base/described_read.hpp>
#include <executus/base/result.hpp>

namespace executus {
namespace described {

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class T>
concept Struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept Enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

template <class T>
struct ListOf : std::false_type {};
template <class T>
struct ListOf<std::vector<T>> : std::true_type {};

template <class T>
struct OptionalOf : std::false_type {};
template <class T>
struct OptionalOf<std::optional<T>> : std::true_type {};

template <class T>
concept List = ListOf<T>::value;

template <class T>
concept Optional = OptionalOf<T>::value;

template <class>
inline constexpr bool unsupported = false;

template <class T>
std::vector<std::string_view> field_names() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) { names.push_back(member.name); });
  return names;
}

template <class T>
std::vector<std::string_view> enumerator_names() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) { names.push_back(e.name); });
  return names;
}

template <class T>
constexpr std::string_view field_description(std::string_view field) {
  if constexpr (requires { describe_field(std::type_identity<T>{}, field); })
    return describe_field(std::type_identity<T>{}, field);
  else
    return {};
}

template <class T, class Member>
using FieldOf = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

// Whether T contains itself, however deep. Outer: the structs around it, from the innermost.
template <class T, class... Outer>
constexpr bool recursive() {
  if constexpr (Optional<T> || List<T>) {
    return recursive<typename T::value_type, Outer...>();
  } else if constexpr ((std::same_as<T, Outer> || ...)) {
    return true;
  } else if constexpr (Struct<T>) {
    bool found = false;
    boost::mp11::mp_for_each<Members<T>>(
        [&](auto member) { found = found || recursive<FieldOf<T, decltype(member)>, T, Outer...>(); });
    return found;
  } else {
    return false;
  }
}

// Whether a schema says which integers a type narrower than 64 bits holds.
enum class Ranges { unsaid, said };

template <Integer T>
boost::json::object integer_schema(Ranges ranges) {
  boost::json::object result = typed("integer");
  bool narrow = ranges == Ranges::said && sizeof(T) < sizeof(std::int64_t);
  if (std::unsigned_integral<T>) result["minimum"] = 0;
  if (narrow && std::signed_integral<T>) result["minimum"] = static_cast<std::int64_t>(std::numeric_limits<T>::min());
  if (narrow) result["maximum"] = static_cast<std::int64_t>(std::numeric_limits<T>::max());
  return result;
}

// The schema of a T that is not recursive.
template <class T>
boost::json::object schema(Ranges ranges) {
  if constexpr (std::same_as<T, bool>) {
    return typed("boolean");
  } else if constexpr (Integer<T>) {
    return integer_schema<T>(ranges);
  } else if constexpr (std::floating_point<T>) {
    return typed("number");
  } else if constexpr (std::same_as<T, std::string>) {
    return typed("string");
  } else if constexpr (std::same_as<T, boost::json::value>) {
    return {};
  } else if constexpr (Enum<T>) {
    return enum_schema(enumerator_names<T>());
  } else if constexpr (Optional<T>) {
    return nullable(schema<typename T::value_type>(ranges));
  } else if constexpr (List<T>) {
    boost::json::object result = typed("array");
    result["items"] = schema<typename T::value_type>(ranges);
    return result;
  } else if constexpr (Struct<T>) {
    StructSchema result;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      using Field = FieldOf<T, decltype(member)>;
      result.add(member.name, schema<Field>(ranges), field_description<T>(member.name),
                 Optional<Field> ? Presence::optional : Presence::required);
    });
    return std::move(result).finish();
  } else {
    static_assert(unsupported<T>, "not a type of described.hpp: a struct or enum may lack its BOOST_DESCRIBE_ macro");
  }
}

// Fills `out` or throws Error json.field.
template <class T>
void read(const boost::json::value& from, T& out, const Place& place) {
  if constexpr (std::same_as<T, bool>) {
    out = read_bool(from, place);
  } else if constexpr (std::signed_integral<T>) {
    out = static_cast<T>(read_signed(from, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), place));
  } else if constexpr (std::unsigned_integral<T>) {
    out = static_cast<T>(read_unsigned(from, std::numeric_limits<T>::max(), place));
  } else if constexpr (std::floating_point<T>) {
    out = static_cast<T>(read_number(from, std::numeric_limits<T>::max(), place));
  } else if constexpr (std::same_as<T, std::string>) {
    out = read_string(from, place);
  } else if constexpr (std::same_as<T, boost::json::value>) {
    out = from;
  } else if constexpr (Enum<T>) {
    std::size_t index = read_choice(from, enumerator_names<T>(), place);
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&, at = std::size_t{0}](auto e) mutable {
      if (at++ == index) out = e.value;
    });
  } else if constexpr (Optional<T>) {
    if (from.is_null()) {
      out.reset();
    } else {
      read(from, out.emplace(), place);
    }
  } else if constexpr (List<T>) {
    const boost::json::array& list = read_array(from, place);
    out.clear();
    out.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      typename T::value_type element{};
      read(list[i], element, place[i]);
      out.push_back(std::move(element));
    }
  } else if constexpr (Struct<T>) {
    const boost::json::object& object = read_object(from, field_names<T>(), place);
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      using Field = FieldOf<T, decltype(member)>;
      const boost::json::value* field = object.if_contains(member.name);
      if (field) {
        read(*field, out.*member.pointer, place[std::string_view(member.name)]);
      } else if constexpr (!Optional<Field>) {
        throw_missing(member.name, place);
      }
    });
  } else {
    static_assert(unsupported<T>, "not a type of described.hpp: a struct or enum may lack its BOOST_DESCRIBE_ macro");
  }
}

}  // namespace described

// The JSON Schema that from_json<T> enforces: closed objects, required fields, the texts of describe_field.
// A T that contains itself does not compile. The ranges of integers are checked by from_json alone, unless they are
// said.
template <class T>
[[nodiscard]] boost::json::object json_schema_of(described::Ranges ranges = described::Ranges::unsaid) {
  if constexpr (described::recursive<T>())
    static_assert(described::unsupported<T>, "a struct that contains itself has no schema");
  else
    return described::schema<T>(ranges);
}

// T must be default-constructible. The error (json.field) names the field by its path:
// "field 'items[2].amount': expected an integer, got a string". Unknown fields are errors.
template <class T>
[[nodiscard]] Result<T> from_json(const boost::json::value& value) {
  try {
    T result{};
    described::read(value, result, described::Place());
    return Result<T>(std::move(result));
  } catch (const Error& error) {
    return error;
  }
}

// Fields in the order they are declared; an empty std::optional is left out. Throws json.not_finite for NaN and
// infinity.
template <class T>
[[nodiscard]] boost::json::value to_json(const T& value) {
  if constexpr (std::same_as<T, bool>) {
    return value;
  } else if constexpr (std::signed_integral<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::unsigned_integral<T>) {
    return static_cast<std::uint64_t>(value);
  } else if constexpr (std::floating_point<T>) {
    return described::finite(value);
  } else if constexpr (std::same_as<T, std::string>) {
    return boost::json::value(std::string_view(value));
  } else if constexpr (std::same_as<T, boost::json::value>) {
    return value;
  } else if constexpr (described::Enum<T>) {
    boost::json::value name;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
      if (e.value == value) name = std::string_view(e.name);
    });
    return name;
  } else if constexpr (described::Optional<T>) {
    return value ? to_json(*value) : boost::json::value(nullptr);
  } else if constexpr (described::List<T>) {
    boost::json::array list;
    list.reserve(value.size());
    for (const auto& element : value) list.push_back(to_json<typename T::value_type>(element));
    return list;
  } else if constexpr (described::Struct<T>) {
    boost::json::object object;
    boost::mp11::mp_for_each<described::Members<T>>([&](auto member) {
      using Field = described::FieldOf<T, decltype(member)>;
      const Field& field = value.*member.pointer;
      if constexpr (described::Optional<Field>) {
        if (field) object.emplace(member.name, to_json(*field));
      } else {
        object.emplace(member.name, to_json(field));
      }
    });
    return object;
  } else {
    static_assert(described::unsupported<T>,
                  "not a type of described.hpp: a struct or enum may lack its BOOST_DESCRIBE_ macro");
  }
}

}  // namespace executus
