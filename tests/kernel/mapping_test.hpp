// A run that maps: it plans a list, gives each item to a researcher, and tells all results.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/run/redefining.hpp>
#include <executus/run/reopening.hpp>

#include "run/family_test.hpp"

namespace executus::run {

inline const boost::json::object kItems{
    {"type", "object"}, {"properties", {{"items", {{"type", "array"}}}}}, {"required", boost::json::array{"items"}}};

// plan -> each -> tell: the plan is a list, each item is given to a researcher, and the last phase is told all results.
struct Mapping : Family {
  explicit Mapping(boost::json::array items, MapItems map = {"{{plan.items}}", "researcher", "Look into {{item}}", 8})
      : Family([this](const llm::Request& request, std::size_t turn) { return answer(request, turn); }),
        list(std::move(items)) {
    agent.phases = {Phase{.name = "plan", .system_prompt = "plan", .kind = Phase::Kind::prompt, .output = kItems},
                    Phase{.name = "each", .system_prompt = "", .kind = Phase::Kind::map, .map = std::move(map)},
                    Phase{.name = "tell", .system_prompt = "tell {{each}}", .kind = Phase::Kind::prompt}};
    agent.max_iterations = 3;
  }

  llm::Response answer(const llm::Request& request, std::size_t turn) {
    if (request.system == "plan") return says(write_json(boost::json::object{{"items", list}}));
    if (request.system == "tell" && on_tell) return on_tell(turn);
    if (request.system != "child") return says(request.system);
    auto prompt = request.messages.begin()->text();
    ++asked[prompt];
    if (on_child)
      if (auto other = on_child(prompt, turn)) return *other;
    return says("found: " + prompt);
  }

  std::vector<std::string> ids_of_children() {
    std::vector<std::string> ids;
    for (const auto& row : children()) ids.push_back(row.id.str());
    return ids;
  }
  // Of the phase that maps.
  journal::PhaseEnded each_of(const RunOutcome& outcome) { return outcome.phases.at(1); }

  Reopening retry() { return loop.run(retry_run(store->inner(), *RunId::parse("run"), "ada")); }
  Redefinition upgrade(Agent definition) {
    return loop.run(upgrade_run(*executor, *store, *RunId::parse("run"), std::move(definition), "ada", DryRun::no));
  }
  RunStatus status_of(const RunId& id) { return loop.run(store->inner().find(id))->status; }

  static bool heard(const llm::Request& request, const std::string& text) {
    for (const auto& message : request.messages)
      if (message.text() == text) return true;
    return false;
  }
  std::vector<std::string> undelivered() {
    std::vector<std::string> texts;
    for (const auto& entry : entries())
      if (const auto* said = std::get_if<journal::Steered>(&entry.payload); said && said->undelivered)
        texts.push_back(said->message.text());
    return texts;
  }
  static Task<void> keep(Task<RunOutcome> task, std::optional<RunOutcome>* outcome) { *outcome = co_await task; }

  boost::json::array list;
  std::function<llm::Response(std::size_t turn)> on_tell;  // of a last phase that is told nothing
  std::map<std::string, int> asked;                        // models of children, by what they were told
  std::function<std::optional<llm::Response>(const std::string& prompt, std::size_t turn)> on_child;
};

inline boost::json::array numbered(int items) {
  boost::json::array list;
  std::function<llm::Response(std::size_t turn)> on_tell;  // of a last phase that is told nothing
  for (int i = 0; i < items; ++i) list.emplace_back(std::to_string(i));
  return list;
}

inline std::optional<llm::Response> break_down() {
  throw llm::ModelError(llm::Failure::permanent, "model.refused", "the model refuses", 400);
}

inline MapItems stopping(int concurrency) {
  return {"{{plan.items}}", "researcher", "{{item}}", concurrency, MapItems::OnFailure::stop};
}

}  // namespace executus::run
