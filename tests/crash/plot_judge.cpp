#include "plot_judge.hpp"

#include <set>

#include "mark.hpp"

namespace executus::crash {
namespace {

namespace json = boost::json;

// Children run side by side, so one kill may cut off as many model calls.
constexpr int kMostAtOnce = 2;

std::string shown_as(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? json::serialize(*value) : "absent";
}

int asked_for(const PlotSnapshot& snapshot, const AnswerPlace& place) {
  auto log = snapshot.model.find(place.first);
  if (log == snapshot.model.end()) return 0;
  auto asked = log->second.asked.find(place.second);
  return asked == log->second.asked.end() ? 0 : asked->second;
}

int asked_in_all(const PlotSnapshot& snapshot) {
  int all = 0;
  for (const auto& [thread, log] : snapshot.model) all += log.total();
  return all;
}

std::set<AnswerPlace> answers_in(const PlotSnapshot& snapshot) {
  std::set<AnswerPlace> all;
  for (const auto& [run, journal] : snapshot.journals) all.merge(answers_in(journal));
  return all;
}

void judge_plot_ending(const PlotEvidence& evidence, Findings& findings) {
  if (shown_as(evidence.shown, "status") != "\"ok\"")
    findings.push_back("it ended as " + shown_as(evidence.shown, "status") + ", error " +
                       shown_as(evidence.shown, "error"));
  if (evidence.plot == Plot::steering) return;  // where the message is heard differs from round to round
  for (const char* same : {"digest", "output", "iterations", "usage", "messages"})
    if (shown_as(evidence.shown, same) != shown_as(evidence.calm_shown, same))
      findings.push_back(std::string("its ") + same + " is " + shown_as(evidence.shown, same) +
                         ", that of the uninterrupted run is " + shown_as(evidence.calm_shown, same));
}

void judge_plot_effects(const PlotEvidence& evidence, Findings& findings) {
  std::set<std::string> keys;
  for (const auto& [label, record] : evidence.end.effects.calls) {
    if (record.executions != 1)
      findings.push_back("the effect of call " + label + " happened " + std::to_string(record.executions) + " times");
    if (record.deduped > evidence.kills())
      findings.push_back("call " + label + " was repeated more often than it was killed");
    for (const auto& key : record.keys)
      if (!keys.insert(key).second) findings.push_back("call " + label + " shares its key with another one");
    if (!evidence.calm_end.effects.calls.contains(label)) findings.push_back("nobody asked for the effect " + label);
  }
  for (const auto& [label, record] : evidence.calm_end.effects.calls)
    if (!evidence.end.effects.calls.contains(label)) findings.push_back("the effect of call " + label + " is missing");
}

void judge_plot_model(const PlotEvidence& evidence, Findings& findings) {
  for (const auto& then : evidence.after_kill)
    for (const auto& place : answers_in(then))
      if (asked_for(evidence.end, place) != asked_for(then, place))
        findings.push_back("answer " + place.first + "/" + std::to_string(place.second) +
                           " was journaled, and asked for again");
  auto journaled = static_cast<int>(answers_in(evidence.end).size());
  int most = journaled + kMostAtOnce * evidence.kills();
  if (asked_in_all(evidence.end) > most)
    findings.push_back("the model was asked " + std::to_string(asked_in_all(evidence.end)) + " times; at most " +
                       std::to_string(most) + " are explained");
  if (answers_in(evidence.calm_end).empty()) findings.emplace_back("no answer is recognised in the journal");
  if (evidence.plot == Plot::steering) return;
  if (answers_in(evidence.end) != answers_in(evidence.calm_end))
    findings.emplace_back("its journals hold other answers than those of the uninterrupted run");
  for (const auto& [thread, log] : evidence.end.model) {
    auto calm = evidence.calm_end.model.find(thread);
    if (calm == evidence.calm_end.model.end() || calm->second.bodies != log.bodies)
      findings.push_back("the requests of " + thread + " differ from those of the uninterrupted run");
  }
}

void judge_plot_journals(const PlotEvidence& evidence, Findings& findings) {
  for (const auto& [run, journal] : evidence.end.journals)
    if (journal.count("ended") != 1) findings.push_back("run " + run + " has no ending, or several");
  for (const auto& then : evidence.after_kill)
    for (const auto& [run, journal] : then.journals) {
      auto end = evidence.end.journals.find(run);
      if (end == evidence.end.journals.end() || !end->second.continues(journal))
        findings.push_back("what run " + run + " had committed is gone or changed");
    }
}

std::set<std::string> children_in(const json::object& tree, Findings& findings) {
  std::set<std::string> ids;
  const auto* children = tree.if_contains("children");
  if (!children) return ids;
  for (const auto& child : children->as_array()) {
    const auto& row = child.as_object();
    ids.insert(shown_as(row, "run_id"));
    if (shown_as(row, "status") != "\"ok\"")
      findings.push_back("child " + shown_as(row, "run_id") + " ended as " + shown_as(row, "status"));
  }
  return ids;
}

void judge_plot_children(const PlotEvidence& evidence, Findings& findings) {
  auto children = children_in(evidence.tree, findings), calm = children_in(evidence.calm_tree, findings);
  if (children.size() != (evidence.plot == Plot::delegation ? 2 : 0) || children != calm)
    findings.push_back("it has " + std::to_string(children.size()) + " children, the uninterrupted run has " +
                       std::to_string(calm.size()));
}

// Said and acknowledged: it stands in the transcript once. Not acknowledged: it stands nowhere.
void judge_plot_message(const PlotEvidence& evidence, Findings& findings) {
  if (evidence.message.empty()) return;
  auto messages = shown_as(evidence.shown, "messages");
  int times = 0;
  for (auto at = messages.find(evidence.message); at != std::string::npos; at = messages.find(evidence.message, at + 1))
    ++times;
  if (times != (evidence.heard ? 1 : 0))
    findings.push_back(std::string("the message was ") + (evidence.heard ? "" : "not ") + "acknowledged, and stands " +
                       std::to_string(times) + " times in " + messages);
}

}  // namespace

Findings judge(const PlotEvidence& evidence) {
  if (evidence.end.journals.empty()) return {"the run is lost: there is no journal"};
  Findings findings = evidence.oddities;
  for (auto part : {judge_plot_ending, judge_plot_effects, judge_plot_model, judge_plot_journals, judge_plot_children,
                    judge_plot_message})
    part(evidence, findings);
  return findings;
}

}  // namespace executus::crash
