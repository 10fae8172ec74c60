// What to say when nothing stands for a tier: which variables would help.
#pragma once

#include <string>
#include <vector>

#include "llm/endpoint/vendor.hpp"

namespace executus::llm {

// Error model.no_provider.
[[nodiscard]] Error no_model_for(const std::string& tier, const std::vector<ProviderInfo>& providers,
                                 const Vendors& vendors);

}  // namespace executus::llm
