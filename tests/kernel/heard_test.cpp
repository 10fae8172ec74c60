// What was said to a run, and by its tools, while it was busy: heard, or journaled as undelivered.
#include <gmock/gmock.h>

#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

bool hears(const llm::Request& request, const std::string& text) {
  for (const auto& message : request.messages)
    if (message.role == llm::Role::user && message.text() == text) return true;
  return false;
}

bool heard_by(const Harness& run, const std::string& system, const std::string& text) {
  return std::ranges::any_of(run.model->requests, [&](const auto& request) {
    return (system.empty() || request.system == system) && hears(request, text);
  });
}

std::vector<std::string> undelivered_in(Harness& run) {
  std::vector<std::string> texts;
  for (const auto& entry : run.entries())
    if (const auto* steered = std::get_if<journal::Steered>(&entry.payload); steered && steered->undelivered)
      texts.push_back(steered->message.text());
  return texts;
}

// Posts "hurry" at the first entry of kind E.
template <class E>
class HurryAt {
 public:
  explicit HurryAt(Harness& run)
      : observer([this, &run](const journal::Entry& entry) {
          if (std::holds_alternative<E>(entry.payload) && !std::exchange(said_, true))
            run.post(commands::steer("hurry"));
        }) {
    run.new_process(&observer);
  }

 private:
  bool said_ = false;
  EntryObserver observer;
};

llm::Response act_once(std::size_t turn) { return calls({{"c", "act", R"({"n":)" + std::to_string(turn) + "}"}}); }

TEST(Heard, NotInTheLastStepOfARunAndTheJournalSaysSo) {  // [DUR-13] [DUR-38]
  Harness run([](std::size_t turn) { return act_once(turn); });
  run.add_tool("act", tool::Effect::keyed);
  run.agent.max_iterations = 1;
  HurryAt<journal::Intended> person(run);
  EXPECT_EQ(run.run().error_code, "run.max_steps");
  EXPECT_THAT(undelivered_in(run), ElementsAre("hurry"));
}

TEST(Heard, ByTheNextPhaseWhenThisOneHasNoStepLeft) {  // [DUR-13]
  Harness run([](const llm::Request& request, std::size_t turn) {
    return request.system == "one" ? act_once(turn) : says("done");
  });
  run.add_tool("act", tool::Effect::keyed);
  run.agent.phases = {{"one", "one"}, {"two", "two"}};
  run.agent.phases[0].max_iterations = 1;
  HurryAt<journal::Responded> person(run);
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(heard_by(run, "two", "hurry"));
}

TEST(Heard, ByTheNextPhaseWhenThisOneFailsBeforeItAnswers) {  // [DUR-13]
  Harness run([](const llm::Request& request, std::size_t) -> llm::Response {
    if (request.system == "one") throw llm::ModelError(llm::Failure::permanent, "model.rejected", "no", 400);
    return says("done");
  });
  run.agent.phases = {{"zero", "zero"}, {"one", "one"}, {"two", "two"}};
  run.agent.phases[1].optional = true;
  HurryAt<journal::PhaseEnded> person(run);
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(heard_by(run, "one", "hurry"));
  EXPECT_TRUE(heard_by(run, "two", "hurry"));
}

// The phase has steps left, but its guards end it before another request.
TEST(Heard, NotByALastPhaseThatGoesRoundInCirclesAndTheJournalSaysSo) {  // [DUR-13] [DUR-38]
  Harness run([](std::size_t turn) { return act_once(turn); });
  int times = 0;
  run.add_tool("act", tool::Effect::pure).act = [&]() -> tool::Outcome {
    if (++times == 3) run.post(commands::steer("hurry"));
    return tool::Failed{"no"};
  };
  run.agent.phases = {{"only", "only"}};
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(undelivered_in(run), ElementsAre("hurry"));
  EXPECT_THAT(run.kinds(), Contains("steered").Times(1));
}

TEST(Heard, NotWhenTheLastPhaseFailsBeforeItAnswersAndTheJournalSaysSo) {  // [DUR-13] [DUR-38]
  Harness run([](std::size_t turn) -> llm::Response {
    if (turn > 0) throw llm::ModelError(llm::Failure::permanent, "model.rejected", "no", 400);
    return act_once(turn);
  });
  run.add_tool("act", tool::Effect::keyed);
  run.agent.phases = {{"only", "only"}};
  run.agent.phases[0].optional = true;
  HurryAt<journal::Intended> person(run);
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(heard_by(run, "only", "hurry")) << "asked, but no response followed";
  EXPECT_THAT(undelivered_in(run), ElementsAre("hurry"));
}

TEST(Heard, AfterAnAnswerOfNothing) {  // [DUR-13] [DUR-33]
  int asked = 0;
  Harness run([&](std::size_t) { return says(asked++ == 0 ? "" : "second"); });
  HurryAt<journal::Opened> person(run);
  EXPECT_EQ(run.run().output, "second");
  EXPECT_TRUE(heard_by(run, "", "hurry"));
  for (const auto& message : run.model->requests.back().messages)
    EXPECT_FALSE(message.parts.empty()) << "APIs refuse an empty message";
}

TEST(Heard, WithoutAskingTheBudgetASecondTime) {  // [RUN-06]
  struct OnceBudget final : Budget {
    Task<std::optional<std::string>> check(RunInfo) override {
      co_return ++checks > 1 ? std::optional<std::string>("used up") : std::nullopt;
    }
    Task<void> commit(RunInfo, Milliseconds) override { co_return; }
    int checks = 0;
  } budget;
  Harness run([](std::size_t) { return says("done"); });
  run.configure = [&](ExecutorConfig& config) { config.ports.budget = &budget; };
  HurryAt<journal::Opened> person(run);
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(heard_by(run, "", "hurry"));
  EXPECT_EQ(budget.checks, 1);
}

TEST(Heard, WhatAToolAttachesDuringTheFinalAnswer) {  // [SES-01] [SES-02]
  std::shared_ptr<Session> live;
  Harness run([&](std::size_t turn) {
    if (turn == 0) live->attach("look at this", {});
    return says(turn == 0 ? "first" : "second");
  });
  auto invocation = run.invocation("run");
  invocation.session = [&](std::shared_ptr<Session> session) {
    live = std::move(session);
    return SessionTools{};
  };
  auto outcome = run.loop.run(run.executor->run(run.agent, std::move(invocation)));
  EXPECT_EQ(outcome.output, "second");
  EXPECT_TRUE(heard_by(run, "", "look at this"));
}

TEST(Heard, NothingOfACommandNobodyCanRead) {  // [DUR-38]
  Harness run([](std::size_t turn) { return turn == 0 ? act_once(0) : says("done"); });
  auto& act = run.add_tool("act", tool::Effect::keyed);
  act.before_effect = [&run] {
    journal::Command empty;
    empty.kind = commands::kSteer;
    run.post(std::move(empty));
  };
  EXPECT_TRUE(run.run().ok());
  EXPECT_TRUE(run.loop.run(run.store->inner().inbox(*RunId::parse("run"))).empty());
}

}  // namespace
}  // namespace executus::run
