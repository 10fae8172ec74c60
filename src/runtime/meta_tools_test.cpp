// What the tools that ask a model (classify, extract_entities, summarize) cost is the run's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/journal/memory_store.hpp>
#include <executus/llm/scripted.hpp>

#include "run/harness_test.hpp"

namespace executus {
namespace {

using ::testing::HasSubstr;

// A run that has a text summarized, in a process of its own; the answer to that costs `tokens`.
class MetaToolsOfARun : public ::testing::Test {
 protected:
  RunOutcome run(std::int64_t tokens) {
    RuntimeOptions options;
    options.store = store;
    options.models_through = [&](llm::ModelResolver&) {
      return std::make_unique<run::OneModelResolver>(std::make_shared<llm::ScriptedModel>(
          [tokens](const llm::Request& request) { return answer(request, tokens); }, "test/model"));
    };
    Runtime runtime(std::move(options));
    Agent agent{.name = "reader", .tools = {"summarize"}};
    agent.budget = AgentBudget{{{}, 1'000'000, {}}, {}};
    return runtime.run(agent, "Read it.");
  }
  static llm::Response answer(const llm::Request& request, std::int64_t tokens) {
    bool nested = request.system.find("You summarize") != std::string::npos;
    auto response = nested                         ? run::says("Short.")
                    : request.messages.size() == 1 ? run::calls({{"c", "summarize", R"({"text":"A long text."})"}})
                                                   : run::says("done");
    response.usage.input = nested ? tokens : 1;
    return response;
  }
  std::vector<journal::Generated> generated(const RunId& run) {
    std::vector<journal::Generated> answers;
    auto loop = make_loop(1);
    for (const auto& entry : block_on(*loop, store->read(run, 0, 100)))
      if (const auto* answer = std::get_if<journal::Generated>(&entry.payload)) answers.push_back(*answer);
    return answers;
  }
  std::shared_ptr<journal::JournalStore> store = journal::make_memory_store(system_clock());
};

TEST_F(MetaToolsOfARun, AreJournaledAndCounted) {  // [TLS-06]
  auto outcome = run(70);
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  auto answers = generated(outcome.run_id);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].response.message.text(), "Short.");
  EXPECT_EQ(outcome.usage.input, 72) << "two steps, and the summary";
}

TEST_F(MetaToolsOfARun, AreHeldToItsBudget) {  // [TLS-07] [DUR-35]
  auto outcome = run(2'000'000);
  EXPECT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error, HasSubstr("budget"));
  EXPECT_EQ(generated(outcome.run_id).size(), 1u);
}

}  // namespace
}  // namespace executus
