// Answers that are values: how a run comes to one, is asked again for one, or ends without one.
#include <boost/describe/class.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/run/output_of.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/stored_run.hpp>

#include "kernel/told_test.hpp"
#include "run/harness_test.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Verdict {
  bool safe = false;
  std::vector<std::string> reasons;
};
BOOST_DESCRIBE_STRUCT(Verdict, (), (safe, reasons))

constexpr const char* kGood = R"({"safe":true,"reasons":["none"]})";
constexpr const char* kOther = R"({"safe":false,"reasons":["new"]})";
constexpr const char* kBad = R"({"safe":"yes"})";

llm::Response submits(std::string arguments) { return calls({{"s", "submit", std::move(arguments)}}); }

llm::Response cut(llm::Response response) {
  response.finish = llm::FinishReason::length;
  return response;
}

// A model that gives one answer after the other.
struct Judge : Harness {
  explicit Judge(std::vector<llm::Response> answers)
      : Harness([answers = std::move(answers)](std::size_t turn) { return answers.at(turn); }) {
    agent.output = output_of<Verdict>();
  }
  std::vector<std::string> offered(std::size_t request) const {
    std::vector<std::string> names;
    for (const auto& tool : model->requests.at(request).tools) names.push_back(tool.name);
    return names;
  }
};

std::string code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "";
}

TEST(TypedAnswer, ThatIsHandedInEndsTheRun) {  // [API-08]
  Judge run({calls({{"c", "look", "{}"}}), submits(kGood)});
  run.add_tool("look", tool::Effect::pure);

  auto outcome = run.run();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, kGood);
  EXPECT_EQ(outcome.value<Verdict>().reasons, std::vector<std::string>{"none"});
  EXPECT_EQ(outcome.value().at("safe"), boost::json::value(true));
  EXPECT_EQ(run.model->requests.size(), 2u) << "no closing words are asked for";
  EXPECT_THAT(run.offered(0), ElementsAre("look", "submit"));
  EXPECT_TRUE(run.model->requests[0].wanted);
  EXPECT_FALSE(run.model->requests[0].schema);
}

TEST(TypedAnswer, MayBeSaidAsText) {  // [API-08]
  Judge run({says("```json\n" + std::string(kGood) + "\n```")});
  auto outcome = run.run();
  EXPECT_TRUE(outcome.value<Verdict>().safe);
  EXPECT_EQ(outcome.output, kGood) << "the value, without what stood around it";
}

TEST(TypedAnswer, ThatDoesNotFitIsAskedForAgain) {  // [API-08]
  Judge run({submits(kBad), submits(kGood)});
  auto outcome = run.run();
  EXPECT_TRUE(outcome.value<Verdict>().safe) << outcome.error;
  EXPECT_THAT(run.model->requests.at(1).messages.back().tool_results.at(0).text,
              AllOf(HasSubstr("/safe"), HasSubstr("/reasons")));
}

TEST(TypedAnswer, InProseIsAFailedOne) {  // [API-08]
  Judge run({says("It is safe."), submits(kBad), says(kGood)});
  auto outcome = run.run();
  EXPECT_TRUE(outcome.value<Verdict>().safe) << outcome.error;
  EXPECT_THAT(run.model->requests.at(1).messages.back().text(),
              AllOf(HasSubstr("not JSON"), HasSubstr("'submit'"), HasSubstr(R"("required":["safe","reasons"])")));
  EXPECT_THAT(run.kinds(), Contains("steered").Times(1));
  EXPECT_TRUE(outcome.unheard.empty());
}

TEST(TypedAnswer, IsAskedForAgainTwiceAtMost) {  // [API-08]
  for (const auto& last : {submits(kBad), says(kBad)}) {
    Judge run({says("It is safe."), submits(kBad), last, submits(kGood)});
    auto outcome = run.run();
    EXPECT_EQ(outcome.status, RunStatus::error);
    EXPECT_EQ(outcome.error_code, "output.unfit");
    EXPECT_THAT(outcome.error, HasSubstr("/reasons"));
    EXPECT_FALSE(outcome.typed);
    EXPECT_EQ(run.model->requests.size(), 3u);
    EXPECT_THAT(code_of([&] { (void)outcome.value<Verdict>(); }),
                AllOf(HasSubstr("run.no_value"), HasSubstr("error (output.unfit)"), HasSubstr("/reasons")));
  }
}

TEST(TypedAnswer, IsAskedForAgainWhenTheRunIsRetried) {  // [API-08] [DUR-40]
  for (const auto& last : {submits(kBad), says(kBad)}) {
    Judge run({says("It is safe."), submits(kBad), last, says(kBad), submits(kBad), submits(kGood)});
    ASSERT_EQ(run.run().error_code, "output.unfit");
    ASSERT_EQ(run.loop.run(retry_run(*run.store, *RunId::parse("run"))), Reopening::accepted);

    auto outcome = run.recover();

    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_TRUE(outcome->value<Verdict>().safe) << "its repairs count anew";
  }
}

TEST(TypedAnswer, IsAskedForAgainWithinTheStepsOfTheRun) {  // [API-08]
  Judge run({says("It is safe."), submits(kGood)});
  run.agent.max_iterations = 1;
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "output.unfit");
  EXPECT_EQ(run.model->requests.size(), 1u);
}

TEST(TypedAnswer, ThatWasCutIsNoValue) {  // [API-08]
  for (const auto& answer : {cut(says(kGood)), cut(submits(kGood))}) {
    Judge run({answer, submits(kGood)});
    auto outcome = run.run();
    EXPECT_EQ(outcome.error_code, "model.cut");
    EXPECT_FALSE(outcome.typed);
  }
}

TEST(TypedAnswer, IsTakenBesideOtherCalls) {  // [API-08]
  Judge run({calls({{"l", "look", "{}"}, {"s", "submit", kGood}})});
  run.add_tool("look", tool::Effect::pure).act = [] {
    tool::Done done{"see below", {}};
    done.attached.push_back(llm::user_message("the page"));
    return tool::Outcome(std::move(done));
  };

  auto outcome = run.run();

  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, kGood);
  EXPECT_EQ(run.model->requests.size(), 1u);
  EXPECT_EQ(outcome.messages.back().text(), "the page");
}

TEST(TypedAnswer, IsTheLastOneWhenTheRunWasSteeredAfterIt) {  // [API-08]
  Judge run({submits(kGood), submits(kOther)});
  run.model->on_call = [&] {
    if (run.model->requests.size() == 1) run.post(commands::steer("Look again."));
  };
  auto outcome = run.run();
  ASSERT_EQ(run.model->requests.size(), 2u);
  EXPECT_FALSE(outcome.value<Verdict>().safe);
}

TEST(TypedAnswer, IsWhatTheGateMadeOfTheCall) {  // [API-08]
  struct Rewriting final : Gate {
    Task<std::vector<journal::GateDecision>> decide(RunInfo, std::vector<GateCall>) override {
      std::vector<journal::GateDecision> all{{0, journal::Ruling::rewrite, kOther, ""}};
      co_return all;
    }
  } gate;
  Judge run({submits(kGood)});
  run.reconfigure([&](ExecutorConfig& config) { config.ports.gate = &gate; });
  EXPECT_FALSE(run.run().value<Verdict>().safe);
}

// The agent's permissions are about the tools it lists.
TEST(TypedAnswer, IsHandedInWhateverIsAskedOrDenied) {  // [API-08]
  for (Permissions permissions : {Permissions{{"*"}, {}}, Permissions{{}, {"*"}}}) {
    Judge run({submits(kGood)});
    run.agent.permissions = permissions;
    EXPECT_TRUE(run.run().typed);
  }
}

TEST(TypedAnswer, NeedsNoObject) {  // [API-08]
  Judge run({submits(R"({"answer":[1,"2"]})"), submits(R"({"answer":[1,2]})")});
  run.agent.output = output_of<std::vector<int>>();
  auto outcome = run.run();
  EXPECT_EQ(outcome.value<std::vector<int>>(), (std::vector<int>{1, 2})) << outcome.error;
  EXPECT_EQ(outcome.output, "[1,2]");
}

TEST(TypedAnswer, HoldsIntegersThatTheTypeHolds) {  // [API-08]
  Judge run({submits(R"({"answer":3000000000})"), submits(R"({"answer":3})")});
  run.agent.output = output_of<int>();
  EXPECT_EQ(run.run().value<int>(), 3);
}

TEST(TypedAnswer, OfAnotherTypeIsNotRead) {  // [API-08]
  Judge run({submits(kGood)});
  auto outcome = run.run();
  EXPECT_THAT(code_of([&] { (void)outcome.value<std::vector<int>>(); }), HasSubstr("run.no_value"));
  Judge plain({says(kGood)});
  plain.agent.output = {};
  auto text = plain.run();
  EXPECT_FALSE(text.typed);
  EXPECT_THAT(code_of([&] { (void)text.value(); }), AllOf(HasSubstr("run.no_value"), HasSubstr("'output'")));
}

TEST(TypedAnswer, IsRefusedWhereItCouldNotBeHad) {  // [API-08]
  Judge schema({});
  schema.agent.output = {{"type", "strnig"}};
  EXPECT_EQ(schema.run().error_code, "submission.output");
  Judge taken({});
  taken.add_tool("submit", tool::Effect::pure);
  EXPECT_EQ(taken.run().error_code, "tool.duplicate");
}

// --- in other processes

std::vector<llm::Response> eventful() {
  return {calls({{"c", "look", "{}"}}), says("It is safe."), submits(kBad), submits(kGood)};
}

TEST(TypedAnswer, IsTheSameWhereverTheProcessDies) {  // [API-08] [DUR-22] [DUR-24]
  Judge calm(eventful());
  calm.add_tool("look", tool::Effect::keyed);
  auto undisturbed = calm.run();
  ASSERT_TRUE(undisturbed.typed) << undisturbed.error;
  int deaths = 0;
  for (int point = 0; point < 30; ++point) {
    SCOPED_TRACE("death at write " + std::to_string(point));
    Judge run(eventful());
    run.add_tool("look", tool::Effect::keyed);
    run.store->writes_left = point;
    auto outcome = run.run();
    if (outcome.ok()) break;
    ++deaths;
    run.new_process();
    auto recovered = run.recover();
    outcome = recovered ? *recovered : run.run();
    EXPECT_EQ(outcome.value(), undisturbed.value()) << outcome.error;
    EXPECT_EQ(digest_of(outcome), digest_of(undisturbed));
    EXPECT_THAT(run.kinds(), Contains("steered").Times(1));
    for (const auto& request : run.model->requests) {
      EXPECT_EQ(request.tools, calm.model->requests[0].tools);
      EXPECT_TRUE(request.wanted);
    }
  }
  EXPECT_GT(deaths, 6);
}

TEST(TypedAnswer, OfAStoredRunIsCheckedWhenItIsRead) {  // [API-08] [DUR-22]
  Judge run({submits(kGood)});
  auto outcome = run.run();
  auto stored = run.loop.run(read_stored_run(run.store->inner(), outcome.run_id));
  ASSERT_TRUE(stored);
  EXPECT_EQ(outcome_of(*stored).value(), outcome.value());
  EXPECT_EQ(run.run().value(), outcome.value()) << "the same submission again";
  stored->checkpoint.ended->output = kBad;
  EXPECT_FALSE(outcome_of(*stored).typed);
}

// --- phases and children

Phase typed_phase(std::string name, Phase::Kind kind = Phase::Kind::loop) {
  Phase phase;
  phase.name = std::move(name);
  phase.kind = kind;
  return phase;
}

TEST(TypedAnswer, IsThatOfTheLastPhase) {  // [API-08]
  for (auto kind : {Phase::Kind::loop, Phase::Kind::prompt}) {
    int requests = 0;
    Harness h([&](const llm::Request&, std::size_t) {
      ++requests;
      if (requests == 1) return says("a plan");
      return requests == 2 ? says("It is safe.") : submits(kGood);
    });
    h.agent.output = output_of<Verdict>();
    h.add_tool("look", tool::Effect::pure);
    h.agent.phases = {typed_phase("plan"), typed_phase("judge", kind)};
    auto outcome = h.run();
    ASSERT_TRUE(outcome.typed) << outcome.error;
    EXPECT_EQ(outcome.output, kGood);
    EXPECT_EQ(outcome.phases.at(1).output, kGood);
    EXPECT_EQ(h.model->requests.at(0).tools.size(), 1u) << "the first phase hands in nothing";
    EXPECT_FALSE(h.model->requests.at(0).wanted);
    EXPECT_EQ(h.model->requests.at(1).tools.size(), kind == Phase::Kind::loop ? 2u : 1u);
    EXPECT_TRUE(h.model->requests.at(2).wanted);
  }
}

// A last phase that fails; its agent has the fallback.
RunOutcome outcome_with(std::string fallback, bool optional, int max_iterations = 0) {
  Harness run([](std::size_t turn) { return turn == 0 ? calls({{"c", "look", "{}"}}) : says("It is safe."); });
  run.add_tool("look", tool::Effect::pure);
  run.agent.output = output_of<Verdict>();
  auto last = typed_phase("judge");
  last.optional = optional;
  last.fallback = std::move(fallback);
  last.max_iterations = max_iterations;
  run.agent.phases = {last};
  return run.run();
}

TEST(TypedAnswer, MayBeTheFallbackOfTheLastPhase) {  // [API-08]
  auto outcome = outcome_with(kOther, true);
  ASSERT_TRUE(outcome.typed) << outcome.error;
  EXPECT_FALSE(outcome.value<Verdict>().safe);
  EXPECT_EQ(outcome.phases.at(0).how, journal::PhaseEnd::fallback);
}

TEST(TypedAnswer, OfAFallbackIsTheValueWithoutTheFenceAroundIt) {  // [API-08]
  auto outcome = outcome_with("```json\n" + std::string(kOther) + "\n```", true);
  ASSERT_TRUE(outcome.typed) << outcome.output;
  EXPECT_EQ(outcome.output, kOther);
}

// A phase that has no steps left is salvaged; what a tool said is no answer of the model.
TEST(TypedAnswer, IsNothingThatAToolSaid) {  // [API-08]
  Harness run([](std::size_t) { return calls({{"c", "look", "{}"}}); });
  run.add_tool("look", tool::Effect::pure).act = [] { return tool::Done{kGood, {}}; };
  run.agent.output = output_of<Verdict>();
  auto last = typed_phase("judge");
  last.max_iterations = 1;
  run.agent.phases = {last};

  auto outcome = run.run();

  EXPECT_EQ(outcome.error_code, "run.max_steps");
  EXPECT_FALSE(outcome.typed) << outcome.output;
}

TEST(TypedAnswer, IsNothingThatStandsInAndDoesNotFit) {  // [API-08]
  EXPECT_EQ(outcome_with("not known", true).error_code, "submission.output");
  EXPECT_EQ(outcome_with("", true).error_code, "output.unfit");
  EXPECT_EQ(outcome_with("", false).error_code, "output.unfit");
  auto salvaged = outcome_with("", false, 1);
  EXPECT_EQ(salvaged.error_code, "run.max_steps");
  EXPECT_FALSE(salvaged.typed);
}

// The model says first what it was shown, and then what it means: which one counts is not guessed.
TEST(TypedAnswer, IsNotOneOfTwo) {  // [API-08]
  auto block = [](const char* value) { return "```json\n" + std::string(value) + "\n```\n"; };
  Judge run({says("An example of the form:\n" + block(kGood) + "My verdict:\n" + block(kOther)), says(kOther)});
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, kOther) << outcome.error;
  EXPECT_THAT(run.model->requests.at(1).messages.back().text(), HasSubstr("more than one"));
}

// What the run before handed in is that one's answer.
TEST(TypedAnswer, IsTheRunsOwn) {  // [API-08] [DUR-46]
  Judge run({submits(kGood), submits(kOther)});
  ASSERT_TRUE(run.loop.run(run.executor->run(run.agent, run.invocation("a"))).ok());
  auto wanted = run.invocation("b");
  wanted.continues = *RunId::parse("a");
  wanted.prompt.clear();
  auto silent = run.loop.run(run.executor->run(run.agent, wanted));
  EXPECT_EQ(silent.error_code, "submission.continues") << silent.output;

  wanted = run.invocation("c");
  wanted.continues = *RunId::parse("a");
  auto outcome = run.loop.run(run.executor->run(run.agent, wanted));
  EXPECT_EQ(outcome.output, kOther);
  EXPECT_EQ(outcome.iterations, 1);
}

TEST(TypedAnswer, OfAChildIsJsonToItsParent) {  // [API-08]
  Harness run([](const llm::Request& request, std::size_t turn) {
    if (request.wanted) return submits(kGood);
    return turn == 0 ? calls({{"c", "agent__judge", R"({"prompt":"safe?"})"}}) : says("done");
  });
  Agent judge;
  judge.name = "judge";
  judge.output = output_of<Verdict>();
  run.agent.sub_agents = {judge};
  EXPECT_TRUE(run.run().ok());
  EXPECT_EQ(run.model->requests.back().messages.back().tool_results.at(0).text, kGood);
}

}  // namespace
}  // namespace executus::run
