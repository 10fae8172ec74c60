#include <algorithm>

#include <executus/base/digest.hpp>
#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>
#include <executus/saved/saved.hpp>

#include "base/text.hpp"
#include "run/definition/inputs.hpp"
#include "saved/refusals.hpp"
#include "saved/stored_value.hpp"

namespace executus::saved {
namespace {

std::string named(const Record& record, std::string_view name) {
  return "'" + std::string(clip(name, 80)) + "' of '" + std::string(clip(record.owner, 80)) + "'";
}
std::string named(const Record& record, const Definition& definition) { return named(record, definition.agent.name); }

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

void add_tools(const Agent& agent, std::vector<std::string>& tools) {
  tools.insert(tools.end(), agent.tools.begin(), agent.tools.end());
  for (const auto& phase : agent.phases)
    if (phase.tools) tools.insert(tools.end(), phase.tools->begin(), phase.tools->end());
  for (const auto& below : agent.sub_agents) add_tools(below, tools);
}

std::string digest_of(Definition definition) {
  definition.source = {};
  return sha256_hex(write_json(to_stored(definition)));
}

}  // namespace

void set_source(Definition& definition, std::string text) {
  definition.source = {std::move(text), digest_of(definition)};
}

std::optional<std::string> source_of(const Definition& definition) {
  bool says_it = !definition.source.text.empty() && definition.source.of == digest_of(definition);
  return says_it ? std::optional(definition.source.text) : std::nullopt;
}

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
  std::vector<std::string> tools;
  add_tools(definition.agent, tools);
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

void throw_not_kept(const Record& record, const Definition& definition) {
  throw failed("saved.malformed", named(record, definition) +
                                      " cannot be saved: a part of it has no stored form, such as the multiplier of a "
                                      "critic that is not enabled; leave that part at its default");
}

void throw_unreadable(std::string_view why) {
  throw failed("saved.unreadable", "what is stored cannot be read: " + std::string(clip(why, 200)) +
                                       "; the database is damaged, or was written by another program");
}

void throw_unreadable(const Record& record, const std::string& name, const std::string& why) {
  throw failed("saved.unreadable", named(record, name) + ", version " + std::to_string(record.number) + ": " + why);
}

void throw_taken(const Record& record, const Definition& definition, const Key& key) {
  throw failed("saved.malformed",
               named(record, definition) + " cannot be saved: its " + key.kind + " is another's; choose another one");
}

}  // namespace executus::saved
