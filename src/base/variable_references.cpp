#include "base/variable_references.hpp"

namespace executus {

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

}  // namespace executus
