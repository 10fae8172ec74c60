// Checks of the values of options: what is wrong, or nothing.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <executus/base/error.hpp>

namespace executus::cli {

[[nodiscard]] inline Error usage_error(std::string message) { return failed("cli.usage", std::move(message)); }

[[nodiscard]] std::string not_empty(const std::string& value);

// For whole numbers from 0: CLI11 reads -1 into an unsigned number as the largest there is.
[[nodiscard]] std::string digits_only(const std::string& value);

// For whole numbers from 1: with 0 an empty list would look like a true answer.
[[nodiscard]] std::string from_one(const std::string& value);

// Refuses the placeholder of a printed command that was pasted without filling it in.
[[nodiscard]] std::function<std::string(const std::string&)> filled_in(std::string_view placeholder);

}  // namespace executus::cli
