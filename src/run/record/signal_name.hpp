// What a signal may be called.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/base/error.hpp>

namespace executus::run {

// Nothing: the name is a good one.
[[nodiscard]] std::optional<Error> wrong_signal_name(std::string_view name);

}  // namespace executus::run
