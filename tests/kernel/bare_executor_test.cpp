// What an executor needs of its host, and what it makes of what is missing or senseless.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/ported_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

TEST(Executor, NeedsARegistryAndModelsAndNothingElse) {  // [RUN-01] [RUN-02] [ARC-02]
  testing::ManualLoop loop;
  tool::Registry registry;
  OneModelResolver models(std::make_shared<CountingModel>([](std::size_t) { return says("done"); }));
  ExecutorConfig config;
  config.registry = &registry;
  config.models = &models;
  Executor executor(config);
  Agent agent;
  Invocation invocation;
  invocation.prompt = "please";
  auto outcome = loop.run(executor.run(agent, invocation));
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_FALSE(outcome.run_id.empty());
}

TEST(Executor, AResolverWithoutAModelIsACleanError) {  // [RUN-13]
  Harness run([](std::size_t) { return says("never"); });
  OneModelResolver nothing(nullptr);
  run.reconfigure([&](ExecutorConfig& config) { config.models = &nothing; });
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("no model"));
}

TEST(Executor, TurnsAnythingThrownIntoAnError) {  // [RUN-03] [RUN-31]
  Harness run([](std::size_t) -> llm::Response { throw 42; });
  EXPECT_EQ(run.run().status, RunStatus::error);
}

TEST(Executor, ReplacesSenselessDefaults) {  // [RUN-04] [RUN-06] [RUN-07] [RUN-08] [RUN-11]
  struct Names final : llm::ModelResolver {
    Result<llm::ResolvedModel> resolve(std::string_view name) override {
      asked.emplace_back(name);
      return llm::ResolvedModel{model, "test/model", 0};
    }
    std::shared_ptr<CountingModel> model;
    std::vector<std::string> asked;
  } resolver;
  Harness run([](std::size_t turn) { return calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}); });
  run.add_tool("look", tool::Effect::pure);
  resolver.model = run.model;
  run.reconfigure([&](ExecutorConfig& config) {
    config.models = &resolver;
    config.defaults = {-1, Milliseconds(-1), "", 0, -5, 0, Milliseconds(0)};
  });
  auto outcome = run.run();
  EXPECT_EQ(outcome.iterations, 12);
  EXPECT_EQ(outcome.error_code, "run.max_steps");
  EXPECT_THAT(resolver.asked, Contains("fast"));
}

TEST(Executor, KeepsPartialOutputAndUsageOfALoopThatFails) {  // [RUN-33]
  Harness run([](std::size_t turn) -> llm::Response {
    if (turn == 1) throw llm::ModelError(llm::Failure::permanent, "model.refused", "no", 400);
    auto response = calls({{"c", "look", "{}"}});
    response.message.parts.push_back(llm::Text{"so far so good"});
    return response;
  });
  run.add_tool("look", tool::Effect::pure);
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.output, "so far so good");
  EXPECT_EQ(outcome.usage.input, 10);
}

TEST(Executor, AToolThatCannotBeBuiltRefusesTheRun) {  // [RUN-32]
  Harness run([](std::size_t) { return says("never"); });
  run.agent.tools = {"nowhere"};
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_THAT(outcome.error, HasSubstr("nowhere"));
}

TEST(Executor, RunsAnAnonymousAgent) {  // [RUN-15]
  Harness run([](std::size_t) { return says("done"); });
  run.agent.name.clear();
  EXPECT_TRUE(run.run().ok());
}

}  // namespace
}  // namespace executus::run
