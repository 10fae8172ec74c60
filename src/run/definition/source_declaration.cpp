#include "run/definition/source_declaration.hpp"

#include <boost/json.hpp>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>

namespace executus::run {

std::string source_name(const boost::json::object& declaration) {
  const auto* name = declaration.if_contains("name");
  return name && name->is_string() ? std::string(name->get_string()) : std::string();
}

bool is_required(const boost::json::object& declaration) {
  const auto* required = declaration.if_contains("required");
  return required && *required == boost::json::value(true);
}

std::string declaration_digest(const boost::json::object& declaration) {
  return sha256_hex(canonical_json(declaration));
}

Names names_tools_of(std::string_view pattern, std::string_view source) {
  auto beginning = std::string(source) + ".";
  auto literal = pattern.substr(0, pattern.find_first_of("*?"));
  if (literal.starts_with(beginning)) return Names::only;
  bool is_glob = literal.size() < pattern.size();
  return is_glob && std::string_view(beginning).starts_with(literal) ? Names::some : Names::none;
}

}  // namespace executus::run
