// As judge_test.cpp, for plots: a flawless round, and one thing broken.
#include "plot_judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mark.hpp"

namespace executus::crash {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

namespace json = boost::json;

std::string responded(const std::string& thread, int ordinal) {
  return R"({"seq":2,"kind":"responded","text":")" + marked_text(thread, ordinal) + "\"}\n";
}

const std::string kAdmitted = R"({"seq":1,"kind":"admitted"})"
                              "\n";
const std::string kEnded = R"({"seq":9,"kind":"ended"})"
                           "\n";

PlotSnapshot after_answers(int answers, bool ended) {
  PlotSnapshot snapshot;
  std::string lines = kAdmitted;
  for (int ordinal = 0; ordinal < answers; ++ordinal) {
    lines += responded("r", ordinal);
    snapshot.model["r"].asked[ordinal] = 1;
    snapshot.model["r"].bodies[ordinal].insert("body " + std::to_string(ordinal));
  }
  snapshot.journals["r"] = JournalView(ended ? lines + kEnded : lines);
  snapshot.effects.calls["r/0"] = {1, 0, 0, {"key"}};
  return snapshot;
}

json::object child(const char* id, const char* status) { return {{"run_id", id}, {"status", status}}; }

PlotEvidence flawless_plot(Plot plot) {
  PlotEvidence evidence;
  evidence.plot = plot;
  evidence.run = "r";
  evidence.end = evidence.calm_end = after_answers(2, true);
  evidence.after_kill = {after_answers(1, false)};
  evidence.shown = evidence.calm_shown = {{"status", "ok"}, {"digest", "d"}, {"messages", "please"}};
  if (plot == Plot::delegation)
    evidence.tree = evidence.calm_tree = {{"children", {child("a", "ok"), child("b", "ok")}}};
  return evidence;
}

TEST(PlotJudge, FindsNothingInAFlawlessRound) {
  for (auto plot : {Plot::phases, Plot::delegation, Plot::steering})
    EXPECT_THAT(judge(flawless_plot(plot)), IsEmpty()) << name_of(plot);
}

TEST(PlotJudge, FindsALostRunAndOneThatDidNotEnd) {
  auto evidence = flawless_plot(Plot::phases);
  evidence.end = after_answers(2, false);
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("no ending")));
  evidence.end.journals.clear();
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("lost")));
}

TEST(PlotJudge, FindsAnotherStatusAndAnotherDigest) {
  auto evidence = flawless_plot(Plot::phases);
  evidence.shown["status"] = "error";
  evidence.shown["digest"] = "e";
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("it ended as \"error\""), HasSubstr("its digest is")));
}

TEST(PlotJudge, FindsAnEffectThatHappenedTwiceOrNotAtAll) {
  auto evidence = flawless_plot(Plot::delegation);
  evidence.end.effects.calls["r/0"].executions = 2;
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("happened 2 times")));
  evidence.end.effects.calls.clear();
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("is missing")));
}

TEST(PlotJudge, FindsAJournaledAnswerThatWasAskedForAgain) {
  auto evidence = flawless_plot(Plot::steering);
  evidence.end.model["r"].asked[0] = 2;
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("answer r/0 was journaled, and asked for again")));
}

TEST(PlotJudge, FindsModelCallsThatNoKillExplains) {
  auto evidence = flawless_plot(Plot::phases);
  evidence.end.model["r"].asked[1] = 4;
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("asked 5 times; at most 4")));
}

TEST(PlotJudge, FindsAnotherRequest) {
  auto evidence = flawless_plot(Plot::phases);
  evidence.end.model["r"].bodies[1].insert("another body");
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("the requests of r differ")));
}

TEST(PlotJudge, FindsWhatIsGoneFromAJournal) {
  auto evidence = flawless_plot(Plot::steering);
  evidence.after_kill.front().journals["child"] = JournalView(kAdmitted);
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("what run child had committed is gone")));
}

TEST(PlotJudge, FindsAChildTooManyAndOneThatDidNotEndWell) {
  auto evidence = flawless_plot(Plot::delegation);
  evidence.tree = {{"children", {child("a", "ok"), child("b", "waiting"), child("c", "ok")}}};
  EXPECT_THAT(judge(evidence),
              UnorderedElementsAre(HasSubstr("child \"b\" ended as \"waiting\""), HasSubstr("it has 3 children")));
}

TEST(PlotJudge, FindsAMessageLostOrHeardTwiceOrNeverAcknowledged) {
  auto evidence = flawless_plot(Plot::steering);
  evidence.message = "hurry";
  evidence.heard = true;
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("stands 0 times")));
  evidence.shown["messages"] = "please hurry hurry";
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("stands 2 times")));
  evidence.shown["messages"] = "please hurry";
  EXPECT_THAT(judge(evidence), IsEmpty());
  evidence.heard = false;
  EXPECT_THAT(judge(evidence), Contains(HasSubstr("not acknowledged")));
}

TEST(PlotJudge, FindsOddExits) {
  auto evidence = flawless_plot(Plot::phases);
  evidence.oddities = {"a process ended with exit 2"};
  EXPECT_THAT(judge(evidence), UnorderedElementsAre(HasSubstr("exit 2")));
}

}  // namespace
}  // namespace executus::crash
