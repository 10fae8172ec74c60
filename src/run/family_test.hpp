// A run that asks another one: the boss its researcher.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {

// SubAgents by name.
class MapSubAgents final : public SubAgents {
 public:
  std::optional<SubAgent> skill(std::string_view name, std::string_view) override { return look_up(skills, name); }
  std::optional<SubAgent> agent(std::string_view name, std::string_view) override { return look_up(agents, name); }
  std::map<std::string, SubAgent, std::less<>> skills, agents;

 private:
  static std::optional<SubAgent> look_up(const std::map<std::string, SubAgent, std::less<>>& entries,
                                         std::string_view name) {
    auto found = entries.find(name);
    return found == entries.end() ? std::nullopt : std::optional(found->second);
  }
};

inline Agent named(std::string name, std::string prompt) {
  Agent agent;
  agent.name = std::move(name);
  agent.system_prompt = std::move(prompt);
  agent.description = "Knows a lot.";
  agent.root = "/";
  return agent;
}

// The parent asks its researcher, the researcher looks and answers.
inline llm::Response family(const llm::Request& request, std::size_t turn) {
  bool parent = request.system == "parent";
  if (parent && turn == 0) return calls({{"c", "agent__researcher", R"({"prompt":"find out"})"}});
  if (parent) return says("done");
  return turn == 0 ? calls({{"l", "look", "{}"}}) : says("found: " + request.messages.begin()->text());
}

struct Family : Harness {
  template <class Answer>
  explicit Family(Answer answer, tool::Effect effect = tool::Effect::pure) : Harness(answer) {
    look = &add_tool("look", effect);
    auto researcher = named("researcher", "child");
    researcher.tools = {"look"};
    sub_agents.agents["researcher"] = {researcher, {}};
    agent = named("boss", "parent");
    agent.agents = {"researcher"};
    reconfigure([this](ExecutorConfig& config) { config.ports.sub_agents = &sub_agents; });
  }
  Family() : Family(family) {}
  virtual ~Family() = default;

  std::vector<journal::RunRow> children() {
    journal::RunFilter filter;
    filter.parent = "run";
    return loop.run(store->inner().list(filter));
  }
  const std::string& last_result() { return last_parent_request().messages.back().tool_results[0].text; }
  const llm::Request& last_parent_request() {
    for (auto request = model->requests.rbegin();; ++request)
      if (request->system == "parent") return *request;
  }

  EffectTool* look;
  MapSubAgents sub_agents;
};

// Dies at every write of the whole family; parent and child go on as if nothing had been.
template <class Make, class Check>
void die_at_every_write(Make make, const RunOutcome& whole, Check check) {
  for (int writes = 1;; ++writes) {
    SCOPED_TRACE(writes);
    std::unique_ptr<Family> run = make();
    run->store->writes_left = writes;
    if (run->run().ok()) break;
    run->new_process();
    auto outcome = run->recover();
    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_EQ(digest_of(*outcome), digest_of(whole));
    EXPECT_EQ(run->children().size(), 1u);
    check(*run);
    ASSERT_LT(writes, 60);
  }
}

// The parent takes the result once.

}  // namespace executus::run
