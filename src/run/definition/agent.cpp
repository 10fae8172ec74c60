#include <optional>

#include <executus/run/agent.hpp>

namespace executus {

std::string_view to_string(OnInDoubt policy) {
  switch (policy) {
    case OnInDoubt::park:
      return "park";
    case OnInDoubt::tell_model:
      return "tell_model";
    case OnInDoubt::retry:
      return "retry";
  }
  return "park";
}

std::string_view to_string(OnModelUnavailable policy) { return policy == OnModelUnavailable::fail ? "fail" : "park"; }

std::optional<OnInDoubt> parse_on_in_doubt(std::string_view name) {
  for (auto policy : {OnInDoubt::park, OnInDoubt::tell_model, OnInDoubt::retry})
    if (to_string(policy) == name) return policy;
  return std::nullopt;
}

std::optional<OnModelUnavailable> parse_on_model_unavailable(std::string_view name) {
  for (auto policy : {OnModelUnavailable::park, OnModelUnavailable::fail})
    if (to_string(policy) == name) return policy;
  return std::nullopt;
}

}  // namespace executus
