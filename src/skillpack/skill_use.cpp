#include "skillpack/skill_use.hpp"

#include <optional>
#include <utility>

#include <boost/describe/class.hpp>

#include <executus/run/skill_packs.hpp>
#include <executus/tool/typed_tool.hpp>

#include "base/contained.hpp"
#include "base/text.hpp"
#include "skillpack/catalog.hpp"
#include "skillpack/skill_page.hpp"

namespace executus::skillpack {

struct SkillUseArgs {
  std::optional<std::string> skill;
  std::optional<std::string> file;
  std::optional<int> offset;
  std::optional<std::string> find;
  std::optional<std::string> run;
};
BOOST_DESCRIBE_STRUCT(SkillUseArgs, (), (skill, file, offset, find, run))

std::string_view describe_field(std::type_identity<SkillUseArgs>, std::string_view field) {
  if (field == "skill") return "The skill, as the list of skills names it (PACK/NAME).";
  if (field == "file") return "A file of the skill to read, by its path in the skill.";
  if (field == "offset") return "First line to show, from 1: for texts that are cut.";
  if (field == "find") return "Instead of `skill`: words; lists the skills that have them, with whole descriptions.";
  return "A script of the skill to run. Scripts do not run yet: such a call fails.";
}

namespace {

using tool::Done;
using tool::Failed;
using tool::Outcome;

// What the run has, for as long as its tool lives.
struct Shelf {
  SkillSet set;
  std::function<std::shared_ptr<BundleStager>(const RunId& run)> make_stager;
  Logger* logger;
  std::shared_ptr<BundleStager> stager = {};
};

Outcome failure(std::string message) { return Failed{std::move(message)}; }

std::string no_file(const ChosenSkill& chosen, const std::string& path) {
  std::vector<std::string> names;
  for (const auto* file : chosen.skill->files) names.emplace_back(chosen.skill->local(file->path));
  for (const auto& file : chosen.skill->missing)
    if (chosen.skill->local(file.path) == path) return "'" + path + "' is not here: in the pack it is " + file.what;
  return "skill " + chosen.full_name() + " has no file '" + std::string(clip(path, 200)) + "'" +
         did_you_mean(path, names);
}

Outcome lookup(const SkillSet& set, const std::string& words) {
  auto text = found_in(set, words);
  if (text.empty()) return failure("no skill has one of these words: " + std::string(clip(words, 200)));
  return Done{std::move(text)};
}

Outcome file_page(const ChosenSkill& chosen, const std::string& path, std::size_t first) {
  const auto* file = file_of(chosen, path);
  if (!file) return failure(no_file(chosen, path));
  bool is_text = is_valid_utf8(file->bytes) && file->bytes.find('\0') == std::string::npos;
  if (!is_text)
    return failure("'" + path + "' is no text (" + std::to_string(file->bytes.size()) + " bytes); it cannot be shown");
  auto page = page_of(file->bytes, first);
  if (page.empty() && first > 1) return failure("'" + path + "' has no line " + std::to_string(first));
  return Done{std::move(page)};
}

Outcome not_run(const ChosenSkill& chosen, const std::string& path) {
  if (!file_of(chosen, path)) return failure(no_file(chosen, path));
  return failure(
      "scripts of skill packs do not run in this version of executus: '" + path +
      "' was not run, and nothing happened. Read it with `file`, and do what it does with your other tools, or "
      "say that it cannot be done here");
}

// What the stager says of the skill's files; "" without one, and when it fails.
Task<std::string> staged(std::shared_ptr<Shelf> shelf, ChosenSkill chosen, RunId run) {
  if (chosen.skill->files.empty()) co_return "";
  try {
    if (!shelf->stager && shelf->make_stager) shelf->stager = shelf->make_stager(run);
    if (!shelf->stager) co_return "";
    auto task = shelf->stager->stage(chosen.pack, chosen.skill->manifest.name);
    co_return co_await std::move(task);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    if (shelf->logger)
      log_caught(*shelf->logger, LogLevel::warn, {"the files of skill ", chosen.full_name(), " could not be staged"});
  }
  co_return "";
}

Task<Outcome> read_skill(std::shared_ptr<Shelf> shelf, ChosenSkill chosen, std::size_t first, RunId run) {
  auto page = skill_page(chosen, first);
  if (page.empty()) co_return failure("skill " + chosen.full_name() + " has no line " + std::to_string(first));
  auto note = first == 1 ? co_await staged(std::move(shelf), chosen, std::move(run)) : std::string();
  if (!note.empty()) page += "\n\n" + note;
  co_return Done{std::move(page)};
}

Task<Outcome> use(std::shared_ptr<Shelf> shelf, SkillUseArgs args, RunId run) {
  if (args.find && !args.skill) co_return lookup(shelf->set, *args.find);
  if (!args.skill) co_return failure("name a skill with `skill`, or look for one with `find`");
  auto chosen = find_skill(shelf->set, *args.skill);
  if (!chosen.ok()) co_return failure(chosen.error().message());
  if (args.offset && *args.offset < 1) co_return failure("`offset` counts from 1");
  auto first = static_cast<std::size_t>(args.offset.value_or(1));
  if (args.run) co_return not_run(*chosen, *args.run);
  if (args.file) co_return file_page(*chosen, *args.file, first);
  co_return co_await read_skill(std::move(shelf), *chosen, first, std::move(run));
}

}  // namespace

std::shared_ptr<tool::Tool> make_skill_use(SkillSet set, const ActivatorOptions& options) {
  ToolOptions info{.name = std::string(kSkillUse),
                   .description = "Read a skill before a task it fits, then the files it names.",
                   .effect = tool::Effect::pure};
  auto shelf = std::make_shared<Shelf>(Shelf{std::move(set), options.stager, options.logger});
  return make_tool<SkillUseArgs>(std::move(info), [shelf](SkillUseArgs args, const tool::Call& call) {
    return use(shelf, std::move(args), call.run);
  });
}

}  // namespace executus::skillpack
