// On whose account a model is called, and what calls within calls cost.
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

TEST(Executor, EveryCallSaysWhichRunItIsFor) {  // [RUN-12] [RUN-18]
  Ported run;
  run.agent.name = "looker";
  auto invocation = run.invocation("r-1");
  invocation.caller = "ada";
  invocation.channel = "ops";
  EXPECT_TRUE(run.run_with(invocation).ok());
  ASSERT_EQ(run.model->requests.size(), 2U);
  for (const auto& request : run.model->requests) {
    ASSERT_TRUE(request.attribution);
    EXPECT_EQ(request.attribution->run + " " + request.attribution->agent, "r-1 looker");
    EXPECT_EQ(request.attribution->user + " " + request.attribution->channel, "ada ops");
  }
}

TEST(Executor, CarriesTheResolversAttributionInEveryCall) {  // [RUN-12]
  struct Attributing final : llm::ModelResolver {
    Result<llm::ResolvedModel> resolve(std::string_view) override {
      return llm::ResolvedModel{model, "test/model", 0, std::make_shared<llm::Attribution>(llm::Attribution{"me"})};
    }
    std::shared_ptr<CountingModel> model;
  } resolver;
  Harness run(look_then_answer());
  run.add_tool("look", tool::Effect::pure);
  resolver.model = run.model;
  run.reconfigure([&](ExecutorConfig& config) { config.models = &resolver; });
  EXPECT_TRUE(run.run().ok());
  for (const auto& request : run.model->requests) EXPECT_EQ(request.attribution->user, "me");
}

TEST(Executor, NestedModelCallsArePaidOnceAcrossACrash) {  // [DUR-09]
  struct Asking final : tool::Tool {
    Asking() {
      info_.spec = {"ask", "Asks.", {{"type", "object"}}};
      info_.effect = tool::Effect::pure;
    }
    const tool::ToolInfo& info() const override { return info_; }
    Task<tool::Outcome> call(tool::Call call) override {
      std::string answers;
      for (const char* text : {"first question", "second question"}) {
        llm::Transcript question{llm::user_message(text)};
        auto answer = co_await call.generate("nested", std::move(question));
        answers += answer.message.text() + ";";
      }
      if (fail) fail();
      tool::Outcome done = tool::Done{answers, {}};
      co_return done;
    }
    std::function<void()> fail;
    tool::ToolInfo info_;
  };
  int nested = 0;
  Harness run([&](const llm::Request& request, std::size_t turn) {
    if (request.system == "nested") return ++nested, says("answer to the " + request.messages.begin()->text());
    return turn == 0 ? calls({{"c", "ask", "{}"}}) : says("done");
  });
  auto ask = std::make_shared<Asking>();
  ask->fail = [&] { run.store->dead = true; };
  run.add(ask);
  (void)run.run();
  ask->fail = nullptr;
  run.new_process();
  auto outcome = run.recover();
  ASSERT_TRUE(outcome->ok());
  EXPECT_EQ(nested, 2);
  EXPECT_EQ(run.model->requests.back().messages.back().tool_results.at(0).text,
            "answer to the first question;answer to the second question;");
  EXPECT_EQ(outcome->usage.input, 40) << "the nested calls are paid for too";
}

}  // namespace
}  // namespace executus::run
