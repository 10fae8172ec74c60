// A lazy run, and what of it is stored at each of its calls.
#pragma once

#include <utility>
#include <vector>

#include "run/family_test.hpp"

namespace executus::run {

using Kinds = std::vector<std::string>;

// Three steps that look, then a call of `last`, where there is one, and an answer. What is stored by each call is
// noted.
struct LazyRun : Family {
  explicit LazyRun(std::optional<tool::Effect> effect = std::nullopt)
      : Family([this](const llm::Request& request, std::size_t turn) { return answer(request, turn); }) {
    agent = named("clerk", "Be good.");
    agent.tools = {"look"};
    agent.durability = Durability::lazy;
    noting(*look, at_look);
    if (!effect) return;
    act = &add_tool("act", *effect);
    noting(*act, at_act);
    last = "act";
  }
  llm::Response answer(const llm::Request& request, std::size_t turn) const {
    if (request.system == "child") return says("found");
    if (turn < 3) return calls({{"c" + std::to_string(turn), "look", "{\"n\":" + std::to_string(turn) + "}"}});
    if (turn == 3 && !last.empty()) return calls({{"last", last, R"({"prompt":"find out"})"}});
    return says("done");
  }
  void noting(EffectTool& tool, std::vector<Kinds>& stored) {
    tool.around = [this, &stored](OneShot<>) { return note(stored); };
  }
  Task<void> note(std::vector<Kinds>& stored) { stored.push_back(co_await stored_now()); }
  Task<Kinds> stored_now() {
    Kinds kinds;
    for (const auto& row : co_await others->list({}))
      for (const auto& entry : co_await others->read(row.id, 0, 100))
        kinds.emplace_back(journal::kind_name(kind_of(entry.payload)));
    co_return kinds;
  }

  Invocation invocation() {
    Invocation invocation;
    invocation.prompt = "please";
    return invocation;
  }
  RunOutcome drive() { return loop.run(executor->run(agent, invocation())); }
  RunOutcome drive(Invocation invocation) { return loop.run(executor->run(agent, std::move(invocation))); }
  Task<void> keep(Invocation invocation) { outcome = co_await executor->run(agent, std::move(invocation)); }
  Kinds stored() { return loop.run(stored_now()); }
  journal::RunRow row() { return loop.run(others->list({})).at(0); }

  EffectTool* act = nullptr;
  std::string last;
  std::vector<Kinds> at_look, at_act;
  std::unique_ptr<journal::JournalStore> others = journal.open_worker();
  std::optional<RunOutcome> outcome;
};

}  // namespace executus::run
