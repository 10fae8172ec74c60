// What the functions of typed tools (executus/tool/typed_tool.hpp) may return, and what that says of a call.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/mp11/algorithm.hpp>

#include <executus/base/described.hpp>
#include <executus/base/json.hpp>
#include <executus/tool/tool.hpp>

namespace executus::tool::detail {

template <class T>
struct TaskOf : std::false_type {
  using Value = T;
};
template <class T>
struct TaskOf<Task<T>> : std::true_type {
  using Value = T;
};

// T is a Said (Outcome or Probe), or one of its alternatives.
template <class T, class Said>
concept Says = std::same_as<T, Said> || boost::mp11::mp_contains<Said, T>::value;

// What the model reads: texts as they are, all else as JSON.
template <class T>
[[nodiscard]] std::string text_of(T value) {
  if constexpr (std::same_as<T, std::string>)
    return value;
  else if constexpr (std::convertible_to<T, std::string_view>)
    return std::string(std::string_view(value));
  else if constexpr (std::same_as<T, boost::json::object> || std::same_as<T, boost::json::array>)
    return write_json(value);
  else
    return write_json(executus::to_json(value));
}

// The call has happened, also when its result is none that JSON can say.
template <class T>
[[nodiscard]] Done done_with(T value) {
  Done done;
  try {
    done.text = text_of(std::move(value));
  } catch (const Error& problem) {
    done.text = "the call has happened; its result cannot be shown: " + problem.message();
  }
  return done;
}

template <class T>
[[nodiscard]] Outcome as_outcome(T value) {
  if constexpr (Says<T, Outcome>)
    return Outcome(std::move(value));
  else
    return Outcome(done_with(std::move(value)));
}

template <class T>
[[nodiscard]] Probe as_probe(T value) {
  if constexpr (Says<T, Probe>) {
    return Probe(std::move(value));
  } else {
    static_assert(described::Optional<T>,
                  "a probe returns tool::Probe, an std::optional of what happened, or a Task of one");
    using Happened = typename T::value_type;
    static_assert(Says<Happened, Probe> || !Says<Happened, Outcome>,
                  "a probe says tool::Unclear for what it could not find out; tool::Outcome is of calls");
    if (!value) return Probe(DidNotHappen{});
    if constexpr (Says<Happened, Probe>)
      return Probe(std::move(*value));
    else
      return Probe(done_with(std::move(*value)));
  }
}

// A call, or a probe, that the function is not asked for: it fails whenever it is made, and a probe has found out
// nothing.
template <class Said>
[[nodiscard]] Said not_asked(std::string why) {
  if constexpr (std::same_as<Said, Outcome>)
    return Said(Failed{std::move(why)});
  else
    return Said(Unclear{std::move(why)});
}

template <class Said, class T>
[[nodiscard]] Said said(T value) {
  if constexpr (std::same_as<Said, Outcome>)
    return as_outcome(std::move(value));
  else
    return as_probe(std::move(value));
}

}  // namespace executus::tool::detail
