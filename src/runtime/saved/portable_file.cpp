#include "runtime/saved/portable_file.hpp"

#include <utility>

#include <boost/json.hpp>

#include "base/text_file.hpp"
#include "base/yaml/yaml_write.hpp"

namespace executus {
namespace {

namespace json = boost::json;

// There is nothing beside it: a text that needs its place does not say the same there.
constexpr const char* kNowhere = "/dev/null/agent.yaml";

bool says(const AgentLibrary& library, const std::string& text, DelegateKind as, AgentFile expected) {
  Diagnostics unheard;
  auto read = library.parse(text, kNowhere, as, unheard);
  if (!read) return false;
  for (auto* file : {&*read, &expected}) {
    file->warnings.clear();
    file->origins.clear();
  }
  return *read == expected;
}

// In the order in which people write them.
json::object standing_alone(json::object keys, const Agent& agent) {
  if (keys.contains("system_prompt_file")) keys["system_prompt"] = agent.system_prompt;
  if (keys.contains("root")) keys["root"] = agent.root;
  for (std::string_view placed : {"extends", "system_prompt_file"})
    if (auto* at = keys.find(placed); at != keys.end()) keys.stable_erase(at);
  json::object sorted;
  for (std::string_view first : {"name", "description", "model", "system_prompt"})
    if (const auto* value = keys.if_contains(first)) sorted.emplace(first, *value);
  for (const auto& [key, value] : keys) sorted.emplace(key, value);  // those that are there stay
  return sorted;
}

}  // namespace

std::optional<PortableFile> load_portable(const AgentLibrary& library, const std::string& path, DelegateKind as,
                                          Diagnostics& diagnostics) {
  auto file = library.load(path, diagnostics, as);
  if (!file) return std::nullopt;
  auto text = read_text_file(path);
  if (text.ok() && says(library, *text, as, *file)) return PortableFile{std::move(*file), std::move(*text)};
  auto keys = library.flattened(path, as);
  auto written = keys ? write_yaml(standing_alone(std::move(*keys), file->agent)) : std::string();
  if (says(library, written, as, *file)) return PortableFile{std::move(*file), std::move(written)};
  diagnostics.errors.push_back(located(path, {}, "error",
                                       "what it says depends on where it lies, so no text of it can be kept; write it "
                                       "without 'extends' and without files beside it"));
  return std::nullopt;
}

}  // namespace executus
