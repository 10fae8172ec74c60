// A person approves a call with other arguments than the model wrote: it is decided again as what it has become.
#include <functional>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/answering.hpp>
#include <executus/run/gate.hpp>
#include <executus/run/question.hpp>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using journal::GateDecision;
using journal::Ruling;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class WatchingGate final : public Gate {
 public:
  Task<std::vector<GateDecision>> decide(RunInfo, std::vector<GateCall> calls) override {
    std::vector<GateDecision> decisions;
    for (const auto& call : calls) {
      asked.push_back(call.call.arguments);
      changed.push_back(call.changed_by_person);
      decisions.push_back(answer(call));
    }
    co_return decisions;
  }
  std::function<GateDecision(const GateCall&)> answer = [](const GateCall&) { return GateDecision{}; };
  std::vector<std::string> asked;
  std::vector<bool> changed;
};

// Waits for a person's word about its calls, "a" and "b" of one step or "a" alone.
struct ChangedRun : Harness {
  explicit ChangedRun(std::vector<llm::ToolCall> asked = {{"a", "pay", R"({"cents":500})"}})
      : Harness([asked](std::size_t turn) { return turn == 0 ? calls(asked) : says("done"); }) {
    auto& pay = add_tool("pay", tool::Effect::irreversible);
    pay.change().spec.parameters = {{"type", "object"},
                                    {"properties", {{"cents", {{"type", "integer"}, {"maximum", 900}}}}},
                                    {"required", {"cents"}}};
    pay.sees = [this](const tool::Call& call) { sent.push_back(boost::json::serialize(call.arguments)); };
    agent.permissions.ask = {"pay"};
  }
  void use(Gate& gate) {
    reconfigure([&gate](ExecutorConfig& config) { config.ports.gate = &gate; });
  }
  void ask() {
    EXPECT_EQ(run().reason, "approval");
    new_process();
  }
  CallAnswered approve(std::string arguments, std::string call = "", std::string by = "ada") {
    AnswerNote note{std::move(by), "", std::move(arguments)};
    return loop.run(answer_approval(*store, *RunId::parse("run"), std::move(call), Approval::approved, note));
  }
  std::vector<Question> questions() {
    auto row = loop.run(store->find(*RunId::parse("run")));
    return loop.run(open_questions(*store, *row));
  }
  std::string result(std::size_t index = 0) {
    return model->requests.back().messages.back().tool_results.at(index).text;
  }
  std::vector<std::string> sent;
};

TEST(ChangedCall, IsSentAsThePersonMadeItAndTheModelReadsThat) {  // [DUR-36] [API-03]
  ChangedRun run;
  run.ask();

  EXPECT_EQ(run.approve(R"({ "cents": 300 })").verdict, CallAnswered::Verdict::given);
  run.new_process();
  auto outcome = run.recover();

  ASSERT_TRUE(outcome->ok());
  EXPECT_THAT(run.sent, ElementsAre(R"({"cents":300})"));
  EXPECT_EQ(run.result(), "[A person changed the arguments of this call to {\"cents\":300}]\ndid it");
  EXPECT_EQ(outcome->messages[1].tool_calls[0].arguments, R"({"cents":500})") << "what the model wrote stays";
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "responded", "gated", "waited", "opened", "call_changed",
                                       "gated", "intended", "settled", "responded", "ended"));
}

TEST(ChangedCall, IsJournaledWithWhoChangedItAndWhatItWas) {  // [DUR-36] [API-03]
  ChangedRun run;
  run.ask();
  (void)run.approve(R"({"cents":300})");
  ASSERT_TRUE(run.recover()->ok());

  auto changed = std::get<journal::CallChanged>(run.entries().at(6).payload);

  EXPECT_EQ(changed.by, "ada");
  EXPECT_EQ(changed.was, R"({"cents":500})");
  EXPECT_EQ(changed.arguments, R"({"cents":300})");
}

TEST(ChangedCall, HasAKeyOfItsOwn) {  // [DUR-04]
  ChangedRun plain, changed;
  plain.ask(), changed.ask();
  (void)plain.approve("");
  (void)changed.approve(R"({"cents":300})");

  EXPECT_NE(plain.recover()->tool_calls[0].idempotency_key, changed.recover()->tool_calls[0].idempotency_key);
}

TEST(ChangedCall, ThatMeansTheSameIsApproved) {  // [API-03]
  ChangedRun run;
  run.ask();
  (void)run.approve(R"({  "cents" : 500 })");

  ASSERT_TRUE(run.recover()->ok());

  EXPECT_EQ(run.result(), "did it");
  EXPECT_EQ(run.kinds()[6], "approved");
}

TEST(ChangedCall, ThatDoesNotFitTheToolIsRefusedAndNothingIsAnswered) {  // [API-03]
  ChangedRun run;
  run.ask();
  for (const auto& [arguments, why] :
       {std::pair{R"({"cents":"three"})", "'/cents': expected integer"}, std::pair{R"({"cents":901})", "'/cents'"},
        std::pair{"{}", "cents"}, std::pair{"[1]", "not an object"}, std::pair{"{\"cents\":", "not JSON"}}) {
    SCOPED_TRACE(arguments);
    try {
      (void)run.approve(arguments);
      ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "run.arguments");
      EXPECT_THAT(error.message(), HasSubstr(why));
    }
  }
  AnswerNote note{"ada", "", R"({"cents":300})"};
  EXPECT_THROW((void)run.loop.run(answer_approval(*run.store, *RunId::parse("run"), "", Approval::rejected, note)),
               Error);
  EXPECT_THAT(run.questions(), SizeIs(1));
}

// The permissions ask about the tool, and the person has answered. The gate sees the new call.
TEST(ChangedCall, IsPutBeforeTheGateAgain) {  // [DUR-36]
  WatchingGate gate;
  ChangedRun run;
  run.use(gate);
  run.ask();
  (void)run.approve(R"({"cents":300})");
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::deny, "", "not today"}; };

  ASSERT_TRUE(run.recover()->ok());

  EXPECT_THAT(gate.asked, ElementsAre(R"({"cents":500})", R"({"cents":300})"));
  EXPECT_THAT(gate.changed, ElementsAre(false, true));
  EXPECT_TRUE(run.sent.empty());
  EXPECT_EQ(run.result(), "[A person changed the arguments of this call to {\"cents\":300}]\nnot today");
}

TEST(ChangedCall, OfAGateThatAsksIsAskedAboutOnceMoreAndThenGoesAhead) {  // [DUR-36]
  WatchingGate gate;
  gate.answer = [](const GateCall&) { return GateDecision{0, Ruling::ask, "", "all of them"}; };
  ChangedRun run;
  run.use(gate);
  run.ask();
  auto first = run.questions().at(0);
  (void)run.approve(R"({"cents":300})");

  EXPECT_EQ(run.recover()->reason, "approval") << "about what it has become";
  ASSERT_THAT(run.questions(), SizeIs(1));
  EXPECT_EQ(run.questions()[0].arguments, R"({"cents":300})");
  auto earlier = run.loop.run(answer(*run.store, first, Approval::rejected, {}));
  EXPECT_EQ(earlier, Answered::answered_before);
  EXPECT_EQ(earlier.by, "ada");
  EXPECT_EQ(earlier.answer, "changed");
  (void)run.approve("", "", "bob");
  EXPECT_TRUE(run.recover()->ok());

  EXPECT_THAT(run.sent, ElementsAre(R"({"cents":300})"));
  EXPECT_THAT(gate.asked, SizeIs(2));
}

TEST(ChangedCall, ThatTheGateRewritesIsPutToAPersonAgain) {  // [DUR-36]
  for (auto ruling : {Ruling::rewrite, Ruling::allow}) {
    WatchingGate gate;
    ChangedRun run;
    run.use(gate);
    run.ask();
    (void)run.approve(R"({"cents":300})");
    gate.answer = [=](const GateCall&) { return GateDecision{0, ruling, R"({"cents":100})", ""}; };

    EXPECT_EQ(run.recover()->reason, "approval");
    ASSERT_THAT(run.questions(), SizeIs(1));
    EXPECT_EQ(run.questions()[0].arguments, R"({"cents":100})");
    (void)run.approve("");
    EXPECT_TRUE(run.recover()->ok());
    EXPECT_THAT(run.sent, ElementsAre(R"({"cents":100})"));
  }
}

// At each write after the answer the process dies; the next one goes on with the answer.
TEST(ChangedCall, IsSentOnceAsItBecameWhereverTheProcessDies) {  // [DUR-36] [DUR-03]
  int deaths = 0;
  for (int writes = 0; writes < 20; ++writes) {
    SCOPED_TRACE(writes);
    WatchingGate gate;
    ChangedRun run;
    run.use(gate);
    run.ask();
    (void)run.approve(R"({"cents":300})");
    run.store->writes_left = writes;
    if (auto calm = run.recover(); calm && calm->ok()) break;
    ++deaths;
    run.new_process();
    auto outcome = run.recover();
    ASSERT_TRUE(outcome);
    if (outcome->reason == "in_doubt") continue;
    ASSERT_TRUE(outcome->ok()) << outcome->reason;
    EXPECT_THAT(run.sent, ElementsAre(R"({"cents":300})"));
    EXPECT_THAT(run.result(), StartsWith("[A person changed"));
  }
  EXPECT_GT(deaths, 3);
}

TEST(ChangedCall, OfABatchWaitsForTheOthersAndTheBatchGoesOnOnce) {  // [DUR-36] [DUR-32]
  ChangedRun run({{"a", "pay", R"({"cents":1})"}, {"b", "pay", R"({"cents":2})"}, {"c", "pay", R"({"cents":3})"}});
  run.ask();
  (void)run.approve(R"({"cents":30})", "c");
  EXPECT_EQ(run.recover()->reason, "approval");
  run.new_process();
  (void)run.approve(R"({"cents":10})", "a");
  run.new_process();
  EXPECT_EQ(run.total_effects(), 0);
  (void)run.approve("", "b");

  ASSERT_TRUE(run.recover()->ok());

  EXPECT_THAT(run.sent, ElementsAre(R"({"cents":10})", R"({"cents":2})", R"({"cents":30})"));
  EXPECT_EQ(run.result(1), "did it");
  EXPECT_THAT(run.model->asked, ElementsAre(std::pair(0u, 1), std::pair(1u, 1)));
}

TEST(ChangedCall, IsAnsweredOnce) {  // [DUR-32]
  ChangedRun run;
  run.ask();
  auto question = run.questions().at(0);
  (void)run.approve(R"({"cents":300})");

  auto second = run.approve(R"({"cents":100})", "a", "bob");
  auto third = run.loop.run(answer(*run.store, question, Approval::approved, {}));

  EXPECT_EQ(second.verdict, CallAnswered::Verdict::answered_before);
  EXPECT_EQ(earlier_answer(second), "changed");
  EXPECT_EQ(third.by, "ada");
  ASSERT_TRUE(run.recover()->ok());
  EXPECT_THAT(run.sent, ElementsAre(R"({"cents":300})"));
}

}  // namespace
}  // namespace executus::run
