// References between URLs.
#pragma once

#include <optional>
#include <string>

namespace executus::net {

// Where `reference` ("../b", "//host/c", "?q") leads from `base`; nothing: nowhere that can be told.
[[nodiscard]] std::optional<std::string> resolved_url(const std::string& base, const std::string& reference);

}  // namespace executus::net
