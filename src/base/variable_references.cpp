#include "base/variable_references.hpp"

#include <executus/base/environment.hpp>

namespace executus {
namespace {

class EverythingSet final : public Environment {
 public:
  std::optional<std::string> get(std::string_view) const override { return "x"; }
  std::vector<std::string> names_with_prefix(std::string_view) const override { return {}; }
};

}  // namespace

std::vector<VariableReference> variable_references(std::string_view text) {
  std::vector<VariableReference> found;
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    auto end = text.find('}', at);
    if (end == std::string_view::npos) break;
    if (at > 0 && text[at - 1] == '$') continue;  // $${ is a literal ${
    auto whole = text.substr(at, end + 1 - at);
    found.push_back({whole, whole.substr(2, whole.find_first_of(":}") - 2)});
  }
  return found;
}

// A default is looked at only where its variable is not set.
std::optional<Error> malformed_reference(std::string_view text) {
  if (auto all_set = expand_variables(text, EverythingSet()); !all_set.ok()) return all_set.error();
  for (const auto& reference : variable_references(text)) {
    if (reference.whole.find(":-") == std::string_view::npos) continue;
    if (auto by_default = expand_variables(reference.whole, FixedEnvironment(FixedEnvironment::Variables()));
        !by_default.ok())
      return by_default.error();
  }
  return std::nullopt;
}

}  // namespace executus
