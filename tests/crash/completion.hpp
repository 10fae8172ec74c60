// The answers of an OpenAI-compatible endpoint, for what the script says.
#pragma once

#include <string>

namespace executus::crash {

[[nodiscard]] std::string completion_json(const std::string& run, int ordinal);
// The same as server-sent events.
[[nodiscard]] std::string completion_events(const std::string& run, int ordinal);

}  // namespace executus::crash
