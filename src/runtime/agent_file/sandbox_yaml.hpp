// The key `sandbox` of agent files and of their command tools.
#pragma once

#include <optional>

#include <boost/json/value.hpp>

#include "base/yaml/fields.hpp"

namespace executus {

// As declarations keep it: "off", or a policy (tools/sandbox/policy.hpp). Nothing: the key is not there.
[[nodiscard]] std::optional<boost::json::value> read_sandbox(Fields& fields);

}  // namespace executus
