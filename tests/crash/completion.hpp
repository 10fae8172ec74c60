// The answers of an OpenAI-compatible endpoint.
#pragma once

#include <string>

#include "script.hpp"

namespace executus::crash {

[[nodiscard]] std::string completion_json(const Answer& answer);
// The same as server-sent events.
[[nodiscard]] std::string completion_events(const Answer& answer);

}  // namespace executus::crash
