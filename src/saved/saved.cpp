#include <algorithm>

#include <executus/base/json_schema.hpp>
#include <executus/saved/saved.hpp>
#include <executus/saved/shelf.hpp>

#include "base/text.hpp"
#include "run/definition/inputs.hpp"

namespace executus::saved {
namespace {

std::string named(const Record& record, const Definition& definition) {
  return "'" + std::string(clip(definition.agent.name, 80)) + "' of '" + std::string(clip(record.owner, 80)) + "'";
}

std::string what_is_wrong(const Record& record, const Definition& definition) {
  bool is_shared = definition.visibility == tool::Visibility::shared;
  if (definition.agent.name.empty()) return "it has no name";
  if (record.owner.empty()) return "it has no owner";
  if (is_shared && definition.shared_with.empty()) return "it is shared with nobody; say with whom, or make it private";
  if (!is_shared && !definition.shared_with.empty())
    return "it says with whom it is shared, and is " + std::string(to_string(definition.visibility));
  if (auto wrong = check_schema(definition.inputs)) return "its inputs: " + wrong->message();
  return "";
}

}  // namespace

bool is_visible(const Record& record, const Definition& definition, std::string_view person) {
  if (record.owner == person || definition.visibility == tool::Visibility::everyone) return true;
  return definition.visibility == tool::Visibility::shared &&
         std::ranges::find(definition.shared_with, person) != definition.shared_with.end();
}

std::optional<WallTime> due_at(const Record& record, const Definition& definition) {
  return definition.schedule.cron.empty() ? std::nullopt : record.next_run;
}

std::optional<Error> fault_of(const Record& record, const Definition& definition) {
  auto wrong = what_is_wrong(record, definition);
  if (wrong.empty()) return std::nullopt;
  return failed("saved.malformed", named(record, definition) + " cannot be saved: " + wrong);
}

std::optional<Error> refusal(const Definition& definition, const tool::Registry& registry, tool::Author author) {
  auto tools = definition.agent.tools;
  for (const auto& phase : definition.agent.phases)
    if (phase.tools) tools.insert(tools.end(), phase.tools->begin(), phase.tools->end());
  if (auto refused = refusal_to_save(registry, tools, author)) return refused;
  return refusal_to_share(registry, tools, definition.visibility);
}

Result<boost::json::object> with_defaults(const Definition& definition, const boost::json::object& given) {
  auto inputs = run::with_defaults(definition.inputs, given);
  auto wrong = validate(definition.inputs, inputs);
  if (wrong.empty()) return inputs;
  return failed("config.inputs",
                "the inputs of '" + std::string(clip(definition.agent.name, 80)) + "' do not fit: " + wrong.front());
}

void throw_exists(const Record& record, const Definition& definition) {
  throw failed("saved.exists",
               "there is one already: " + named(record, definition) + "; update it, or choose another name");
}

void throw_unknown(const Record& record) {
  throw failed("saved.unknown",
               "nothing saved has the id '" + std::string(clip(record.id, 80)) + "'; it may have been removed");
}

void throw_changed(const Record& record, const Definition& definition, const std::string& newest) {
  throw failed("saved.changed", named(record, definition) + " was changed meanwhile: version " + newest +
                                    " is the newest, and not " + record.version + "; look at it, then save again");
}

}  // namespace executus::saved
