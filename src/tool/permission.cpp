#include <algorithm>

#include <executus/tool/permission.hpp>

#include "base/among.hpp"
#include "base/named.hpp"
#include "base/text.hpp"

namespace executus::tool {
namespace {

// "'a', 'b'": the tools that `patterns` select and `is_refused` names.
template <class Refused>
std::string selected(const Registry& registry, const std::vector<std::string>& patterns, Refused is_refused) {
  std::string list;
  for (const auto& name : registry.names()) {
    auto selects = [&](const std::string& pattern) { return matches_glob(pattern, name); };
    if (std::ranges::none_of(patterns, selects) || !is_refused(registry.find(name)->info().access)) continue;
    list += (list.empty() ? "'" : ", '") + name + "'";
  }
  return list;
}

}  // namespace

std::string_view to_string(Visibility visibility) {
  switch (visibility) {
    case Visibility::owner:
      return "private";
    case Visibility::shared:
      return "shared";
    case Visibility::everyone:
      return "public";
  }
  return "private";
}

std::optional<Visibility> parse_visibility(std::string_view name) {
  using enum Visibility;
  return find_named(name, {owner, shared, everyone});
}

std::optional<Error> refusal_to_save(const Registry& registry, const std::vector<std::string>& tools, Author author) {
  if (author == Author::admin) return std::nullopt;
  auto reserved =
      selected(registry, tools, [](const Access& access) { return access.authors == Access::Authors::admins; });
  if (reserved.empty()) return std::nullopt;
  return failed("tool.reserved", "only an admin may save a definition that names " + reserved +
                                     "; leave them out, or have an admin save it");
}

std::optional<Error> refusal_to_share(const Registry& registry, const std::vector<std::string>& tools,
                                      Visibility visibility) {
  if (visibility == Visibility::owner) return std::nullopt;
  auto unsafe =
      selected(registry, tools, [](const Access& access) { return access.sharing == Access::Sharing::unsafe; });
  if (unsafe.empty()) return std::nullopt;
  return failed("tool.unshareable", "a definition that names " + unsafe + " has to stay private; leave them out, or " +
                                        "do not make it " + std::string(to_string(visibility)));
}

std::optional<Error> refusal_to_call(const ToolInfo& tool, std::string_view agent) {
  const auto& only_for = tool.access.only_for;
  if (only_for.empty() || is_among(agent, only_for)) return std::nullopt;
  return failed("tool.restricted", "agent '" + std::string(clip(agent, 80)) + "' may not call '" + tool.spec.name +
                                       "': the tool is kept to other agents");
}

}  // namespace executus::tool
