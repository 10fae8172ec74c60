#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/calls/batch_plan.hpp"
#include "run/calls/gatekeeper.hpp"
#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using journal::GateDecision;
using journal::Ruling;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Ruling ruled(const Permissions& permissions, std::string_view tool, boost::json::object arguments = {},
             std::string_view caller = "") {
  return ruling_of(permissions, {tool, arguments, caller});
}

TEST(Permissions, DenyWinsOverAskAndTheRestIsAllowed) {  // [DUR-36]
  Permissions permissions{{"fs.*", "charge"}, {"fs.write_*"}};
  EXPECT_EQ(ruled(permissions, "fs.write_file"), Ruling::deny);
  EXPECT_EQ(ruled(permissions, "fs.read"), Ruling::ask);
  EXPECT_EQ(ruled(permissions, "charge"), Ruling::ask);
  EXPECT_EQ(ruled(permissions, "grep"), Ruling::allow);
}

TEST(Permissions, OfWhichTheMostParticularCounts) {  // [DUR-36]
  Permissions permissions;
  permissions.allow = {"sh(git *)", "read by ada", "list"};
  permissions.ask = {"*", "sh(git push *)", "list"};
  permissions.deny = {"sh(rm *)"};
  auto line = [&](const char* command) { return ruled(permissions, "sh", {{"command", command}}); };
  EXPECT_EQ(line("git status"), Ruling::allow);
  EXPECT_EQ(line("git status; rm -rf x"), Ruling::deny);
  EXPECT_EQ(line("git status; ls"), Ruling::ask);
  EXPECT_EQ(line("git push -f"), Ruling::ask);
  EXPECT_EQ(line("git log $(rm x)"), Ruling::ask) << "it cannot be read";
  EXPECT_EQ(ruled(permissions, "read", {}, "ada"), Ruling::allow);
  EXPECT_EQ(ruled(permissions, "read", {}, "bob"), Ruling::ask);
  EXPECT_EQ(ruled(permissions, "list"), Ruling::ask) << "of equals";
}

TEST(Permissions, ThatAllowSomeCallsAskAboutTheOthers) {  // [DUR-36]
  Permissions permissions;
  permissions.allow = {"sh(make)", "sh(make > log)"};
  EXPECT_EQ(ruled(permissions, "sh", {{"command", "make"}}), Ruling::allow);
  EXPECT_EQ(ruled(permissions, "sh", {{"command", "make all"}}), Ruling::ask);
  EXPECT_EQ(ruled(permissions, "sh"), Ruling::ask);
  EXPECT_EQ(ruled(permissions, "grep"), Ruling::allow);
  permissions.deny = {"sh(rm *)"};
  EXPECT_EQ(ruled(permissions, "sh", {{"command", "make > log"}}), Ruling::allow) << "written exactly so";
  EXPECT_EQ(ruled(permissions, "sh", {{"command", "ls > log"}}), Ruling::ask);
}

TEST(Permissions, ThatDenySomeCallsAskAboutWhatCannotBeRead) {  // [DUR-36]
  Permissions permissions;
  permissions.deny = {"sh(rm *)"};
  EXPECT_EQ(ruled(permissions, "sh", {{"command", "ls"}}), Ruling::allow);
  EXPECT_EQ(ruled(permissions, "sh", {{"command", "$X y"}}), Ruling::ask);
}

TEST(Permissions, ThatAllowBroadlyDoNotSpeakForWhatCannotBeRead) {  // [DUR-36]
  Permissions permissions;
  permissions.deny = {"sh(rm *)", "read(path: secrets/*)"};
  auto allowing = [&](const char* rule, const char* tool, boost::json::object arguments) {
    permissions.allow = {rule};
    return ruled(permissions, tool, std::move(arguments));
  };
  EXPECT_EQ(allowing("sh(*)", "sh", {{"command", "env rm -rf x"}}), Ruling::ask);
  EXPECT_EQ(allowing("sh(cwd: web*)", "sh", {{"command", "$(echo rm) -rf x"}, {"cwd", "web"}}), Ruling::ask);
  EXPECT_EQ(allowing("sh(cwd: web)", "sh", {{"command", "$(echo rm) -rf x"}, {"cwd", "web"}}), Ruling::ask)
      << "another member";
  EXPECT_EQ(allowing("sh(env rm -rf ?)", "sh", {{"command", "env rm -rf x"}}), Ruling::ask);
  EXPECT_EQ(allowing("sh(env rm)", "sh", {{"command", "env  rm"}}), Ruling::ask) << "not written exactly so";
  EXPECT_EQ(allowing("sh(env rm)", "sh", {{"command", "env rm"}}), Ruling::allow) << "written exactly so";
  EXPECT_EQ(allowing("sh(env rm) by ada", "sh", {{"command", "env rm"}}), Ruling::ask) << "of another caller";
  EXPECT_EQ(allowing("read(path: *)", "read", {{"path", "/secrets/key"}}), Ruling::ask);
  EXPECT_EQ(allowing("read(path: /secrets/key)", "read", {{"path", "/secrets/key"}}), Ruling::allow);
  permissions.ask = {"sh(git push *)"}, permissions.deny = {};
  EXPECT_EQ(allowing("sh(*)", "sh", {{"command", "env git push"}}), Ruling::ask);
  EXPECT_EQ(allowing("sh(*)", "sh", {{"command", "git log"}}), Ruling::allow);
}

// A gate that says what it is told to, and remembers what it was asked.
class ScriptedGate final : public Gate {
 public:
  Task<std::vector<GateDecision>> decide(RunInfo, std::vector<GateCall> calls) override {
    ++asked;
    if (throws) throw std::runtime_error("the gate is broken");
    std::vector<GateDecision> answers;
    for (const auto& call : calls) answers.push_back(answer(call));
    co_return answers;
  }
  std::function<GateDecision(const GateCall&)> answer = [](const GateCall&) { return GateDecision{}; };
  bool throws = false;
  int asked = 0;
};

auto two_calls(std::string first = "act", std::string second = "act") {
  return [=](std::size_t turn) {
    return turn == 0 ? calls({{"a", first, "{}"}, {"b", second, R"({"x":1})"}}) : says("done");
  };
}

struct GatedRun : Harness {
  explicit GatedRun(ScriptedGate& gate) : Harness(two_calls()) {
    act = &add_tool("act", tool::Effect::irreversible);
    reconfigure([&gate](ExecutorConfig& config) { config.ports.gate = &gate; });
  }
  const std::vector<llm::ToolResult>& results() { return model->requests.back().messages.back().tool_results; }
  EffectTool* act;
};

TEST(Gate, DecidesTheWholeBatchBeforeAnyCallRuns) {  // [DUR-36]
  ScriptedGate gate;
  GatedRun run(gate);
  gate.answer = [&](const GateCall& call) {
    EXPECT_EQ(run.total_effects(), 0);
    if (call.position.index == 0) return GateDecision{0, Ruling::deny, "", "not today"};
    return GateDecision{0, Ruling::rewrite, R"({"x":2})", ""};
  };
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(gate.asked, 1);
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_THAT(run.kinds(),
              ElementsAre("admitted", "opened", "responded", "gated", "intended", "settled", "responded", "ended"));
  EXPECT_EQ(run.results()[0].text, "not today");
  EXPECT_TRUE(run.results()[0].is_error);
}

TEST(Gate, RewrittenArgumentsAreTheOnesThatAreSentAndHashedIntoTheKey) {  // [DUR-36] [DUR-04]
  ScriptedGate gate;
  GatedRun run(gate);
  auto plain = run.run("other");
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::rewrite, R"({"x":2})", ""}; };
  auto rewritten = run.run();
  EXPECT_NE(plain.tool_calls[0].idempotency_key, rewritten.tool_calls[0].idempotency_key);
  EXPECT_EQ(run.entries()[2].payload.index(), 2u);
  EXPECT_EQ(rewritten.messages[1].tool_calls[0].arguments, "{}") << "the transcript keeps what the model wrote";
}

TEST(Gate, IsNotAskedAgainAfterACrash) {  // [DUR-36]
  ScriptedGate gate;
  GatedRun run(gate);
  gate.answer = [](const GateCall& call) {
    return GateDecision{0, call.position.index == 1 ? Ruling::deny : Ruling::allow, "", "no"};
  };
  run.store->writes_left = 2;  // response, decisions; dies at the first intent
  (void)run.run();
  EXPECT_EQ(run.total_effects(), 0);
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::deny, "", "changed its mind"}; };
  run.new_process();
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(gate.asked, 1);
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(Gate, ThatThrowsDeniesTheBatch) {  // [DUR-36] [RUN-31]
  ScriptedGate gate;
  gate.throws = true;
  GatedRun run(gate);
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.total_effects(), 0);
  EXPECT_THAT(run.results()[0].text, HasSubstr("the gate is broken"));
}

TEST(Permissions, ADeniedCallIsAnErrorTheModelSees) {  // [DUR-36]
  Harness run(two_calls("act", "look"));
  run.add_tool("act", tool::Effect::irreversible);
  run.add_tool("look", tool::Effect::pure);
  run.agent.permissions.deny = {"act"};
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.tool_calls[0].state, llm::CallState::denied);
  EXPECT_EQ(outcome.tool_calls[1].state, llm::CallState::done);
  EXPECT_THAT(run.model->requests.back().messages.back().tool_results[0].text, HasSubstr("deny this call of 'act'"));
}

TEST(Permissions, HoldForTheArgumentsThatAGateWrote) {  // [DUR-36]
  ScriptedGate gate;
  GatedRun run(gate);
  run.agent.permissions.deny = {"act(command: rm *)"};
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::rewrite, R"({"command":"rm x"})", ""}; };
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.total_effects(), 0);
  EXPECT_THAT(run.results()[0].text, HasSubstr("call of 'act'"));
}

TEST(Permissions, HoldForTheArgumentsThatAGateWroteAsTheToolGetsThem) {  // [DUR-36]
  ScriptedGate gate;
  GatedRun run(gate);
  run.act->change().spec.parameters = {
      {"type", "object"}, {"properties", {{"tags", {{"type", "array"}, {"items", {{"type", "string"}}}}}}}};
  run.agent.permissions.deny = {"act(tags: secret)"};
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::rewrite, R"({"tags":"[\"secret\"]"})", ""}; };
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.total_effects(), 0);
}

TEST(Permissions, OfArgumentsAreDecidedBeforeACallIsSent) {  // [DUR-36] [DUR-04]
  Harness run(two_calls("act", "act"));
  run.add_tool("act", tool::Effect::irreversible);
  run.agent.permissions.deny = {"act(x: 1)"};
  ASSERT_TRUE(run.run().ok());
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_THAT(run.kinds(),
              ElementsAre("admitted", "opened", "responded", "gated", "intended", "settled", "responded", "ended"));
}

TEST(Permissions, ThatAreNoneStartNoRun) {  // [DUR-36]
  Harness run(two_calls());
  run.add_tool("act", tool::Effect::irreversible);
  run.agent.permissions.allow = {"act(x"};
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "submission.permissions");
}

TEST(Permissions, NobodyIsAskedAboutAToolThereIsNot) {  // [DUR-36] [AGT-04]
  Harness run(two_calls("nowhere", "nowhere"));
  run.agent.permissions.ask = {"*"};
  EXPECT_TRUE(run.run().ok());
}

TEST(Gate, ThatRewritesDoesNotGoRoundThePerson) {  // [DUR-36]
  ScriptedGate gate;
  GatedRun run(gate);
  run.agent.permissions.ask = {"act"};
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::rewrite, R"({"x":2})", ""}; };
  EXPECT_EQ(run.run().reason, "approval");
  auto stored = run.entries();
  auto call = journal::fold(stored).conversation.open_batch()[0];
  EXPECT_EQ(call.call.arguments, R"({"x":2})") << "this is what the person is asked about";
}

TEST(Gate, WhatItRewroteIsWhatIsSentOnceAPersonApprovedItInAnotherProcess) {  // [DUR-36]
  ScriptedGate gate;
  GatedRun run(gate);
  gate.answer = [](const GateCall& call) {
    if (call.position.index == 1) return GateDecision{0, Ruling::deny, "", "not today"};
    return GateDecision{0, Ruling::ask, R"({"x":2})", "look at it"};
  };
  std::string sent;
  run.act->sees = [&](const tool::Call& call) { sent = boost::json::serialize(call.arguments); };
  EXPECT_EQ(run.run().reason, "approval");
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::rewrite, R"({"x":3})", ""}; };
  auto stored = run.entries();
  auto asked = journal::fold(stored).conversation.open_batch()[0];
  run.post(commands::approve(asked, commands::Approval::approved, ""));

  run.new_process();
  EXPECT_TRUE(run.recover()->ok());

  EXPECT_EQ(sent, R"({"x":2})");
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_EQ(gate.asked, 1);
}

// Approvals.
struct ApprovalRun : Harness {
  ApprovalRun() : Harness(two_calls()) {
    add_tool("act", tool::Effect::irreversible);
    agent.permissions.ask = {"act"};
  }
  llm::CallRecord call(std::uint32_t index) {
    auto stored = entries();
    return journal::fold(stored).conversation.open_batch()[index];
  }
  void answer(std::uint32_t index, commands::Approval how, std::string reason = "") {
    post(commands::approve(call(index), how, std::move(reason)));
  }
};

TEST(Gate, ThatDeniesIsNotOverruledByAPerson) {  // [DUR-36]
  ScriptedGate gate;
  GatedRun run(gate);
  run.agent.permissions.ask = {"act"};
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::deny, "", "not today"}; };

  EXPECT_TRUE(run.run().ok()) << "nobody is asked";

  EXPECT_EQ(run.total_effects(), 0);
  EXPECT_THAT(run.results()[0].text, HasSubstr("not today"));
}

TEST(Approval, ParksBeforeAnythingOfTheBatchRuns) {  // [DUR-36]
  ApprovalRun run;
  auto parked = run.run();
  EXPECT_EQ(parked.status, RunStatus::waiting);
  EXPECT_EQ(parked.reason, "approval");
  EXPECT_EQ(parked.tool_calls[0].state, llm::CallState::awaiting_approval);
  EXPECT_EQ(run.total_effects(), 0);
}

TEST(Approval, RunsWhatIsApprovedAndTellsTheModelWhatIsNot) {  // [DUR-36]
  ApprovalRun run;
  (void)run.run();
  run.answer(0, commands::Approval::approved);
  run.new_process();
  EXPECT_EQ(run.recover()->status, RunStatus::waiting) << "one answer is missing";
  run.answer(1, commands::Approval::rejected, "too much");
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome->ok());
  EXPECT_EQ(run.total_effects(), 1);
  EXPECT_THAT(run.model->requests.back().messages.back().tool_results[1].text, HasSubstr("too much"));
}

TEST(Approval, HoldsForTheArgumentsThePersonSaw) {  // [DUR-36]
  ApprovalRun run;
  (void)run.run();
  auto other = run.call(0);
  other.call.arguments = R"({"amount":1000000})";
  run.post(commands::approve(other, commands::Approval::approved, ""));
  run.answer(1, commands::Approval::rejected);
  run.new_process();
  EXPECT_EQ(run.recover()->status, RunStatus::waiting) << "the other call was never approved";
  EXPECT_EQ(run.total_effects(), 0);
}

// Parallel calls.
struct Crowd {
  int inside = 0;
  int most = 0;
};

Task<void> stay_a_while(Crowd& crowd, OneShot<> leave) {
  crowd.most = std::max(crowd.most, ++crowd.inside);
  TaskContext context = co_await this_task();
  context.strand->post([leave] { leave.set(); });
  co_await leave.wait();
  --crowd.inside;
}

TEST(Parallel, CallsOverlapOnlyWhereDeclared) {  // [DUR-37]
  using tool::Effect;
  for (auto [effect, order, parallel] : {std::tuple{Effect::pure, tool::Order::sequential, true},
                                         std::tuple{Effect::idempotent, tool::Order::sequential, false},
                                         std::tuple{Effect::idempotent, tool::Order::parallel, true},
                                         std::tuple{Effect::keyed, tool::Order::sequential, false},
                                         std::tuple{Effect::keyed, tool::Order::parallel, true},
                                         std::tuple{Effect::irreversible, tool::Order::sequential, false}}) {
    SCOPED_TRACE(std::string(to_string(effect)) + (order == tool::Order::parallel ? ", parallel" : ""));
    Harness run(two_calls());
    auto& act = run.add_tool("act", effect);
    act.change().order = order;
    Crowd crowd;
    act.around = [&crowd](OneShot<> leave) { return stay_a_while(crowd, std::move(leave)); };
    EXPECT_TRUE(run.run().ok());
    EXPECT_EQ(crowd.most, parallel ? 2 : 1);
  }
}

TEST(Parallel, ShareOneCommitOfIntents) {  // [DUR-37]
  Harness run(two_calls());
  run.add_tool("act", tool::Effect::keyed).change().order = tool::Order::parallel;
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded", "intended", "intended", "settled", "settled",
                                       "responded", "ended"));
  EXPECT_EQ(run.journal.commits(), 6u + 1u) << "admission, response, both intents, two outcomes, answer, end";
}

TEST(BatchPlan, GroupsAdjacentParallelCallsAndKeepsTheOrder) {  // [DUR-37]
  std::vector<llm::CallRecord> open(5);
  for (std::uint32_t i = 0; i < 5; ++i) open[i].position = {0, i}, open[i].call.name = i == 2 ? "slow" : "pure";
  open[4].state = llm::CallState::dispatched;
  auto parallel = [](const llm::CallRecord& call) { return call.call.name == "pure"; };
  auto plan = plan_batch(open, parallel);
  EXPECT_THAT(plan.in_turn, ElementsAre(CallGroup{{0, 0}, {0, 1}}, CallGroup{{0, 2}}, CallGroup{{0, 3}}));
  EXPECT_THAT(plan.leftover, ElementsAre(CallGroup{{0, 4}}));
}

}  // namespace
}  // namespace executus::run
