// The stored form, format 2: {"format":2,"meta":{...},"messages":[...],"iteration":3,"completed_phases":[...],
// "updated_at":ms,"past":{...},"elapsed_ms":ms,"ended":{...},"fruitless":1}; what follows updated_at may be absent.
// Messages, phases, past and end have the form they have in journals.
#include <limits>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/error.hpp>
#include <executus/base/json.hpp>
#include <executus/checkpoint/snapshot.hpp>

namespace executus::checkpoint {
namespace {

namespace json = boost::json;

constexpr std::int64_t kFormat = 2;
const int kPhaseEnded = journal::kind_of(journal::PhaseEnded{});
const int kAdmitted = journal::kind_of(journal::Admitted{});
const int kEnded = journal::kind_of(journal::Ended{});

[[noreturn]] void malformed_snapshot(std::string_view what) {
  throw failed("journal.malformed", "a stored run snapshot is malformed (" + std::string(what) +
                                        "); it is damaged or was written by another program: remove it");
}

const json::object& object_in(const json::value& value, std::string_view what) {
  if (!value.is_object()) malformed_snapshot(what);
  return value.get_object();
}

const json::value& member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value) malformed_snapshot(key);
  return *value;
}

std::string text_at(const json::object& object, std::string_view key) {
  const auto& value = member(object, key);
  if (!value.is_string()) malformed_snapshot(key);
  return std::string(value.get_string());
}

std::int64_t number_at(const json::object& object, std::string_view key) {
  const auto& value = member(object, key);
  if (!value.is_int64()) malformed_snapshot(key);
  return value.get_int64();
}

int count_at(const json::object& object, std::string_view key) {
  auto number = number_at(object, key);
  if (number < 0 || number > std::numeric_limits<int>::max()) malformed_snapshot(key);
  return static_cast<int>(number);
}

const json::array& list_at(const json::object& object, std::string_view key) {
  const auto& value = member(object, key);
  if (!value.is_array()) malformed_snapshot(key);
  return value.get_array();
}

RunId run_id_from(const std::string& text, std::string_view key) {
  auto id = RunId::parse(text);
  if (!id) malformed_snapshot(key);
  return *id;
}

json::object meta_json(const RunCheckpointMeta& meta) {
  return {{"run_id", meta.run_id.str()}, {"agent_id", meta.agent_id},     {"agent_name", meta.agent_name},
          {"caller_id", meta.caller_id}, {"channel_id", meta.channel_id}, {"guild_id", meta.guild_id},
          {"prompt", meta.prompt},       {"model_tier", meta.model_tier}, {"parent_run_id", meta.parent_run_id.str()}};
}

RunCheckpointMeta meta_from(const json::object& object) {
  RunCheckpointMeta meta;
  meta.run_id = run_id_from(text_at(object, "run_id"), "run_id");
  meta.agent_id = text_at(object, "agent_id");
  meta.agent_name = text_at(object, "agent_name");
  meta.caller_id = text_at(object, "caller_id");
  meta.channel_id = text_at(object, "channel_id");
  meta.guild_id = text_at(object, "guild_id");
  meta.prompt = text_at(object, "prompt");
  meta.model_tier = text_at(object, "model_tier");
  auto parent = text_at(object, "parent_run_id");
  if (!parent.empty()) meta.parent_run_id = run_id_from(parent, "parent_run_id");
  return meta;
}

journal::PhaseEnded phase_from(const json::value& value) {
  return std::get<journal::PhaseEnded>(journal::decode(kPhaseEnded, write_json(value)));
}

// The run's past has the form it has in a journal. Its phases stand in the record itself, as in the first records.
json::value past_json(journal::Past past) {
  past.phases.clear();
  journal::Admitted admitted;
  admitted.past = std::move(past);
  return parse_json(journal::encode(admitted), journal::kDeepestBody).value().at("past");
}

journal::Past past_from(const json::value& past) {
  json::object admitted{{"format", journal::kFormat}, {"past", past}};
  for (auto key : {"agent", "invocation"}) admitted[key] = json::object{};
  return *std::get<journal::Admitted>(journal::decode(kAdmitted, write_json(admitted))).past;
}

// What records got after the first ones were stored: absent means the default.
void read_later_fields(const json::object& object, RunCheckpoint& checkpoint) {
  if (const auto* past = object.if_contains("past")) checkpoint.past = past_from(*past);
  if (object.contains("elapsed_ms")) checkpoint.elapsed = Milliseconds(number_at(object, "elapsed_ms"));
  if (const auto* ended = object.if_contains("ended"))
    checkpoint.ended = std::get<journal::Ended>(journal::decode(kEnded, write_json(*ended)));
  if (object.contains("fruitless")) checkpoint.fruitless = count_at(object, "fruitless");
}

void write_later_fields(const RunCheckpoint& checkpoint, json::object& object) {
  object["past"] = past_json(checkpoint.past);
  object["elapsed_ms"] = checkpoint.elapsed.count();
  if (checkpoint.ended) object["ended"] = parse_json(journal::encode(*checkpoint.ended), journal::kDeepestBody).value();
  if (checkpoint.fruitless > 0) object["fruitless"] = checkpoint.fruitless;
}

}  // namespace

json::value to_json(const RunCheckpoint& checkpoint) {
  json::array messages, phases;
  for (const auto& message : checkpoint.messages) messages.push_back(llm::to_json(message));
  for (const auto& phase : checkpoint.past.phases)
    phases.push_back(parse_json(journal::encode(phase), journal::kDeepestBody).value());
  json::object object{{"format", kFormat},
                      {"meta", meta_json(checkpoint.meta)},
                      {"messages", std::move(messages)},
                      {"iteration", checkpoint.past.iteration},
                      {"completed_phases", std::move(phases)},
                      {"updated_at", checkpoint.updated_at.time_since_epoch().count()}};
  write_later_fields(checkpoint, object);
  return object;
}

namespace {

void require_format(std::int64_t format) {
  if (format > kFormat)
    throw failed("journal.newer", "a stored run snapshot was written by a newer executus; use that, or a newer one");
  if (format < kFormat)
    throw failed("journal.older",
                 "a stored run snapshot was written by an older executus; go on with the run there, or "
                 "start it anew");
}

}  // namespace

RunCheckpoint run_checkpoint_from_json(const json::value& value) {
  const auto& object = object_in(value, "no object");
  require_format(number_at(object, "format"));
  RunCheckpoint checkpoint;
  checkpoint.meta = meta_from(object_in(member(object, "meta"), "meta"));
  for (const auto& message : list_at(object, "messages"))
    checkpoint.messages.push_back(llm::message_from_json(message));
  checkpoint.updated_at = WallTime(Milliseconds(number_at(object, "updated_at")));
  read_later_fields(object, checkpoint);
  checkpoint.past.iteration = count_at(object, "iteration");
  for (const auto& phase : list_at(object, "completed_phases")) checkpoint.past.phases.push_back(phase_from(phase));
  return checkpoint;
}

// The bindings make the compiler refuse a record with a field that is not handled here.
ResumeState resume_state(const RunCheckpoint& checkpoint, std::shared_ptr<RunWriter> checkpointer) {
  const auto& [meta, messages, past, updated_at, elapsed, ended, fruitless] = checkpoint;
  ResumeState state{{}, past, std::move(checkpointer), elapsed, ended, fruitless};
  for (const auto& message : messages) state.history.push_back(message);
  return state;
}

}  // namespace executus::checkpoint
