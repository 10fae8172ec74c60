#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"
#include "run/step/phase_end.hpp"

namespace executus::run {
namespace {

using journal::PhaseEnd;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// --- the decision

PhaseStop ended(agent::LoopEnd end) { return {end, PhaseStop::Failure::none}; }
PhaseStop threw(PhaseStop::Failure failure) { return {std::nullopt, failure}; }

TEST(PhaseEnding, FollowsTheTable) {  // [PH-06] [PH-07] [PH-08] [PH-10]
  using enum PhaseVerdict;
  using agent::LoopEnd;
  using Failure = PhaseStop::Failure;
  struct Row {
    PhaseStop stop;
    PhaseVerdict required, optional;
  };
  const Row rows[] = {
      {ended(LoopEnd::answered), completed, completed},
      {ended(LoopEnd::parked), parked, parked},
      {ended(LoopEnd::cut), unusable, fallback},
      {ended(LoopEnd::refused), unusable, fallback},
      {ended(LoopEnd::max_steps), salvaged, fallback},
      {ended(LoopEnd::tool_loop), salvaged, fallback},
      {threw(Failure::other), abort, fallback},
      {threw(Failure::cancelled), abort, abort},
      {threw(Failure::store), abort, abort},
  };
  for (const auto& row : rows) {
    Phase phase{"p", ""};
    EXPECT_EQ(decide_phase(row.stop, phase), row.required);
    phase.optional = true;
    EXPECT_EQ(decide_phase(row.stop, phase), row.optional);
  }
}

// --- the pipeline

Phase phase(std::string name, std::string prompt) { return {std::move(name), std::move(prompt)}; }

// Answers with "<system prompt>!" and, where the prompt says so, calls the tool first.
llm::Response answer_prompt(const llm::Request& request, std::size_t turn) {
  bool wants_tool = request.system.find("TOOL") != std::string::npos;
  if (wants_tool && turn == 0) return calls({{"c", "look", "{}"}});
  if (request.system.find("FOREVER") != std::string::npos)
    return calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}});
  if (request.system.find("BREAK") != std::string::npos)
    throw llm::ModelError(llm::Failure::permanent, "model.refused", "the model refuses", 400);
  auto answer = says(request.system + "!");
  if (request.system.find("CUT") != std::string::npos) answer.finish = llm::FinishReason::length;
  if (request.system.find("DECLINE") != std::string::npos) answer.finish = llm::FinishReason::refusal;
  return answer;
}

class Warnings final : public Logger {
 public:
  void log(LogLevel level, std::string_view message) noexcept override {
    if (level == LogLevel::warn) lines.emplace_back(message);
  }
  std::vector<std::string> lines;
};

struct Pipelined : Harness {
  Pipelined(std::vector<Phase> phases) : Harness(answer_prompt) {
    agent.system_prompt = "unused";
    agent.phases = std::move(phases);
    look = &add_tool("look", tool::Effect::pure);
  }
  EffectTool* look;
};

TEST(Phases, RunOneAfterTheOtherEachWithItsOwnPrompt) {  // [PH-01] [PH-02] [PH-05]
  Pipelined run({phase("plan", "Plan: {{Query}} {{.inputs.service}}"), phase("answer", "From {{plan}}")});
  Invocation invocation = run.invocation("run");
  invocation.inputs = {{"service", "web"}};
  auto outcome = run.loop.run(run.executor->run(run.agent, invocation));
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "From Plan: please web!!");
  ASSERT_EQ(run.model->requests.size(), 2u);
  EXPECT_EQ(run.model->requests[1].messages.size(), 1u) << "a fresh conversation";
  EXPECT_EQ(run.model->requests[1].messages[0].text(), "please");
  EXPECT_THAT(run.kinds(), ElementsAre("admitted", "opened", "phase_started", "responded", "phase_ended",
                                       "phase_started", "responded", "phase_ended", "ended"));
  EXPECT_EQ(outcome.iterations, 2);
  EXPECT_EQ(outcome.usage.input, 20);
}

TEST(Phases, ATemplateThatCannotBeRenderedIsSentAsItIs) {  // [PH-03]
  Pipelined run({phase("good", "Good {{Query}}"), phase("plan", "Plan {{nobody}} {{")});
  Warnings warnings;
  run.reconfigure([&](ExecutorConfig& config) { config.logger = &warnings; });
  EXPECT_EQ(run.run().output, "Plan {{nobody}} {{!");
  EXPECT_THAT(warnings.lines, ElementsAre(AllOf(HasSubstr("phase 'plan'"), HasSubstr("sent as it is"))));
}

TEST(Phases, TakeTheirToolsByNameAllOrNone) {  // [PH-15]
  std::vector<Phase> phases{phase("a", "a"), phase("b", "b"), phase("c", "c")};
  phases[1].tools = {"look"};
  phases[2].tools = std::vector<std::string>{};
  Pipelined run(phases);
  run.add_tool("other", tool::Effect::pure);
  EXPECT_TRUE(run.run().ok());
  auto tools = [&](std::size_t i) { return run.model->requests[i].tools.size(); };
  EXPECT_EQ(tools(0), 2u);
  EXPECT_EQ(tools(1), 1u);
  EXPECT_EQ(tools(2), 0u);
}

TEST(Phases, APromptPhaseIsOneBareCallAndIsSeenLikeAnyStep) {  // [PH-11] [PH-12]
  std::vector<Phase> phases{phase("ask", "TOOL")};
  phases[0].kind = Phase::Kind::prompt;
  Pipelined run(phases);
  auto outcome = run.run();
  EXPECT_EQ(run.model->requests.size(), 1u);
  EXPECT_TRUE(run.model->requests[0].tools.empty());
  EXPECT_EQ(run.total_effects(), 0);
  EXPECT_EQ(outcome.phases[0].how, PhaseEnd::completed) << "calls it was not offered are no calls";
  EXPECT_EQ(outcome.iterations, 1);
}

TEST(Phases, SalvageWhatARequiredPhaseHadWhenItsStepsRunOut) {  // [PH-08]
  std::vector<Phase> phases{phase("dig", "FOREVER"), phase("tell", "Got: {{dig}}")};
  phases[0].max_iterations = 2;
  Pipelined run(phases);
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.phases[0].how, PhaseEnd::salvaged);
  EXPECT_EQ(run.model->requests.size(), 3u) << "two steps of the first phase, one of the second";
  EXPECT_THAT(run.model->requests.back().system, HasSubstr("did it")) << "the tool's results are what it had";
}

TEST(Phases, ReplaceAnOptionalPhaseThatFails) {  // [PH-06]
  std::vector<Phase> phases{phase("try", "BREAK"), phase("tell", "Got: {{try}}")};
  phases[0].optional = true;
  phases[0].fallback = "nothing";
  Pipelined run(phases);
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, "Got: nothing!");
  EXPECT_EQ(outcome.phases[0].how, PhaseEnd::fallback);
  EXPECT_THAT(outcome.phases[0].error, HasSubstr("refuses"));
}

TEST(Phases, BuildNothingOnACutOrRefusedAnswer) {  // [PH-10] [PH-19]
  for (auto [prompt, code] : {std::pair("CUT", "model.cut"), std::pair("DECLINE", "model.refused")}) {
    Pipelined run({phase("one", "one"), phase("try", prompt), phase("tell", "Got: {{try}}")});
    auto outcome = run.run();
    EXPECT_EQ(outcome.status, RunStatus::error);
    EXPECT_EQ(outcome.error_code, code);
    EXPECT_EQ(outcome.output, std::string(prompt) + "!") << "what there is of it";
    EXPECT_EQ(run.model->requests.size(), 2u) << "the later phase does not run";
  }
}

TEST(Phases, ReplaceAnOptionalPhaseWhoseAnswerIsCut) {  // [PH-06]
  std::vector<Phase> phases{phase("try", "CUT"), phase("tell", "Got: {{try}}")};
  phases[0].optional = true;
  phases[0].fallback = "nothing";
  Pipelined run(phases);
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, "Got: nothing!");
  EXPECT_EQ(outcome.phases[0].error, "its answer was cut off");
}

TEST(Phases, StopAtARequiredPhaseThatFails) {  // [PH-10] [PH-19]
  Pipelined run({phase("one", "one"), phase("try", "BREAK"), phase("tell", "tell")});
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(run.model->requests.size(), 2u) << "the later phase does not run";
  EXPECT_EQ(outcome.usage.input, 10) << "what the first phase cost is still told";
}

TEST(Phases, GuardAgainstToolErrorsLikeTheLoop) {  // [RUN-34] [AGT-03]
  std::vector<Phase> phases{phase("dig", "FOREVER"), phase("tell", "tell")};
  Pipelined run(phases);
  run.look->act = []() -> tool::Outcome { return tool::Failed{"no such file"}; };
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.phases[0].how, PhaseEnd::salvaged);
  EXPECT_EQ(run.model->requests.size(), 4u) << "three failing steps, then the next phase";
  run.agent.phases.clear();
  run.agent.system_prompt = "FOREVER";
  EXPECT_EQ(run.run("single").error_code, "run.tool_loop");
}

TEST(Phases, DoNotStartAnotherOneWhenTheRunIsCancelled) {  // [PH-18]
  Pipelined run({phase("one", "one"), phase("two", "two")});
  CancelScope scope;
  EntryObserver observer([&](const journal::Entry& entry) {
    if (std::holds_alternative<journal::PhaseEnded>(entry.payload)) scope.cancel({Cause::caller, "enough"});
  });
  run.new_process(&observer);
  EXPECT_EQ(run.run_in(scope).status, RunStatus::cancelled);
  EXPECT_EQ(run.model->requests.size(), 1u);
  EXPECT_THAT(run.kinds(), Not(Contains("phase_started").Times(2)));
}

TEST(Phases, WithTheSameNameBothRunAlsoOnResume) {  // [PH-20] [CK-13] [DUR-12]
  std::vector<Phase> phases{phase("step", "first"), phase("step", "second {{step}}")};
  Pipelined run(phases);
  EXPECT_EQ(run.run("whole").output, "second first!!");
  run.store->writes_left = 4;  // dies in the second phase
  (void)run.run();
  run.new_process();
  EXPECT_EQ(run.recover()->output, "second first!!");
}

// A name of an unknown tier, and one that resolves to a model of its own.
class TieredResolver final : public llm::ModelResolver {
 public:
  explicit TieredResolver(std::shared_ptr<CountingModel> base) : base_(std::move(base)) {}
  Result<llm::ResolvedModel> resolve(std::string_view name) override {
    if (name == "nowhere") return failed("model.unknown", "there is no tier 'nowhere'");
    if (name == "thinking" || name == "test/thinker")
      return llm::ResolvedModel{thinker, "test/thinker", 0, attribution};
    return llm::ResolvedModel{base_, "test/model", 0};
  }
  std::shared_ptr<CountingModel> thinker = std::make_shared<CountingModel>(answer_prompt);
  std::shared_ptr<const llm::Attribution> attribution = std::make_shared<llm::Attribution>(llm::Attribution{"me"});

 private:
  std::shared_ptr<CountingModel> base_;
};

TEST(Phases, UseTheirOwnModelOrTheAgentsWhenItDoesNotResolve) {  // [PH-13] [PH-14]
  std::vector<Phase> phases{phase("a", "a"), phase("b", "b")};
  phases[0].model = "thinking";
  phases[1].model = "nowhere";
  Pipelined run(phases);
  TieredResolver resolver(run.model);
  Warnings warnings;
  run.reconfigure([&](ExecutorConfig& config) {
    config.models = &resolver;
    config.logger = &warnings;
  });
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(warnings.lines, ElementsAre(AllOf(HasSubstr("phase 'b'"), HasSubstr("there is no tier 'nowhere'"))));
  ASSERT_EQ(resolver.thinker->requests.size(), 1u);
  ASSERT_TRUE(resolver.thinker->requests[0].attribution);
  EXPECT_EQ(resolver.thinker->requests[0].attribution->user, "me");
  EXPECT_EQ(resolver.thinker->requests[0].attribution->run, "run");
  EXPECT_EQ(run.model->requests.size(), 1u);
}

TEST(Phases, StartWithTheImagesAndTheHeader) {  // [PH-21] [RUN-17]
  Pipelined run({phase("a", "a"), phase("b", "b")});
  run.reconfigure([](ExecutorConfig& config) { config.system_header = "House rules."; });
  auto invocation = run.invocation("run");
  invocation.images = {{"bytes", "image/png"}};
  (void)run.loop.run(run.executor->run(run.agent, invocation));
  for (const auto& request : run.model->requests) {
    EXPECT_THAT(request.system, HasSubstr("House rules.\n\n"));
    EXPECT_EQ(request.messages[0].parts.size(), 2u);
  }
}

// Dies at every write; the recovered run goes on in the middle of its phase, and nothing is bought twice.
TEST(Phases, ResumeInTheMiddleOfThePhase) {  // [DUR-12] [CK-11] [DUR-24] [DUR-34]
  std::vector<Phase> phases{phase("one", "TOOL 1"), phase("two", "TOOL 2 after {{one}}"), phase("three", "3 {{two}}")};
  Pipelined calm(phases);
  auto whole = calm.run();
  ASSERT_TRUE(whole.ok());
  for (int writes = 1;; ++writes) {
    Pipelined run(phases);
    run.store->writes_left = writes;
    auto first = run.run();
    if (first.ok()) break;
    run.new_process();
    auto outcome = run.recover();
    ASSERT_TRUE(outcome && outcome->ok()) << writes;
    EXPECT_EQ(digest_of(*outcome), digest_of(whole)) << writes;
    EXPECT_EQ(outcome->iterations, whole.iterations);
    EXPECT_LE(run.model->requests.size(), calm.model->requests.size() + 1) << writes;
    EXPECT_EQ(run.model->requests.back().system, calm.model->requests.back().system);
    ASSERT_LT(writes, 50);
  }
}

TEST(Phases, UseTheAgentsModelWhenTheResolverThrows) {  // [PH-13] [RUN-31]
  struct ThrowingResolver final : llm::ModelResolver {
    Result<llm::ResolvedModel> resolve(std::string_view name) override {
      if (name == "broken") throw std::runtime_error("the resolver is broken");
      return llm::ResolvedModel{model, "test/model", 0};
    }
    std::shared_ptr<CountingModel> model;
  } resolver;
  Pipelined run({phase("a", "a"), phase("b", "b")});
  run.agent.phases[1].model = "broken";
  resolver.model = run.model;
  run.reconfigure([&](ExecutorConfig& config) { config.models = &resolver; });
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
}

}  // namespace
}  // namespace executus::run
