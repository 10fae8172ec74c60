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

// For whole numbers from 1: none at all would be told as if there were nothing.
[[nodiscard]] std::string from_one(const std::string& value);

// A ready-made command pasted as it was printed must not settle anything.
[[nodiscard]] std::function<std::string(const std::string&)> filled_in(std::string_view placeholder);

}  // namespace executus::cli
