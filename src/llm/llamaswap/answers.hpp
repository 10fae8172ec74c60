// What llama-swap's own endpoints answer. Pure. Errors: ModelError model.malformed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/llm/llamaswap.hpp>

namespace executus::llm::llamaswap {

[[nodiscard]] std::vector<ListedModel> listed_models(std::string_view body, const std::string& target);
[[nodiscard]] std::vector<RunningModel> running_models(std::string_view body, const std::string& target);

// "/api/models/unload/author/model"; every other special character as %XX.
[[nodiscard]] std::string unload_path(std::string_view id);

}  // namespace executus::llm::llamaswap
