// A value or the Error that took its place, for outcomes a caller has to branch on.
#pragma once

#include <utility>
#include <variant>

#include <executus/base/error.hpp>

namespace executus {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  // The value; throws the Error when there is none.
  [[nodiscard]] T& value() & { return ok() ? std::get<0>(state_) : throw std::get<1>(state_); }
  [[nodiscard]] const T& value() const& { return ok() ? std::get<0>(state_) : throw std::get<1>(state_); }
  [[nodiscard]] T&& value() && { return std::move(value()); }

  // Precondition: ok().
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }
  T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }

  // Precondition: !ok().
  [[nodiscard]] const Error& error() const noexcept { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace executus
