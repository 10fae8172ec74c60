#include <algorithm>
#include <array>

#include <executus/skillpack/manifest.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "base/yaml/fields.hpp"
#include "skillpack/front_matter.hpp"

namespace executus::skillpack {
namespace {

constexpr std::size_t kMostKeys = 500;
constexpr std::array<std::string_view, 5> kKeys{"name", "description", "license", "compatibility", "allowed-tools"};

std::string in_one_line(std::string_view text) {
  std::string line;
  for (char c : text) {
    bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  return std::string(trim(line));
}

// Names between commas or spaces; what stands in brackets belongs to its name: "Read, Bash(git add:*)".
std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> names(1);
  int depth = 0;
  for (char c : text) {
    depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
    if (depth > 0 || (c != ' ' && c != ',' && c != '\n'))
      names.back() += c;
    else if (!names.back().empty())
      names.emplace_back();
  }
  if (names.back().empty()) names.pop_back();
  return names;
}

class Reading {
 public:
  explicit Reading(Fields& fields) : fields_(fields) {}

  Manifest read() {
    Manifest manifest;
    manifest.name = fields_.required_string("name");
    if (auto wrong = wrong_with_name(manifest.name); !manifest.name.empty() && !wrong.empty())
      fields_.error("name", "'name': " + wrong);
    manifest.description = in_one_line(fields_.required_string("description"));
    refuse_longer("description", manifest.description, kLongestDescription);
    if (auto has = count_characters(manifest.description); has > kUsualDescription && has <= kLongestDescription)
      fields_.warning("description", "'description' has " + std::to_string(has) + " characters; other programs take " +
                                         std::to_string(kUsualDescription) + " at most");
    manifest.license = in_one_line(fields_.string("license").value_or(""));
    manifest.compatibility = in_one_line(fields_.string("compatibility").value_or(""));
    refuse_longer("compatibility", manifest.compatibility, kLongestCompatibility);
    manifest.allowed_tools = tools();
    pass_over_others();
    return manifest;
  }

 private:
  void refuse_longer(std::string_view key, const std::string& text, std::size_t most) {
    if (auto has = count_characters(text); has > most)
      fields_.error(key, "'" + std::string(key) + "' has " + std::to_string(has) + " characters; at most " +
                             std::to_string(most) + " are allowed");
  }

  std::vector<std::string> tools() {
    const auto* value = fields_.raw("allowed-tools");
    if (!value || value->is_null()) return {};
    if (value->is_string()) return listed(value->get_string());
    return fields_.strings("allowed-tools").value_or(std::vector<std::string>());
  }

  // Authors write keys of other programs. One that is nearly one of ours is a slip of the pen.
  void pass_over_others() {
    for (const auto& member : fields_.document().root().get_object()) {
      (void)fields_.raw(member.key());
      if (std::ranges::find(kKeys, std::string_view(member.key())) != kKeys.end()) continue;
      if (auto meant = did_you_mean(member.key(), kKeys); !meant.empty())
        fields_.warning(member.key(), "'" + std::string(clip(member.key(), 80)) + "' is not read" + meant);
    }
  }

  Fields& fields_;
};

ReadManifest broken(const std::string& file, const YamlProblem& problem) {
  return {std::nullopt, {located(file, problem.where, "error", problem.message)}, {}};
}

ReadManifest with_problems(std::optional<Manifest> manifest, const Problems& problems) {
  if (problems.has_errors()) manifest.reset();
  return {std::move(manifest), problems.errors(), problems.warnings()};
}

}  // namespace

std::string wrong_with_name(std::string_view name) {
  auto fits = [](char c) { return (is_ascii_alphanumeric(c) && lowered(c) == c) || c == '-'; };
  std::string shown = "'" + std::string(clip(name, 80)) + "'";
  if (name.empty()) return "it is empty";
  if (name.size() > kLongestName) return shown + " has more than " + std::to_string(kLongestName) + " characters";
  if (!std::ranges::all_of(name, fits)) return shown + " may hold lower-case letters, digits and '-' only";
  if (name.starts_with('-') || name.ends_with('-')) return shown + " begins or ends with '-'";
  if (name.find("--") != std::string_view::npos) return shown + " has two '-' in a row";
  return "";
}

ReadManifest read_manifest(std::string_view bytes, const std::string& file) {
  if (bytes.size() > kLargestManifest)
    return broken(file, {{},
                         "the file has " + std::to_string(bytes.size()) + " bytes; a SKILL.md may have " +
                             std::to_string(kLargestManifest) + ": move what is long to files beside it"});
  auto text = skill_text(bytes);
  if (text.problem) return broken(file, *text.problem);
  YamlProblem problem;
  auto parts = front_matter(text.text, problem);
  if (!parts) return broken(file, problem);
  Problems problems;
  if (auto quoted = quote_description(parts->yaml))
    problems.warning(file, *quoted, "'description' has a colon, and is taken as text; put it in quotes");
  std::vector<YamlProblem> malformed;
  auto document = parse_yaml(parts->yaml, file, malformed);
  for (auto& each : malformed) problems.error(file, each.where, std::move(each.message));
  if (!document) return with_problems(std::nullopt, problems);
  if (auto keys = document->root().is_object() ? document->root().get_object().size() : 0; keys > kMostKeys)
    return broken(file, {{2, 1},
                         "the front matter has " + std::to_string(keys) + " keys; at most " +
                             std::to_string(kMostKeys) + " are read"});
  Manifest manifest;
  read_fields(*document, problems, [&](Fields& fields) { manifest = Reading(fields).read(); });
  manifest.body = std::move(parts->body);
  return with_problems(std::move(manifest), problems);
}

}  // namespace executus::skillpack
