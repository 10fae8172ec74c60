#include "judge.hpp"

#include <algorithm>
#include <set>

#include "script.hpp"

namespace executus::crash {
namespace {

namespace json = boost::json;

std::string number(int value) { return std::to_string(value); }

std::string member(const json::object& shown, std::string_view name) {
  const auto* value = shown.if_contains(name);
  return value ? json::serialize(*value) : "absent";
}

CallPlace place_of(const ScriptedCall& call) {
  auto index = call.label.rfind('/'), response = call.label.rfind('/', index - 1);
  return {std::stoi(call.label.substr(response + 1)), std::stoi(call.label.substr(index + 1))};
}

int count_of(const std::map<int, int>& counts, int key) {
  auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

const EffectRecord& record_of(const EffectLog& log, const std::string& label) {
  static const EffectRecord none;
  auto found = log.calls.find(label);
  return found == log.calls.end() ? none : found->second;
}

std::vector<const Snapshot*> snapshots(const Evidence& evidence) {
  std::vector<const Snapshot*> all;
  for (const auto& snapshot : evidence.after_kill) all.push_back(&snapshot);
  all.push_back(&evidence.end);
  return all;
}

bool is_settled(const JournalView& journal, CallPlace call) { return journal.count("settled", call) > 0; }

// A pure or idempotent call may repeat once per kill: its outcome need not be durable at once.
int allowed_executions(const Evidence& evidence) { return is_gated(evidence.effect) ? 1 : 1 + evidence.kills(); }

// What happened or was asked before what it hangs on was durable.
void judge_gate_at(const Snapshot& then, const Evidence& evidence, Findings& findings) {
  int responses = then.journal.count("responded");
  int open_gated = 0;
  if (then.journal.empty() && then.model.total() > 0)
    findings.push_back("the model was asked before the admission was durable");
  for (const auto& call : scripted_calls(evidence.run)) {
    auto place = place_of(call);
    const auto& record = record_of(then.effects, call.label);
    bool asked_for = record.executions + record.deduped > 0;
    if (asked_for && responses <= place.first)
      findings.push_back("call " + call.label + " was dispatched before its response was durable");
    if (!is_gated(evidence.effect)) continue;
    bool intended = then.journal.count("intended", place) > 0, settled = is_settled(then.journal, place);
    if (asked_for && !intended)
      findings.push_back("call " + call.label + " was dispatched before its intent was durable");
    if (settled && !intended) findings.push_back("call " + call.label + " has an outcome without an intent");
    if (!settled && count_of(then.model.asked, place.first + 1) > 0)
      findings.push_back("the model was told of call " + call.label + " before its outcome was durable");
    if (intended && !settled) ++open_gated;
  }
  if (open_gated > 1) findings.push_back("calls of an ordered batch were open together");
}

std::set<CallPlace> intended_before(const JournalView& journal, std::size_t end) {
  std::set<CallPlace> places;
  for (std::size_t i = 0; i < end; ++i) {
    const auto& entry = journal.entries()[i];
    if (kind_of(entry) == "intended") places.insert(place_in(entry.at("call")));
    if (kind_of(entry) == "settled" || kind_of(entry) == "retried") places.erase(place_in(entry.at("call")));
  }
  return places;
}

}  // namespace

Findings judge_ending(const Evidence& evidence) {
  Findings findings;
  if (member(evidence.shown, "status") != "\"ok\"")
    findings.push_back("it ended as " + member(evidence.shown, "status") + ", reason " +
                       member(evidence.shown, "reason") + ", error " + member(evidence.shown, "error"));
  for (const char* same : {"digest", "output", "iterations", "usage", "messages"})
    if (member(evidence.shown, same) != member(evidence.calm_shown, same))
      findings.push_back(std::string("its ") + same + " is " + member(evidence.shown, same) +
                         ", that of the uninterrupted run is " + member(evidence.calm_shown, same));
  const auto& journal = evidence.end.journal;
  if (journal.count("ended") != 1 || kind_of(journal.entries().back()) != "ended")
    findings.push_back("its journal has " + number(journal.count("ended")) + " endings, or goes on after one");
  if (journal.count("responded") != kResponses)
    findings.push_back("its journal has " + number(journal.count("responded")) + " responses");
  return findings;
}

Findings judge_effects(const Evidence& evidence) {
  Findings findings;
  std::set<std::string> labels;
  for (const auto& call : scripted_calls(evidence.run)) {
    labels.insert(call.label);
    const auto& record = record_of(evidence.end.effects, call.label);
    if (record.executions < 1 || record.executions > allowed_executions(evidence))
      findings.push_back("the effect of call " + call.label + " happened " + number(record.executions) + " times");
    if (record.deduped > evidence.kills())
      findings.push_back("call " + call.label + " was repeated " + number(record.deduped) + " times after " +
                         number(evidence.kills()) + " kills");
    if (evidence.end.journal.count("settled", place_of(call)) != 1)
      findings.push_back("call " + call.label + " was settled " +
                         number(evidence.end.journal.count("settled", place_of(call))) + " times");
  }
  for (const auto& [label, record] : evidence.end.effects.calls)
    if (!labels.contains(label)) findings.push_back("nobody asked for the effect " + label);
  return findings;
}

// A request over a kept-alive connection may be repeated by the HTTP library alone, when that connection dies.
Findings judge_connections(const Evidence& evidence) {
  Findings findings;
  if (evidence.effect != EffectClass::probeable && evidence.effect != EffectClass::irreversible) return findings;
  for (const auto& [label, record] : evidence.end.effects.calls)
    if (record.on_used_connection > 0) findings.push_back("call " + label + " was sent over a used connection");
  return findings;
}

Findings judge_keys(const Evidence& evidence) {
  Findings findings;
  std::set<std::string> all;
  for (const auto& call : scripted_calls(evidence.run)) {
    const auto& keys = record_of(evidence.end.effects, call.label).keys;
    if (keys.size() != 1 || keys.contains(""))
      findings.push_back("call " + call.label + " came with " + number(static_cast<int>(keys.size())) +
                         " idempotency keys, or with none");
    for (const auto& key : keys)
      if (!all.insert(key).second) findings.push_back("call " + call.label + " shares its key with another one");
  }
  return findings;
}

Findings judge_model(const Evidence& evidence) {
  Findings findings;
  for (const auto& then : evidence.after_kill)
    for (int ordinal = 0; ordinal < then.journal.count("responded"); ++ordinal)
      if (count_of(evidence.end.model.asked, ordinal) != count_of(then.model.asked, ordinal))
        findings.push_back("response " + number(ordinal) + " was journaled, and asked for again");
  int most = evidence.end.journal.count("responded") + evidence.kills();
  if (evidence.end.model.total() > most)
    findings.push_back("the model was asked " + number(evidence.end.model.total()) + " times; at most " + number(most) +
                       " are explained");
  for (const auto& [ordinal, asked] : evidence.end.model.asked)
    if (ordinal >= kResponses) findings.push_back("the model was asked for a response after the last one");
  return findings;
}

Findings judge_requests(const Evidence& evidence) {
  Findings findings;
  for (const auto& [ordinal, bodies] : evidence.end.model.bodies) {
    auto calm = evidence.calm_end.model.bodies.find(ordinal);
    if (calm == evidence.calm_end.model.bodies.end() || bodies != calm->second)
      findings.push_back("the request for response " + number(ordinal) +
                         " differs from that of the uninterrupted run: " + *bodies.rbegin());
  }
  return findings;
}

Findings judge_gate(const Evidence& evidence) {
  Findings findings;
  for (const auto* then : snapshots(evidence)) judge_gate_at(*then, evidence, findings);
  return findings;
}

Findings judge_doubt(const Evidence& evidence) {
  Findings findings;
  const auto& journal = evidence.end.journal;
  for (std::size_t i = 0; i < journal.entries().size(); ++i) {
    const auto& entry = journal.entries()[i];
    if (kind_of(entry) != "waited") continue;
    if (evidence.effect != EffectClass::irreversible) findings.push_back("it waited, although it can settle its calls");
    auto open = intended_before(journal, i);
    for (const auto& call : entry.at("calls").as_array())
      if (!open.contains(place_in(call)))
        findings.push_back("call " + json::serialize(call) + " was in doubt without having been dispatched");
  }
  if (journal.count("waited") > evidence.kills()) findings.push_back("it was in doubt more often than it was killed");
  return findings;
}

Findings judge_append_only(const Evidence& evidence) {
  Findings findings;
  auto all = snapshots(evidence);
  for (std::size_t i = 1; i < all.size(); ++i)
    if (!all[i]->journal.continues(all[i - 1]->journal))
      findings.push_back("what was committed at kill " + number(static_cast<int>(i)) + " is gone or changed");
  for (std::size_t i = 0; i < evidence.end.journal.entries().size(); ++i)
    if (evidence.end.journal.entries()[i].at("seq").to_number<std::size_t>() != i + 1)
      findings.push_back("the journal has a gap before entry " + number(static_cast<int>(i) + 1));
  return findings;
}

Findings judge_exits(const Evidence& evidence) { return evidence.oddities; }

Findings judge(const Evidence& evidence) {
  if (evidence.end.journal.empty()) return {"the run is lost: there is no journal"};
  Findings all;
  for (auto part : {judge_ending, judge_effects, judge_connections, judge_keys, judge_model, judge_requests, judge_gate,
                    judge_doubt, judge_append_only, judge_exits})
    for (auto& finding : part(evidence)) all.push_back(std::move(finding));
  return all;
}

}  // namespace executus::crash
