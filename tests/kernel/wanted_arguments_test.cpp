// Arguments that a model wrote in another form than the tool's schema asks for, or that do not fit it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/family_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct OnePayment : Harness {
  OnePayment(std::string arguments, tool::Effect effect)
      : Harness([arguments](std::size_t turn) { return turn == 0 ? calls({{"c", "pay", arguments}}) : says("done"); }) {
    pay = &add_tool("pay", effect);
    pay->change().spec.parameters = {
        {"type", "object"}, {"properties", {{"cents", {{"type", "integer"}}}}}, {"required", {"cents"}}};
    pay->sees = [this](const tool::Call& call) { seen.push_back(call); };
  }
  const std::string& result() { return model->requests.back().messages.back().tool_results[0].text; }
  EffectTool* pay;
  std::vector<tool::Call> seen;
};

TEST(WantedArguments, ReachTheToolAndTheJournalKeepsWhatTheModelWrote) {  // [TOOL-07] [TOOL-11]
  OnePayment run(R"({"cents":"5"})", tool::Effect::keyed);
  ASSERT_TRUE(run.run().ok());
  ASSERT_EQ(run.seen.size(), 1u);
  EXPECT_EQ(run.seen[0].arguments, (boost::json::object{{"cents", 5}}));
  EXPECT_EQ(run.model->requests.back().messages[1].tool_calls[0].arguments, R"({"cents":"5"})");
}

TEST(WantedArguments, AreTheSameAfterADeath) {  // [TOOL-11] [DUR-05]
  OnePayment run(R"({"cents":"5"})", tool::Effect::keyed);
  run.pay->before_effect = [&run] { run.store->dead = true; };
  (void)run.run();
  run.pay->before_effect = {};
  run.new_process();
  ASSERT_TRUE(run.recover()->ok());
  ASSERT_EQ(run.seen.size(), 2u);
  EXPECT_EQ(run.seen[0].arguments, run.seen[1].arguments);
  EXPECT_EQ(run.seen[0].idempotency_key, run.seen[1].idempotency_key);
  EXPECT_EQ(run.total_effects(), 1);
}

TEST(WantedArguments, ThatDoNotFitAreRefusedWithoutAnIntent) {  // [TOOL-07] [TOOL-11]
  for (const char* arguments : {R"({"cents":"many"})", R"({"cents":null})", "{}"}) {
    OnePayment run(arguments, tool::Effect::irreversible);
    ASSERT_TRUE(run.run().ok()) << arguments;
    EXPECT_TRUE(run.seen.empty()) << arguments;
    EXPECT_THAT(run.result(), HasSubstr("'/cents'"));
    EXPECT_THAT(run.kinds(), Not(Contains("intended"))) << arguments;
  }
}

// Whoever judges a call judges what the tool gets.
TEST(WantedArguments, AreWhatTheGateAndPeopleAreShown) {  // [TOOL-11] [DUR-36]
  struct Judge final : Gate {
    Task<std::vector<journal::GateDecision>> decide(RunInfo, std::vector<GateCall> calls) override {
      for (auto& call : calls) seen.push_back(std::move(call.arguments));
      co_return std::vector<journal::GateDecision>();
    }
    std::vector<boost::json::object> seen;
  } judge;
  const std::string as_a_text = R"("{\"cents\":\"5\"}")";
  OnePayment run(as_a_text, tool::Effect::keyed);
  run.reconfigure([&judge](ExecutorConfig& config) { config.ports.gate = &judge; });
  ASSERT_TRUE(run.run().ok());
  ASSERT_EQ(run.seen.size(), 1u);
  EXPECT_EQ(judge.seen, std::vector{run.seen[0].arguments});
  llm::CallRecord shown;
  shown.call = {"c", "read_file", R"("{\"path\":\"a.txt\"}")"};
  EXPECT_EQ(activity_of(shown).summary, "Reading a.txt");
}

}  // namespace
}  // namespace executus::run
