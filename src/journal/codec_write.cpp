// Bodies of stored entries, format 1: one JSON object each, short keys, absent = default.
#include <map>
#include <string>
#include <variant>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/journal/entry.hpp>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace executus::journal {
namespace {

namespace json = boost::json;

json::array position_json(llm::CallPosition position) { return {position.response, position.index}; }

json::array messages_json(const std::vector<llm::Message>& messages) {
  json::array list;
  for (const auto& message : messages) list.push_back(llm::to_json(message));
  return list;
}

json::object response_json(const llm::Response& response) {
  return {{"message", llm::to_json(response.message)},
          {"finish", llm::to_string(response.finish)},
          {"usage", llm::to_json(response.usage)},
          {"target", response.target}};
}

json::object decision_json(const GateDecision& decision) {
  json::object body{{"index", decision.index}, {"ruling", to_string(decision.ruling)}};
  if (decision.ruling == Ruling::rewrite || !decision.arguments.empty()) body["arguments"] = decision.arguments;
  if (!decision.reason.empty()) body["reason"] = decision.reason;
  return body;
}

void put_text(json::object& body, std::string_view key, const std::string& text) {
  if (!text.empty()) body[key] = text;
}

void put_cost(json::object& body, const Cost& cost) {
  if (cost) body["cost_nano_usd"] = cost->count;
}

void put_texts(json::object& body, std::string_view key, const std::map<std::string, std::string>& by_name) {
  if (by_name.empty()) return;
  auto& object = body[key].emplace_object();
  for (const auto& [name, text] : by_name) object[name] = text;
}

json::array artifacts_json(const std::vector<Artifact>& artifacts) {
  json::array list;
  for (const auto& artifact : artifacts)
    list.push_back(
        json::object{{"name", artifact.name}, {"mime", artifact.mime}, {"bytes", base64_encode(artifact.bytes)}});
  return list;
}

json::object critic_json(const CriticState& critic) {
  json::array nudges;
  for (const auto& nudge : critic.nudges) nudges.emplace_back(nudge);
  return {{"extended_ms", critic.extended.count()},
          {"extensions", critic.extensions},
          {"steps_raised", critic.steps_raised},
          {"decisions", critic.decisions},
          {"killed", critic.killed},
          {"kill_reason", critic.kill_reason},
          {"nudges", std::move(nudges)}};
}

json::object phase_json(const PhaseEnded& e) {
  json::object body{{"index", e.index}, {"name", e.name}, {"how", to_string(e.how)}, {"output", e.output}};
  put_text(body, "error", e.error);
  return body;
}

json::object generated_json(const Generated& e) {
  auto body = response_json(e.response);
  body["call"] = position_json(e.call);
  body["ordinal"] = e.ordinal;
  body["request"] = e.request;
  put_cost(body, e.cost);
  return body;
}

void put_moment(json::object& body, const BootMoment& moment) {
  if (!moment.boot.empty()) body["boot"] = moment.boot, body["since_boot_ms"] = moment.since.count();
}

json::object wait_json(const llm::CallWait& wait) {
  json::object body;
  if (wait.until) body["until"] = wait.until->time_since_epoch().count();
  if (wait.lasts) body["lasts_ms"] = wait.lasts->count();
  put_moment(body, wait.begun);
  put_text(body, "signal", wait.signal);
  return body;
}

json::object wake_json(const llm::CallWake& wake) {
  json::object body{{"by", wake.by == llm::CallWake::By::signal ? "signal" : "time"}};
  if (!wake.payload.is_null()) body["payload"] = wake.payload;
  return body;
}

json::object signal_json(const LeftSignal& signal) {
  json::object body{{"name", signal.name}, {"at", signal.at.time_since_epoch().count()}};
  if (!signal.payload.is_null()) body["payload"] = signal.payload;
  return body;
}

json::object kept_call_json(const KeptCall& kept) {
  const auto& [call, state, decided, arguments, key, effect, dispatches, intent_at, is_run, runs_below,
               repeated_in_doubt, changed_by_person, agreed_to, wait, wake, plan] = kept;
  json::object body{{"call", position_json(call)}, {"state", to_string(state)}};
  if (decided) body["decided"] = true;
  if (arguments) body["arguments"] = *arguments;
  put_text(body, "key", key);
  put_text(body, "effect", effect);
  if (dispatches > 0) body["dispatches"] = dispatches;
  if (intent_at) body["intent_at"] = intent_at->time_since_epoch().count();
  if (is_run) body["is_run"] = true;
  if (runs_below > 0) body["runs_below"] = runs_below;
  if (repeated_in_doubt) body["repeated_in_doubt"] = true;
  if (changed_by_person) body["changed_by_person"] = true;
  if (agreed_to) body["agreed_to"] = true;
  if (wait) body["wait"] = wait_json(*wait);
  if (wake) body["wake"] = wake_json(*wake);
  if (!plan.empty()) body["plan"] = plan;
  return body;
}

json::object compacted_head_json(const CompactedHead& compacted) {
  return {{"upto", compacted.upto}, {"tokens", compacted.tokens}, {"summary", compacted.summary}};
}

template <class T>
void put_list(json::object& body, std::string_view key, const std::vector<T>& list, auto to_json) {
  if (list.empty()) return;
  auto& array = body[key].emplace_array();
  for (const auto& each : list) array.emplace_back(to_json(each));
}

json::object offered_tool_json(const OfferedTool& tool) {
  return {{"name", tool.name}, {"effect", tool.effect}, {"digest", tool.digest}};
}

json::object offer_json(const ToolOffer& e) {
  const auto& [source, declared, tools, offer, problem, reworded] = e;
  json::object body{{"source", source}, {"declared", declared}};
  put_list(body, "tools", tools, offered_tool_json);
  if (!offer.empty()) body["offer"] = offer;
  put_text(body, "problem", problem);
  put_texts(body, "reworded", reworded);
  return body;
}

// The bindings make the compiler refuse a list that lacks a field.
json::object past_json(const Past& past) {
  const auto& [iteration, usage, spent, phases, artifacts, critic, submitted, finish, served_by, runs_below, attempts,
               unheard, messages, compacted, calls, generated, notes, offers] = past;
  json::array ended;
  for (const auto& phase : phases) ended.push_back(phase_json(phase));
  json::object body{{"iteration", iteration}, {"usage", llm::to_json(usage)}, {"phases", std::move(ended)}};
  if (!artifacts.empty()) body["artifacts"] = artifacts_json(artifacts);
  if (critic != CriticState{}) body["critic"] = critic_json(critic);
  if (submitted) body["submitted"] = *submitted;
  if (spent != llm::Usage{}) body["spent"] = llm::to_json(spent);
  if (finish) body["finish"] = llm::to_string(*finish);
  put_text(body, "served_by", served_by);
  if (runs_below > 0) body["runs_below"] = runs_below;
  if (attempts > 0) body["attempts"] = attempts;
  put_list(body, "unheard", unheard, [](const auto& text) { return json::value(text); });
  if (messages > 0) body["messages"] = messages;
  if (compacted != CompactedHead{}) body["compacted"] = compacted_head_json(compacted);
  put_list(body, "calls", calls, kept_call_json);
  put_list(body, "generated", generated, generated_json);
  put_texts(body, "notes", notes);
  put_list(body, "offers", offers, offer_json);
  return body;
}

struct Encoder {
  json::object operator()(const Admitted& e) const {
    json::object body{
        {"format", kFormat}, {"agent", e.agent}, {"invocation", e.invocation}, {"input", messages_json(e.input)}};
    if (e.past) body["past"] = past_json(*e.past);
    if (e.continues) body["continues"] = {{"run", e.continues->run}, {"upto", e.continues->upto}};
    return body;
  }
  json::object operator()(const Opened& e) const { return {{"epoch", e.epoch}, {"worker", e.worker}}; }
  json::object operator()(const Responded& e) const {
    auto body = response_json(e.response);
    put_cost(body, e.cost);
    return body;
  }
  json::object operator()(const Intended& e) const {
    json::object body{{"call", position_json(e.call)}, {"key", e.key}, {"effect", e.effect}};
    put_moment(body, e.moment);
    if (e.renewed) body["renewed"] = true;
    if (e.is_run) body["is_run"] = true;
    if (!e.plan.empty()) body["plan"] = e.plan;
    return body;
  }
  json::object operator()(const Settled& e) const {
    json::object body{{"call", position_json(e.call)}, {"state", to_string(e.state)}, {"key", e.key}, {"text", e.text}};
    if (!e.attached.empty()) body["attached"] = messages_json(e.attached);
    if (e.submitted) body["submitted"] = *e.submitted;
    if (!e.artifacts.empty()) body["artifacts"] = artifacts_json(e.artifacts);
    if (e.runs_below > 0) body["runs_below"] = e.runs_below;
    put_texts(body, "notes", e.notes);
    if (e.images.empty()) return body;
    llm::ToolResult carrier;
    carrier.images = e.images;
    llm::Message message;
    message.tool_results.push_back(std::move(carrier));
    body["images"] = llm::to_json(message).at("results").at(0).at("images");
    return body;
  }
  json::object operator()(const Steered& e) const {
    json::object body{{"message", llm::to_json(e.message)}};
    put_text(body, "source", e.source);
    if (e.undelivered) body["undelivered"] = true;
    if (e.signal) body["signal"] = signal_json(*e.signal);
    return body;
  }
  json::object operator()(const Waited& e) const {
    json::array calls;
    for (auto call : e.calls) calls.push_back(position_json(call));
    json::object body{{"reason", to_string(e.reason)}, {"calls", std::move(calls)}, {"detail", e.detail}};
    if (e.wake_at) body["wake_at"] = e.wake_at->time_since_epoch().count();
    put_list(body, "signals", e.signals, [](const auto& name) { return json::value(name); });
    return body;
  }
  json::object operator()(const Retried& e) const { return {{"call", position_json(e.call)}}; }
  json::object operator()(const Ended& e) const {
    json::object body{{"status", to_string(e.status)}};
    if (!e.output.empty()) body["output"] = e.output;
    if (!e.error.empty()) body["error"] = e.error;
    if (!e.error_code.empty()) body["error_code"] = e.error_code;
    if (!e.reason.empty()) body["reason"] = e.reason;
    return body;
  }
  json::object operator()(const PhaseStarted& e) const {
    return {{"index", e.index}, {"name", e.name}, {"system_prompt", e.system_prompt}, {"model", e.model}};
  }
  json::object operator()(const PhaseEnded& e) const { return phase_json(e); }
  json::object operator()(const Gated& e) const {
    json::array decisions;
    for (const auto& decision : e.decisions) decisions.push_back(decision_json(decision));
    return {{"response", e.response}, {"decisions", std::move(decisions)}};
  }
  json::object operator()(const Approved& e) const {
    json::object body{{"call", position_json(e.call)}, {"approved", e.approved}};
    put_text(body, "reason", e.reason);
    put_text(body, "by", e.by);
    if (e.answer) body["answer"] = *e.answer;
    return body;
  }
  json::object operator()(const Compacted& e) const {
    json::object body{{"upto", e.upto},
                      {"summary", e.summary},
                      {"tokens_before", e.tokens_before},
                      {"tokens_after", e.tokens_after},
                      {"usage", llm::to_json(e.usage)}};
    put_text(body, "error", e.error);
    put_cost(body, e.cost);
    return body;
  }
  json::object operator()(const Criticised& e) const {
    json::object body{{"extend_by_ms", e.extend_by.count()},
                      {"raise_steps_by", e.raise_steps_by},
                      {"kill", e.kill},
                      {"usage", llm::to_json(e.usage)}};
    put_text(body, "nudge", e.nudge);
    put_text(body, "reason", e.reason);
    put_cost(body, e.cost);
    return body;
  }
  json::object operator()(const Generated& e) const { return generated_json(e); }
  json::object operator()(const Spent& e) const {
    json::object body{{"target", e.target}, {"usage", llm::to_json(e.usage)}};
    put_cost(body, e.cost);
    return body;
  }
  json::object operator()(const Withheld& e) const {
    json::array items;
    for (const auto& [part, note] : e.items) {
      json::object item{{"message", part.message}, {"part", to_string(part.kind)}, {"note", note}};
      if (part.kind != llm::MessagePart::Kind::images) item["result"] = part.result;
      items.push_back(std::move(item));
    }
    return {{"items", std::move(items)}, {"error", e.error}};
  }
  json::object operator()(const Cut& e) const { return {{"text", e.text}}; }
  json::object operator()(const Parked& e) const {
    auto body = wait_json(e.wait);
    body["call"] = position_json(e.call);
    if (e.may_have_happened) body["may_have_happened"] = true;
    return body;
  }
  json::object operator()(const Woken& e) const {
    auto body = wake_json(e.wake);
    body["call"] = position_json(e.call);
    return body;
  }
  json::object operator()(const Reopened& e) const {
    json::object body;
    put_text(body, "by", e.by);
    return body;
  }
  json::object operator()(const Redefined& e) const {
    json::object body{{"agent", e.agent}};
    put_text(body, "by", e.by);
    return body;
  }
  json::object operator()(const CallChanged& e) const {
    json::object body{{"call", position_json(e.call)}, {"was", e.was}, {"arguments", e.arguments}};
    put_text(body, "reason", e.reason);
    put_text(body, "by", e.by);
    return body;
  }
  json::object operator()(const Mapped& e) const {
    json::array calls;
    for (const auto& call : e.calls)
      calls.push_back(json::object{{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
    return {{"calls", std::move(calls)}};
  }
  json::object operator()(const Offered& e) const { return offer_json(e.offer); }
};

}  // namespace

// Texts that are no UTF-8 are repaired: what was written must be readable.
std::string encode(const Payload& payload) { return as_utf8(write_json(std::visit(Encoder{}, payload))); }

}  // namespace executus::journal
