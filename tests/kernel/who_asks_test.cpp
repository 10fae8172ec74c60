// What a tool learns of the run that calls it (tool::Call).
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <executus/async/blocking_pool.hpp>
#include <executus/tool/typed_tool.hpp>

#include "run/family_test.hpp"

namespace executus::run {
namespace {

struct Looking {};
BOOST_DESCRIBE_STRUCT(Looking, (), ())

using Attributes = std::map<std::string, std::string>;

struct Asker {
  std::string run, agent, caller, channel, parent;
  Attributes attributes;
  bool operator==(const Asker&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Asker& who) {
  return out << who.run << ' ' << who.agent << ' ' << who.caller << ' ' << who.channel << ' ' << who.parent << ' '
             << who.attributes.size();
}
Asker asker_of(const tool::Call& call) {
  return {call.run.str(), call.agent, call.caller, call.channel, call.parent.str(), call.attributes};
}

llm::Response charge_then_answer(const llm::Request&, std::size_t turn) {
  return turn == 0 ? calls({{"c", "charge", "{}"}}) : says("done");
}

// A run with a tool that notes who asks, and dies in its first call when told to.
struct Asked : Harness {
  template <class Answer>
  explicit Asked(Answer answer) : Harness(answer) {
    auto call = [this](Looking, const tool::Call& call) {
      askers.push_back(asker_of(call));
      pools.push_back(call.pool);
      if (std::exchange(dies, false)) store->dead = true;
      return "charged";
    };
    auto probe = [this](Looking, const tool::Call& call) {
      probers.push_back(asker_of(call));
      return std::optional<std::string>();
    };
    tool = make_tool<Looking>({.name = "charge", .effect = tool::Effect::probeable, .timeout = Milliseconds(1'000)},
                              call, probe);
    add(tool);
    agent.name = "cashier";
  }
  RunOutcome start() {
    auto asked = invocation("run");
    asked.caller = "ada";
    asked.channel = "ops";
    asked.parent = *RunId::parse("above");
    asked.attributes = {{"team", "shop"}};
    return loop.run(executor->run(agent, std::move(asked)));
  }
  bool dies = false;
  std::vector<Asker> askers, probers;
  std::vector<BlockingPool*> pools;
  std::shared_ptr<tool::Tool> tool;
};

const Asker kCashier{"run", "cashier", "ada", "ops", "above", {{"team", "shop"}}};

TEST(WhoAsks, IsWhatTheInvocationSays) {  // [API-05]
  Asked run(charge_then_answer);
  EXPECT_TRUE(run.start().ok());
  EXPECT_EQ(run.askers, std::vector{kCashier});
}

TEST(WhoAsks, IsTheSameInAnotherProcessAndForTheProbe) {  // [API-05] [DUR-05]
  Asked run(charge_then_answer);
  run.dies = true;
  (void)run.start();
  run.new_process();

  auto outcome = run.recover();

  ASSERT_TRUE(outcome && outcome->ok()) << outcome->error << outcome->reason << to_string(outcome->status);
  EXPECT_EQ(run.probers, std::vector{kCashier});
  EXPECT_EQ(run.askers, (std::vector{kCashier, kCashier}));
}

TEST(WhoAsks, OfADelegatedRunIsItsOwn) {  // [API-05] [PAL-03]
  Asked run([](const llm::Request& request, std::size_t turn) {
    if (request.system == "parent" && turn == 0) return calls({{"d", "agent__clerk", R"({"prompt":"charge"})"}});
    return request.system == "parent" ? says("done") : charge_then_answer(request, turn);
  });
  auto clerk = named("clerk", "child");
  clerk.tools = {"charge"};
  run.agent = named("boss", "parent");
  run.agent.sub_agents = {clerk};
  run.dies = true;
  (void)run.start();
  run.new_process();

  auto outcome = run.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  auto child = outcome->tool_calls.at(0).idempotency_key;
  Asker as_clerk{child, "clerk", "ada", "ops", "run", {{"team", "shop"}}};
  EXPECT_EQ(run.askers, (std::vector{as_clerk, as_clerk}));
}

TEST(WhoAsks, ACallHasTheHostsPool) {  // [API-05]
  Asked run(charge_then_answer);
  BlockingPool pool;
  EXPECT_TRUE(run.start().ok());
  run.reconfigure([&](ExecutorConfig& config) { config.pool = &pool; });
  EXPECT_TRUE(run.run("with_pool").ok());
  EXPECT_EQ(run.pools, (std::vector<BlockingPool*>{nullptr, &pool}));
}

}  // namespace
}  // namespace executus::run
