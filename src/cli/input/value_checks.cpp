#include "cli/input/value_checks.hpp"

namespace executus::cli {

std::string not_empty(const std::string& value) {
  return value.empty() ? "the value is empty; give one, or leave the option out" : "";
}

std::string digits_only(const std::string& value) {
  bool number = !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
  return number ? "" : "'" + value + "' is no whole number from 0";
}

std::string from_one(const std::string& value) {
  auto wrong = digits_only(value);
  bool zero = wrong.empty() && value.find_first_not_of('0') == std::string::npos;
  return zero ? "it has to be at least 1" : wrong;
}

std::function<std::string(const std::string&)> filled_in(std::string_view placeholder) {
  return [placeholder](const std::string& value) {
    return value == placeholder ? "put what happened in the place of " + value : std::string();
  };
}

}  // namespace executus::cli
