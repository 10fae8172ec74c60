// How much a provider's account allows: what the model calls of this process keep to, all runs together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace executus::llm {

// What is 0 is not limited.
struct ModelLimits {
  int requests_per_minute = 0;
  std::int64_t tokens_per_minute = 0;  // input and output together
  std::size_t concurrent = 0;          // calls at a time; those beyond it wait in a fair line, see lane.hpp

  // Requests that may go at once after a quiet time. More of them make the steady pace slower, so that no minute ever
  // has more than `requests_per_minute`. Nothing: one, and one for each fifty a minute.
  std::optional<int> burst = {};

  bool operator==(const ModelLimits&) const = default;
};

// By "provider" or "provider/model". All models of a key share what it allows; what a model has of its own holds
// besides what its provider has.
using LimitTable = std::map<std::string, ModelLimits>;

// The keys that hold for the model `target` ("provider/model"): its own, then that of its provider. Empty: none.
[[nodiscard]] std::vector<std::string> limits_keys(const LimitTable& limits, std::string_view target);

}  // namespace executus::llm
