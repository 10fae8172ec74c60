#include "llm/told_twice.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus::llm {

std::optional<std::string> told_twice(std::string pieces, std::string whole) {
  auto said = trim(pieces), again = trim(whole);
  if (again.empty() || again == said) return pieces;
  return again.starts_with(said) ? std::optional(std::move(whole)) : std::nullopt;
}

// Arguments that are complete cannot go on.
std::optional<std::string> arguments_told_twice(std::string pieces, std::string whole) {
  auto ours = parse_json(pieces), theirs = parse_json(whole);
  if (!ours) return told_twice(std::move(pieces), std::move(whole));
  bool same = trim(whole).empty() || (theirs && *ours == *theirs);
  return same ? std::optional(std::move(pieces)) : std::nullopt;
}

}  // namespace executus::llm
