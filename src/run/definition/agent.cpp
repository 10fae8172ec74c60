#include <optional>

#include <executus/run/agent.hpp>

#include "base/named.hpp"

namespace executus {

std::string_view to_string(Phase::Kind kind) {
  switch (kind) {
    case Phase::Kind::loop:
      return "loop";
    case Phase::Kind::prompt:
      return "prompt";
    case Phase::Kind::map:
      return "map";
    case Phase::Kind::branch:
      return "branch";
    case Phase::Kind::repeat:
      return "repeat";
  }
  return "loop";
}

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
  return find_named(name, {OnInDoubt::park, OnInDoubt::tell_model, OnInDoubt::retry});
}

std::optional<OnModelUnavailable> parse_on_model_unavailable(std::string_view name) {
  return find_named(name, {OnModelUnavailable::park, OnModelUnavailable::fail});
}

}  // namespace executus
