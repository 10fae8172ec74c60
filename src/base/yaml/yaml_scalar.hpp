// What a plain YAML scalar stands for.
#pragma once

#include <string_view>

#include <boost/json/value.hpp>

#include <executus/base/result.hpp>

namespace executus {

// The core schema of YAML 1.2 with the exceptions yaml.hpp names. The error's message has no position yet.
[[nodiscard]] Result<boost::json::value> plain_yaml_scalar(std::string_view text);

}  // namespace executus
