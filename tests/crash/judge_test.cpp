// The judge has to find every breach: each test takes a flawless round and breaks one thing.
#include "judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script.hpp"

namespace executus::crash {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string kRun = "r-1";

// Journal lines as the program prints them.
class Lines {
 public:
  Lines& add(const std::string& kind, const std::string& more = "") {
    text_ += R"({"seq":)" + std::to_string(++seq_) + R"(,"kind":")" + kind + "\"" + more + "}\n";
    return *this;
  }
  Lines& call(const std::string& kind, int response, int index) {
    return add(kind, ",\"call\":[" + std::to_string(response) + "," + std::to_string(index) + "]");
  }
  Lines& step(int response, bool gated) {
    add("responded");
    for (int index = 0; index < static_cast<int>(scripted_calls(kRun, response).size()); ++index) {
      if (gated) call("intended", response, index);
      call("settled", response, index);
    }
    return *this;
  }
  [[nodiscard]] JournalView view() const { return JournalView(text_); }

 private:
  std::string text_;
  int seq_ = 0;
};

void ask(ModelLog& log, int ordinal) {
  ++log.asked[ordinal];
  log.bodies[ordinal].insert("body " + std::to_string(ordinal));
}

Snapshot finished(EffectClass effect) {
  Snapshot end;
  Lines lines;
  lines.add("admitted").add("opened");
  for (int ordinal = 0; ordinal < kResponses; ++ordinal) {
    lines.step(ordinal, is_gated(effect));
    ask(end.model, ordinal);
  }
  for (const auto& call : scripted_calls(kRun)) end.effects.calls[call.label] = {1, 0, 0, {"key of " + call.label}};
  end.journal = lines.add("ended").view();
  return end;
}

// Killed once, after the first step was durable and before anything else was.
Snapshot killed_after_first_step(EffectClass effect) {
  Snapshot then;
  then.journal = Lines().add("admitted").add("opened").step(0, is_gated(effect)).view();
  ask(then.model, 0);
  auto label = scripted_calls(kRun, 0).front().label;
  then.effects.calls[label] = {1, 0, 0, {"key of " + label}};
  return then;
}

Evidence flawless(EffectClass effect) {
  Evidence evidence;
  evidence.effect = effect;
  evidence.run = kRun;
  evidence.end = evidence.calm_end = finished(effect);
  evidence.after_kill = {killed_after_first_step(effect)};
  evidence.shown = {{"status", "ok"}, {"digest", "d"}, {"output", "o"}};
  evidence.calm_shown = evidence.shown;
  return evidence;
}

std::string label(int response, int index) { return scripted_calls(kRun, response).at(index).label; }

TEST(Judge, FindsNothingInAFlawlessRound) {
  for (int effect = 0; effect <= static_cast<int>(EffectClass::irreversible); ++effect)
    EXPECT_THAT(judge(flawless(static_cast<EffectClass>(effect))), IsEmpty()) << effect;
}

TEST(Judge, FindsALostRun) {
  auto evidence = flawless(EffectClass::keyed);
  evidence.end.journal = {};
  EXPECT_THAT(judge(evidence), Contains(HasSubstr("lost")));
}

TEST(Judge, FindsAnotherDigest) {
  auto evidence = flawless(EffectClass::keyed);
  evidence.shown["digest"] = "e";
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("its digest is \"e\"")));
}

TEST(Judge, FindsARunThatDidNotEndWell) {
  auto evidence = flawless(EffectClass::irreversible);
  evidence.shown["status"] = "waiting";
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("it ended as \"waiting\"")));
}

TEST(Judge, FindsAGatedEffectThatHappenedTwice) {
  for (auto effect : {EffectClass::keyed, EffectClass::probeable, EffectClass::irreversible}) {
    auto evidence = flawless(effect);
    evidence.end.effects.calls[label(1, 1)].executions = 2;
    EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("happened 2 times")));
  }
}

TEST(Judge, AllowsOneRepeatOfAPureCallPerKill) {
  auto evidence = flawless(EffectClass::pure);
  evidence.end.effects.calls[label(1, 1)].executions = 2;
  EXPECT_THAT(judge(evidence), IsEmpty());
  evidence.end.effects.calls[label(1, 1)].executions = 3;
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("happened 3 times")));
}

TEST(Judge, FindsALostEffect) {
  auto evidence = flawless(EffectClass::idempotent);
  evidence.end.effects.calls.erase(label(2, 0));
  EXPECT_THAT(judge_effects(evidence), UnorderedElementsAre(HasSubstr("happened 0 times")));
}

TEST(Judge, FindsAnEffectNobodyAskedFor) {
  auto evidence = flawless(EffectClass::keyed);
  evidence.end.effects.calls["r-1/9/9"] = {1, 0, 0, {"k"}};
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("nobody asked for")));
}

TEST(Judge, FindsAUsedConnectionWhereARepeatWouldHurt) {
  for (auto effect : {EffectClass::probeable, EffectClass::irreversible}) {
    auto evidence = flawless(effect);
    evidence.end.effects.calls[label(1, 0)].on_used_connection = 1;
    EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("over a used connection")));
    evidence.effect = EffectClass::keyed;
    EXPECT_THAT(judge(evidence), IsEmpty());
  }
}

TEST(Judge, FindsAKeyThatChanged) {
  auto evidence = flawless(EffectClass::keyed);
  evidence.end.effects.calls[label(1, 0)].keys.insert("another");
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("2 idempotency keys")));
}

TEST(Judge, FindsASharedKey) {
  auto evidence = flawless(EffectClass::keyed);
  evidence.end.effects.calls[label(1, 0)].keys = evidence.end.effects.calls[label(1, 1)].keys;
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("shares its key")));
}

TEST(Judge, FindsAJournaledResponseAskedForAgain) {
  auto evidence = flawless(EffectClass::pure);
  ask(evidence.end.model, 0);
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("response 0 was journaled, and asked for again")));
}

TEST(Judge, AllowsOneLostModelCallPerKill) {
  auto evidence = flawless(EffectClass::pure);
  ask(evidence.end.model, 1);
  EXPECT_THAT(judge(evidence), IsEmpty());
  ask(evidence.end.model, 1);
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("at most 6 are explained")));
}

TEST(Judge, FindsARequestWithOtherBytes) {
  auto evidence = flawless(EffectClass::pure);
  evidence.end.model.bodies[3].insert("other");
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("request for response 3 differs")));
}

TEST(Judge, FindsADispatchBeforeItsIntent) {
  auto evidence = flawless(EffectClass::keyed);
  auto& then = evidence.after_kill.front();
  then.journal = Lines().add("admitted").add("opened").add("responded").view();
  EXPECT_THAT(judge_gate(evidence), UnorderedElementsAre(HasSubstr("dispatched before its intent")));
}

TEST(Judge, FindsAModelCallBeforeTheAdmission) {
  auto evidence = flawless(EffectClass::pure);
  evidence.after_kill.front().journal = {};
  evidence.after_kill.front().effects = {};
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("before the admission was durable")));
}

TEST(Judge, FindsADispatchBeforeItsResponse) {
  auto evidence = flawless(EffectClass::pure);
  evidence.after_kill.front().journal = Lines().add("admitted").add("opened").view();
  EXPECT_THAT(judge_gate(evidence), UnorderedElementsAre(HasSubstr("before its response was durable")));
}

TEST(Judge, FindsAModelThatKnewTooEarly) {
  auto evidence = flawless(EffectClass::irreversible);
  auto& then = evidence.after_kill.front();
  then.journal = Lines().add("admitted").add("opened").add("responded").call("intended", 0, 0).view();
  ask(then.model, 1);
  EXPECT_THAT(judge_gate(evidence), UnorderedElementsAre(HasSubstr("before its outcome was durable")));
}

TEST(Judge, FindsTwoOpenCallsOfAnOrderedBatch) {
  auto evidence = flawless(EffectClass::irreversible);
  auto lines = Lines().add("admitted").add("opened").step(0, true).add("responded");
  evidence.after_kill.front().journal = lines.call("intended", 1, 0).call("intended", 1, 1).view();
  EXPECT_THAT(judge_gate(evidence), UnorderedElementsAre(HasSubstr("open together")));
}

TEST(Judge, FindsADoubtAboutACallThatWasNeverDispatched) {
  auto evidence = flawless(EffectClass::irreversible);
  auto lines = Lines().add("admitted").add("responded").call("intended", 0, 0).call("settled", 0, 0);
  evidence.end.journal = lines.add("waited", R"(,"calls":[[0,0]])").view();
  EXPECT_THAT(judge_doubt(evidence), UnorderedElementsAre(HasSubstr("without having been dispatched")));
}

TEST(Judge, FindsADoubtWhereThereIsAWayToKnow) {
  auto evidence = flawless(EffectClass::probeable);
  auto lines = Lines().add("admitted").add("responded").call("intended", 0, 0);
  evidence.end.journal = lines.add("waited", R"(,"calls":[[0,0]])").view();
  EXPECT_THAT(judge_doubt(evidence), UnorderedElementsAre(HasSubstr("it can settle its calls")));
}

TEST(Judge, FindsCommittedEntriesThatAreGone) {
  auto evidence = flawless(EffectClass::pure);
  evidence.after_kill.front().journal = Lines().add("admitted").add("opened").step(0, false).add("steered").view();
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("is gone or changed")));
}

TEST(Judge, FindsOddExits) {
  auto evidence = flawless(EffectClass::keyed);
  evidence.oddities = {"a process ended with exit 2"};
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("exit 2")));
}

}  // namespace
}  // namespace executus::crash
