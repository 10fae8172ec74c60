// Phases that decide which phase follows, and phases that run again.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/run/redefining.hpp>

#include "run/family_test.hpp"
#include "run/record/journal_commands.hpp"
#include "run/step/route.hpp"

namespace executus::run {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = Phase::Kind;
using Is = Condition::Test;

Phase asks(std::string name, std::string prompt) {
  return {.name = std::move(name), .system_prompt = std::move(prompt), .kind = Kind::prompt};
}
Phase typed(std::string name, std::string prompt, json::object output) {
  auto phase = asks(std::move(name), std::move(prompt));
  phase.output = std::move(output);
  return phase;
}
Phase branches(std::string name, std::vector<BranchCase> cases, std::string otherwise = "") {
  return {.name = std::move(name),
          .system_prompt = "",
          .kind = Kind::branch,
          .next = otherwise,
          .branches = std::move(cases)};
}
Phase repeats(std::string name, Repeat repeat) {
  return {.name = std::move(name), .system_prompt = "", .kind = Kind::repeat, .repeat = std::move(repeat)};
}

// Each phase answers with its prompt, but where `answers` has something for that prompt.
struct Flow : Harness {
  explicit Flow(std::vector<Phase> phases, std::map<std::string, std::string> answers = {})
      : Harness([answers](const llm::Request& request, std::size_t) {
          auto given = answers.find(request.system);
          return says(given == answers.end() ? request.system : given->second);
        }) {
    agent.phases = std::move(phases);
  }
  std::vector<std::string> prompts() const {
    std::vector<std::string> all;
    for (const auto& request : model->requests) all.push_back(request.system);
    return all;
  }
};

std::vector<std::string> ends_of(const RunOutcome& outcome) {
  std::vector<std::string> all;
  for (const auto& phase : outcome.phases) all.push_back(phase.name + ":" + phase.output);
  return all;
}

const json::object kTriage{
    {"type", "object"},
    {"properties", {{"kind", {{"enum", json::array{"bug", "wish", "spam"}}}}, {"weight", {{"type", "number"}}}}},
    {"required", json::array{"kind"}}};

// triage -> route -> fix | plan | the end; fix and plan lead to tell.
Flow routed(const std::string& triage) {
  auto fix = asks("fix", "fix");
  fix.next = "tell";
  return Flow(
      {typed("triage", "triage", kTriage),
       branches("route", {{{{"{{triage.kind}}", Is::equals, "bug"}, {"{{triage.weight}}", Is::above, 2}}, "fix"},
                          {{{"{{triage.kind}}", Is::one_of, json::array{"spam"}}}, "end"}}),
       asks("plan", "plan"), fix, asks("tell", "tell [{{fix}}] [{{plan}}]")},
      {{"triage", triage}});
}

TEST(Branch, FollowsTheFirstCaseWhoseConditionsAllHold) {  // [WFL-02]
  auto run = routed(R"({"kind":"bug","weight":2.5})");
  run.agent.phases[2].next = "tell";
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_THAT(run.prompts(), ElementsAre("triage", "fix", "tell [fix] []")) << "what was passed over is empty";
  EXPECT_EQ(ends_of(outcome)[1], "route:fix");
}

TEST(Branch, GoesOnBelowWhenNoCaseFits) {  // [WFL-02]
  for (const char* triage : {R"({"kind":"wish"})", R"({"kind":"bug"})", R"({"kind":"bug","weight":2})"}) {
    auto run = routed(triage);
    run.agent.phases[2].next = "tell";
    EXPECT_TRUE(run.run().ok());
    EXPECT_THAT(run.prompts(), ElementsAre("triage", "plan", "tell [] [plan]")) << triage;
  }
}

TEST(Branch, MayEndTheRunWithWhatWasSaidBefore) {  // [WFL-02]
  auto run = routed(R"({"kind":"spam"})");
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, R"({"kind":"spam"})");
  EXPECT_THAT(run.prompts(), ElementsAre("triage"));
  EXPECT_EQ(ends_of(outcome).back(), "route:end");
}

TEST(Conditions, CompareValues) {  // [WFL-02]
  journal::Checkpoint checkpoint;
  Answers answers(checkpoint, {});
  for (auto [name, text] :
       {std::pair{"n", "3"}, {"f", "3.0"}, {"s", "\"3\""}, {"z", "null"}, {"big", "9007199254740993"}})
    answers.set(name, json::parse(text));
  auto holds = [&](const char* name, Is test, json::value with) {
    return hold({{"{{" + std::string(name) + "}}", test, std::move(with)}}, answers);
  };
  EXPECT_TRUE(holds("n", Is::equals, 3) && holds("f", Is::equals, 3) && !holds("s", Is::equals, 3));
  EXPECT_FALSE(holds("big", Is::equals, 9007199254740992)) << "as numbers with a point they would be equal";
  EXPECT_TRUE(holds("n", Is::differs, "3") && !holds("n", Is::differs, 3));
  EXPECT_TRUE(holds("absent", Is::equals, nullptr) && holds("z", Is::equals, nullptr));
  EXPECT_TRUE(holds("n", Is::above, 2.5) && !holds("n", Is::above, 3) && holds("n", Is::below, 4));
  for (const char* none : {"s", "z", "absent"})
    EXPECT_FALSE(holds(none, Is::above, 0) || holds(none, Is::below, 9)) << none;
  EXPECT_TRUE(holds("n", Is::one_of, json::array{"x", 3}) && !holds("n", Is::one_of, json::array{}));
  EXPECT_FALSE(hold({{"{{n}}", Is::equals, 3}, {"{{n}}", Is::below, 3}}, answers)) << "all have to hold";
}

// --- repeats

const json::object kReview{{"type", "object"},
                           {"properties", {{"good", {{"type", "boolean"}}}, {"note", {{"type", "string"}}}}},
                           {"required", json::array{"good"}}};

std::vector<Phase> reviewed(int most) {
  return {asks("draft", "draft {{round}} by [{{review.note}}]"),
          typed("review", "review {{round}}: {{draft}}", kReview),
          repeats("polish", {"draft", {{"{{review.good}}", Is::equals, true}}, most}),
          asks("tell", "{{polish}}: {{draft}}")};
}
const std::map<std::string, std::string> kGoodInTheSecondRound{
    {"review 1: draft 1 by []", R"({"good":false,"note":"more"})"},
    {"review 2: draft 2 by [more]", R"({"good":true})"}};

TEST(Repeat, GoesRoundUntilItsConditionHolds) {  // [WFL-02]
  Flow run(reviewed(5), kGoodInTheSecondRound);
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "done: draft 2 by [more]");
  EXPECT_THAT(ends_of(outcome),
              ElementsAre("draft:draft 1 by []", HasSubstr("review"), "polish:again", "draft:draft 2 by [more]",
                          HasSubstr("review"), "polish:done", "tell:done: draft 2 by [more]"));
}

TEST(Repeat, GoesNoMoreRoundsThanItsBound) {  // [WFL-02]
  std::map<std::string, std::string> never;
  for (const char* prompt : {"review 1: draft 1 by []", "review 2: draft 2 by []", "review 3: draft 3 by []"})
    never[prompt] = R"({"good":false})";
  Flow run(reviewed(3), never);
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, "bound: draft 3 by []");
  EXPECT_EQ(run.model->requests.size(), 7u);
}

TEST(Repeat, AnInnerOneBeginsAnewInEachRoundOfTheOuterOne) {  // [WFL-02]
  auto never = std::vector<Condition>{{"{{a}}", Is::equals, "no"}};
  Flow run({asks("a", "a {{round}}"), asks("b", "b {{round}}"), repeats("inner", {"b", never, 2}),
            repeats("outer", {"a", never, 2}), asks("c", "c")});
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.prompts(), ElementsAre("a 1", "b 1", "b 2", "a 2", "b 1", "b 2", "c"));
}

// --- a process dies

TEST(Workflow, DiesAtEveryWriteAndGoesOn) {  // [WFL-02] [WFL-04]
  auto make = [] {
    auto phases = reviewed(5);
    phases.insert(phases.end() - 1, branches("route", {{{{"{{polish}}", Is::equals, "done"}}, "tell"}}));
    phases.insert(phases.end() - 1, asks("grumble", "grumble"));
    return std::make_unique<Flow>(std::move(phases), kGoodInTheSecondRound);
  };
  auto calm = make();
  auto whole = calm->run();
  ASSERT_TRUE(whole.ok()) << whole.error;
  ASSERT_THAT(ends_of(whole), ::testing::Contains("route:tell"));
  for (int writes = 1;; ++writes) {
    SCOPED_TRACE(writes);
    ASSERT_LT(writes, 60);
    auto run = make();
    run->store->writes_left = writes;
    if (run->run().ok()) break;
    run->new_process();
    auto outcome = run->recover();
    ASSERT_TRUE(outcome && outcome->ok());
    EXPECT_EQ(digest_of(*outcome), digest_of(whole));
    EXPECT_LE(run->model->requests.size(), calm->model->requests.size() + 1) << "what had ended is not asked again";
  }
}

// --- people, and other definitions

TEST(Workflow, KeepsWhatItIsToldWhenNothingButDecisionsIsLeft) {  // [WFL-02] [DUR-13] [DUR-38]
  for (bool dies : {false, true}) {
    SCOPED_TRACE(dies);
    Flow run({{"ask", "ask"}, branches("route", {{{{"{{ask}}", Is::equals, "x"}}, "end"}})});
    int told = 0;
    EntryObserver observer([&](const journal::Entry& entry) {
      if (!std::holds_alternative<journal::PhaseEnded>(entry.payload) || ++told > 1) return;
      run.post(commands::steer("hurry"));
      if (dies) run.store->writes_left = 0;
    });
    run.new_process(&observer);
    auto outcome = run.run();
    if (dies) {
      run.new_process();
      outcome = *run.recover();
    }
    ASSERT_TRUE(outcome.ok()) << outcome.error;
    EXPECT_EQ(outcome.output, "ask");
    EXPECT_EQ(run.model->requests.size(), 1u);
    int kept = 0;
    for (const auto& entry : run.entries())
      if (const auto* said = std::get_if<journal::Steered>(&entry.payload)) kept += said->undelivered ? 1 : 0;
    EXPECT_EQ(kept, 1);
  }
}

// What a branch decided has to be there in the new definition.
TEST(Workflow, IsNotUpgradedToADefinitionInWhichItLeadsNowhere) {  // [WFL-02] [DUR-40]
  Flow run({asks("ask", "ask"), branches("route", {{{{"{{ask}}", Is::equals, "ask"}}, "fix"}}), asks("plan", "plan"),
            asks("fix", "fix")});
  EntryObserver observer([&](const journal::Entry& entry) {
    const auto* ended = std::get_if<journal::PhaseEnded>(&entry.payload);
    if (ended && ended->name == "route") run.store->writes_left = 0;
  });
  run.new_process(&observer);
  ASSERT_FALSE(run.run().ok());
  run.new_process();
  auto other = run.agent;
  other.phases[3].name = "mend";
  other.phases[1].branches[0].next = "mend";
  auto upgrade = [&](const Agent& agent) {
    return run.loop.run(upgrade_run(*run.executor, *run.store, *RunId::parse("run"), agent, "ada", DryRun::no));
  };
  auto refused = upgrade(other);
  EXPECT_EQ(refused, Redefinition::refused);
  EXPECT_THAT(refused.hindrances, ElementsAre(AllOf(HasSubstr("phase 'route'"), HasSubstr("'fix'"))));

  auto better = run.agent;
  better.phases[3].system_prompt = "better";
  better.phases.insert(better.phases.begin() + 3, asks("more", "more"));
  EXPECT_EQ(upgrade(better), Redefinition::accepted);
  auto outcome = run.recover();
  ASSERT_TRUE(outcome && outcome->ok()) << (outcome ? outcome->error : "not due");
  EXPECT_EQ(outcome->output, "better");
}

TEST(Workflow, HasNoPhaseThatIsCalledAsItsEnd) {  // [WFL-03]
  Flow run({asks("ask", "ask"), branches("route", {{{{"{{ask}}", Is::equals, "x"}}, "tell"}}), asks("end", "end"),
            asks("tell", "tell")});
  auto outcome = run.run();
  EXPECT_EQ(outcome.error_code, "submission.phases");
  EXPECT_THAT(outcome.error, HasSubstr("'end'"));
}

TEST(Workflow, PhasesInTurnMayBeCalledAsTheyLike) {  // [WFL-03]
  Flow run({asks("ask", "ask"), asks("end", "end"), asks("tell", "tell {{end}}")});
  EXPECT_EQ(run.run().output, "tell end");
}

TEST(Workflow, AConditionOnAPhaseThatWasPassedOverSeesNull) {  // [WFL-02]
  Flow run({branches("first", {{{{"{{Query}}", Is::equals, "please"}}, "route"}}), typed("triage", "triage", kTriage),
            branches("route", {{{{"{{triage.weight}}", Is::above, 0}}, "plan"},
                               {{{"{{triage.kind}}", Is::equals, nullptr}}, "fix"}}),
            asks("plan", "plan"), asks("fix", "fix")});
  auto outcome = run.run();
  EXPECT_EQ(outcome.output, "fix") << outcome.error;
}

TEST(Workflow, MayDecideNothingAtAll) {  // [WFL-02]
  Flow run({branches("only", {{{{"{{Query}}", Is::equals, "please"}}, "end"}})});
  auto outcome = run.run();
  ASSERT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(outcome.output, "");
}

TEST(Repeat, ThatIsLeftByABranchBeginsAnewInTheNextRound) {  // [WFL-02]
  auto never = std::vector<Condition>{{"{{a}}", Is::equals, "no"}};
  Flow run({asks("a", "a {{round}}"), asks("b", "b {{round}}"),
            branches("leave", {{{{"{{round}}", Is::equals, 2}}, "outer"}}), repeats("inner", {"b", never, 3}),
            repeats("outer", {"a", never, 2}), asks("c", "c {{round}}")});
  EXPECT_TRUE(run.run().ok());
  EXPECT_THAT(run.prompts(), ElementsAre("a 1", "b 1", "b 2", "a 2", "b 1", "b 2", "c 1"));
}

// --- what cannot work

TEST(Workflow, IsCheckedWhenItsRunIsAdmitted) {  // [WFL-03]
  auto good = reviewed(2);
  auto refusal = [&](auto change) {
    auto phases = good;
    change(phases);
    Flow run(phases);
    auto outcome = run.run();
    return outcome.error_code + " " + outcome.error;
  };
  using Phases = std::vector<Phase>;
  EXPECT_THAT(refusal([](Phases& p) { p[2].repeat.most = 0; }), HasSubstr("submission.phases"));
  EXPECT_THAT(refusal([](Phases& p) { p[2].repeat.most = 0; }), HasSubstr("'most' has to be given"));
  EXPECT_THAT(refusal([](Phases& p) { p[2].repeat.until.clear(); }), HasSubstr("a condition is missing"));
  EXPECT_THAT(refusal([](Phases& p) { p[2].repeat.from = "tell"; }), HasSubstr("no phase before this one"));
  EXPECT_THAT(refusal([](Phases& p) { p[2].repeat.until[0].value = "{{review.god}}"; }), HasSubstr("no such member"));
  EXPECT_THAT(refusal([](Phases& p) { p[2].repeat.until[0].with = "yes"; }), HasSubstr("is never \"yes\""));
  EXPECT_THAT(refusal([](Phases& p) { p[2].repeat.until[0] = {"{{review.good}}", Is::above, "1"}; }),
              HasSubstr("take a number"));
  EXPECT_THAT(refusal([](Phases& p) { p[0].next = "tell"; }), HasSubstr("'review' is never reached"));
  EXPECT_THAT(refusal([](Phases& p) { p[1].next = "draft"; }), HasSubstr("no phase after this one is called 'draft'"));
  EXPECT_THAT(refusal([](Phases& p) { p[3] = branches("route", {}); }), HasSubstr("a branch needs cases"));
  EXPECT_THAT(refusal([](Phases& p) { p[1].output = {{"type", "strnig"}}; }), HasSubstr("'output': "));
}

TEST(Workflow, TheAnswerOfWhicheverPhaseEndsTheRunIsTheRuns) {  // [WFL-02] [API-08]
  auto fix = asks("fix", "fix");
  fix.next = "end";
  auto make = [&](const char* kind) {
    Flow run(
        {typed("triage", "triage", kTriage),
         branches("route", {{{{"{{triage.kind}}", Is::equals, "bug"}}, "fix"}}, "plan"), fix, asks("plan", "plan")},
        {{"triage", "{\"kind\":\"" + std::string(kind) + "\"}"}, {"fix", "7"}, {"plan", "8"}});
    run.agent.output = {{"type", "integer"}};
    return run.run().typed;
  };
  EXPECT_EQ(make("bug"), json::value(7));
  EXPECT_EQ(make("wish"), json::value(8));
}

}  // namespace
}  // namespace executus::run
