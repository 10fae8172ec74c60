#include <cstdio>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/run/run_json.hpp>

namespace executus {
namespace {

namespace json = boost::json;

json::value or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::value time_or_null(const std::optional<WallTime>& time) {
  return time ? json::value(rfc3339(*time)) : json::value(nullptr);
}

bool has_error(RunStatus status) {
  return status == RunStatus::error || status == RunStatus::timeout || status == RunStatus::killed;
}

json::array activities_json(const RunOutcome& outcome) {
  json::array list;
  for (const auto& each : outcome.activities) list.push_back(to_json(each));
  return list;
}

// The journal knows of dispatches by their intents, which only calls with effects have.
json::value dispatches_json(const CallSummary& call) {
  auto effect = tool::parse_effect(call.effect);
  return effect && tool::is_gated(*effect) ? json::value(call.dispatches) : json::value(nullptr);
}

json::array calls_json(const RunOutcome& outcome) {
  json::array list;
  for (const auto& call : outcome.tool_calls)
    list.push_back(json::object{{"call_id", call.call_id},
                                {"tool", call.tool},
                                {"effect", call.effect},
                                {"state", llm::to_string(call.state)},
                                {"dispatches", dispatches_json(call)},
                                {"idempotency_key", or_null(call.idempotency_key)}});
  return list;
}

json::object usage_json(const llm::Usage& usage) {
  return {{"input_tokens", usage.input},
          {"output_tokens", usage.output},
          {"cache_read_tokens", usage.cache_read},
          {"cache_write_tokens", usage.cache_write},
          {"reasoning_tokens", usage.reasoning}};
}

json::array messages_json(const RunOutcome& outcome) {
  json::array list;
  for (const auto& message : outcome.messages) list.push_back(llm::to_json(message));
  return list;
}

}  // namespace

json::object to_json(const journal::Outgoing& outgoing) {
  bool pending = outgoing.state == journal::OutgoingState::pending;
  return {{"state", to_string(outgoing.state)},
          {"key", outgoing.key()},
          {"kind", outgoing.target.kind},
          {"target", outgoing.target.id},
          {"tries", outgoing.tries},
          {"detail", or_null(outgoing.detail)},
          {"due", pending ? json::value(rfc3339(outgoing.due)) : json::value(nullptr)}};
}

json::object to_json(const RunOutcome& outcome, Messages messages) {
  bool failed = has_error(outcome.status);
  json::object object{{"run_id", outcome.run_id.str()},
                      {"status", to_string(outcome.status)},
                      {"reason", or_null(outcome.reason)},
                      {"wake_at", time_or_null(outcome.wake_at)},
                      {"signals", json::array(outcome.signals.begin(), outcome.signals.end())},
                      {"output", outcome.output},
                      {"value", outcome.typed ? *outcome.typed : json::value(nullptr)},
                      {"finish", outcome.finish ? json::value(llm::to_string(*outcome.finish)) : json::value(nullptr)},
                      {"error", failed ? json::value(outcome.error) : json::value(nullptr)},
                      {"error_code", failed ? or_null(outcome.error_code) : json::value(nullptr)},
                      {"agent", outcome.agent},
                      {"iterations", outcome.iterations},
                      {"attempts", outcome.attempts},
                      {"usage", usage_json(outcome.usage)},
                      {"activities", activities_json(outcome)},
                      {"tool_calls", calls_json(outcome)},
                      {"digest", digest_of(outcome)},
                      {"parent_run_id", or_null(outcome.parent)},
                      {"continues", or_null(outcome.continues)}};
  if (outcome.outgoing) object["delivery"] = to_json(*outcome.outgoing);
  if (!outcome.unheard.empty()) object["undelivered"] = json::array(outcome.unheard.begin(), outcome.unheard.end());
  if (messages == Messages::left_out) return object;
  object["messages"] = messages_json(outcome);
  if (outcome.inherited_messages > 0) object["inherited_messages"] = outcome.inherited_messages;
  return object;
}

json::object to_json(const Activity& activity) {
  return {{"id", activity.id},
          {"kind", activity.kind},
          {"tool", activity.tool},
          {"summary", activity.summary},
          {"status", to_string(activity.state)}};
}

json::object books_json(const journal::RunRow& row) {
  json::object attributes;
  for (const auto& [name, value] : row.attributes) attributes[name] = value;
  auto cost = row.cost.total();
  return {{"root_run_id", row.root},
          {"version", or_null(row.version)},
          {"channel", or_null(row.channel)},
          {"attributes", std::move(attributes)},
          {"ended_at", time_or_null(row.ended_at)},
          {"error_code", or_null(row.error_code)},
          {"cost_micro_usd", cost ? json::value(llm::micro_dollars(*cost)) : json::value(nullptr)},
          {"known_cost_micro_usd", llm::micro_dollars(row.cost.known)},
          {"unpriced_calls", row.cost.unpriced},
          {"priority", row.priority},
          {"queue", or_null(row.queue)}};
}

json::object to_json(const journal::RunRow& row) {
  json::object object{{"run_id", row.id.str()},
                      {"status", to_string(row.status)},
                      {"reason", or_null(row.reason)},
                      {"wake_at", time_or_null(row.wake_at)},
                      {"signals", json::array(row.signals.begin(), row.signals.end())},
                      {"agent", row.agent},
                      {"caller", or_null(row.caller)},
                      {"parent_run_id", or_null(row.parent)},
                      {"continues", or_null(row.continues)},
                      {"forked_from", or_null(row.forked_from)},
                      {"durability", to_string(row.durability)},
                      {"created", rfc3339(row.created)},
                      {"updated", rfc3339(row.updated)},
                      {"worker", or_null(row.worker)},
                      {"iterations", row.steps},
                      {"attempts", row.attempts},
                      {"usage", usage_json(row.usage)}};
  auto books = books_json(row);
  object.insert(books.begin(), books.end());
  return object;
}

json::object to_json(const journal::Entry& entry) {
  json::object object{{"seq", entry.seq},
                      {"at", rfc3339(entry.at)},
                      {"kind", journal::kind_name(journal::kind_of(entry.payload))},
                      {"elapsed_ms", entry.elapsed.count()}};
  auto body = parse_json(journal::encode(entry.payload), journal::kDeepestBody).value();
  for (auto& member : body.as_object()) object.emplace(member.key(), std::move(member.value()));
  return object;
}

namespace {

std::string_view asked_by(const Question& question) {
  if (wants_text(question)) return "answer";
  return question.kind == Question::Kind::may_it_happen ? "approval" : "outcome";
}

}  // namespace

json::object to_json(const Question& question) {
  json::object object{{"run_id", question.run.str()}, {"agent", question.agent}, {"asks", asked_by(question)},
                      {"call_id", question.call_id},  {"tool", question.tool},   {"arguments", question.arguments},
                      {"digest", question.digest}};
  if (!question.reason.empty()) object["reason"] = question.reason;
  return object;
}

}  // namespace executus
