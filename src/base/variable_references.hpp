// The ${VAR} of a configuration's text, one by one; expand_variables() puts them all in. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <executus/base/error.hpp>

namespace executus {

struct VariableReference {
  std::string_view whole;  // ${VAR} or ${VAR:-default}
  std::string_view name;
};

// As far as they are well-formed.
[[nodiscard]] std::vector<VariableReference> variable_references(std::string_view text);

// What of `text` expand_variables() cannot expand whatever is set. Error config.variable.
[[nodiscard]] std::optional<Error> malformed_reference(std::string_view text);

}  // namespace executus
