#include <random>

#include <gmock/gmock.h>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/kit/call_assembly.hpp>

#include "llm/call_scenarios_test.hpp"

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using End = CallAssembly::End;

const std::string kOslo = R"({"city":"Oslo"})", kRome = R"({"city":"Rome"})";

Result<CallAssembly::Assembled> put_together(const std::vector<CallFragment>& fragments, End end = End::complete) {
  CallAssembly assembly;
  for (const auto& fragment : fragments) (void)assembly.add(fragment);
  return std::move(assembly).finish(end);
}

// "name arguments" of each; "broken" of a failed attempt.
std::vector<std::string> calls_of(const std::vector<CallFragment>& fragments, End end = End::complete) {
  auto calls = put_together(fragments, end);
  if (!calls) return {"broken"};
  std::vector<std::string> all;
  for (const auto& call : calls->calls) all.push_back(call.name + " " + call.arguments);
  return all;
}

TEST(CallAssembly, JoinsThePiecesOfEachIndex) {  // [LLM-05]
  EXPECT_THAT(calls_of({{"0", "a", "note", ""},
                        {"1", "b", "now", ""},
                        {"1", "", "", "{\"x\""},
                        {"0", "", "", kOslo},
                        {"1", "", "", ":1}"}}),
              ElementsAre("note " + kOslo, R"(now {"x":1})"));
  EXPECT_THAT(calls_of({{"first", "", "note", "{"}, {"second", "", "now", "{}"}, {"first", "", "", "}"}}),
              ElementsAre("note {}", "now {}"));
}

TEST(CallAssembly, TellsCallsInTheOrderOfTheirIndices) {
  EXPECT_THAT(calls_of({{"1", "b", "now", "{}"}, {"0", "a", "note", kOslo}}), ElementsAre("note " + kOslo, "now {}"));
  EXPECT_THAT(calls_of({{"b", "", "now", "{}"}, {"a", "", "note", kOslo}}), ElementsAre("now {}", "note " + kOslo));
}

TEST(CallAssembly, BeginsAnotherCallAtANameAfterCompleteArguments) {  // [LLM-05]
  for (std::string index : {"0", ""})
    for (auto [one, other] : {std::pair("a", "b"), std::pair("", ""), std::pair("x", "x")}) {
      EXPECT_THAT(calls_of({{index, one, "note", kOslo}, {index, other, "note", kRome}}),
                  ElementsAre("note " + kOslo, "note " + kRome));
      EXPECT_THAT(
          calls_of(
              {{index, one, "note", ""}, {index, "", "", kOslo}, {index, other, "note", ""}, {index, "", "", kRome}}),
          ElementsAre("note " + kOslo, "note " + kRome))
          << index << one;
    }
}

TEST(CallAssembly, TakesANumberForCompleteArguments) {
  EXPECT_THAT(calls_of({{"0", "a", "note", "12"}, {"0", "b", "note", kOslo}}), ElementsAre("note 12", "note " + kOslo));
}

TEST(CallAssembly, GoesOnWithTheOpenCallAtAnUnknownIndex) {  // [LLM-05]
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"1", "", "", R"({"city")"}, {"2", "", "", R"(:"Oslo"})"}}),
              ElementsAre("note " + kOslo));
}

TEST(CallAssembly, TakesRepeatedHeadersForWhatTheyAre) {
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"0", "a", "note", R"({"city":)"}, {"0", "a", "note", R"("Oslo"})"}}),
              ElementsAre("note " + kOslo));
  EXPECT_THAT(calls_of({{"0", "a", "note", kOslo}, {"0", "a", "note", ""}}), ElementsAre("note " + kOslo));
  EXPECT_THAT(calls_of({{"0", "a", "note", kOslo}, {"0", "", "note", ""}}), ElementsAre("note " + kOslo));
}

TEST(CallAssembly, TakesACallThatIsSaidAgainForOne) {  // [LLM-05]
  EXPECT_THAT(calls_of({{"0", "a", "note", kOslo}, {"0", "a", "note", kOslo}}), ElementsAre("note " + kOslo));
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"0", "a", "note", R"({"city":)"}, {"0", "", "", R"("Oslo"})"}}),
              ElementsAre("note " + kOslo))
      << "its id says whose the name is";
  EXPECT_THAT(calls_of({{"0", "a", "note", kOslo}, {"0", "a", "note", "{ \"city\": \"Oslo\" }\n"}}),
              ElementsAre("note " + kOslo))
      << "white space";
  EXPECT_THAT(calls_of({{"0", "a", "note", kOslo}, {"1", "a", "note", kOslo}}),
              ElementsAre("note " + kOslo, "note " + kOslo))
      << "another place";
}

TEST(CallAssembly, TellsCallsWithoutArgumentsApartByTheirIds) {  // [LLM-05]
  for (std::string index : {"0", ""}) {
    EXPECT_THAT(calls_of({{index, "a", "now", ""}, {index, "b", "now", ""}}), ElementsAre("now ", "now "));
    EXPECT_THAT(calls_of({{index, "a", "now", ""}, {index, "b", "now", "{}"}}), ElementsAre("broken"))
        << "each piece may have an id of its own";
    EXPECT_THAT(calls_of({{index, "a", "now", ""}, {index, "a", "now", ""}, {index, "b", "now", "{}"}}),
                ElementsAre("now ", "now {}"))
        << "an id came again, so no piece has one of its own";
  }
}

TEST(CallAssembly, JoinsPiecesWithFreshIds) {
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"0", "b", "", R"({"city":)"}, {"0", "c", "", R"("Oslo"})"}}),
              ElementsAre("note " + kOslo));
}

// Nothing is run of these: what was meant cannot be known.
TEST(CallAssembly, MakesNoCallsOfWhatMayMeanTwoThings) {
  EXPECT_THAT(calls_of({{"0", "", "note", ""}, {"0", "", "note", kOslo}}), ElementsAre("broken"))
      << "one call, or one without arguments and one with them";
  EXPECT_THAT(calls_of({{"0", "", "note", kOslo}, {"0", "", "note", ""}}), ElementsAre("broken"));
  EXPECT_THAT(calls_of({{"0", "a", "note", R"({"ci)"}, {"0", "", "now", R"(ty":1})"}}), ElementsAre("broken"));
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"0", "b", "now", ""}, {"0", "", "", kOslo}}), ElementsAre("broken"))
      << "whose arguments are these?";
  for (std::string index : {"0", ""})
    for (std::string id : {"", "a"})
      EXPECT_THAT(calls_of({{index, "a", "note", ""}, {index, id, "_x", kOslo}}), ElementsAre("broken"))
          << "another call, or the rest of the name";
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"0", "b", "now", kOslo}}), ElementsAre("note ", "now " + kOslo));
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"1", "", "now", kOslo}}), ElementsAre("note ", "now " + kOslo));
  EXPECT_THAT(calls_of({{"0", "a", "note", "{}"}, {"7", "b", "", kOslo}}), ElementsAre("broken"));
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"1", "", "note", ""}}), ElementsAre("broken"))
      << "the index may count fragments";
  EXPECT_THAT(calls_of({{"0", "", "note", R"({"a":)"}, {"0", "", "note", "1"}, {"0", "", "", "}"}}),
              ElementsAre("broken"))
      << "some pieces have a name, and some have not";
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"1", "b", "note", ""}}), ElementsAre("note ", "note "));
  EXPECT_THAT(calls_of({{"0", "a", "note", "{}"}, {"1", "b", "now", kOslo}, {"1", "", "", kRome}}),
              ElementsAre("broken"));
}

TEST(CallAssembly, LeavesArgumentsThatAreGluedToTheOneCallThereIs) {
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"0", "", "", kOslo}, {"0", "", "", kRome}}),
              ElementsAre("note " + kOslo + kRome))
      << "no JSON: the model is told";
}

TEST(CallAssembly, MakesNoCallWhoseArgumentsWereCutBeforeTheyCame) {
  std::string cut(kCutArguments);
  EXPECT_THAT(calls_of({{"0", "a", "note", kOslo}, {"1", "b", "now", ""}}, End::cut),
              ElementsAre("note " + kOslo, "now " + cut));
  EXPECT_THAT(
      calls_of({{"0", "a", "note", "{\"x\""}, {"1", "b", "now", ""}, {"0", "", "", ":1}"}, {"1", "", "", "{\"y"}},
               End::cut),
      ElementsAre(R"(note {"x":1})", "now {\"y"));
  EXPECT_THAT(calls_of({{"0", "a", "note", ""}, {"1", "b", "now", "{\"x"}}, End::cut),
              ElementsAre("note " + cut, "now {\"x"));
}

TEST(CallAssembly, SaysNothingOfEmptyFragments) {
  CallAssembly assembly;
  EXPECT_EQ(assembly.add({"0", "", "", ""}), CallAssembly::kNone);
  EXPECT_TRUE(assembly.empty());
}

TEST(CallAssembly, KeepsWholeCallsApart) {
  CallAssembly assembly;
  (void)assembly.add_whole({"", "", "now", ""});
  (void)assembly.add_whole({"", "", "now", ""});
  EXPECT_EQ(std::move(assembly).finish(End::complete)->calls.size(), 2U);
}

TEST(CallAssembly, IsLinearInItsPieces) {
  CallAssembly assembly;
  (void)assembly.add({"0", "a", "note", "{\"x\":\""});
  for (int i = 0; i < 200'000; ++i) (void)assembly.add({"0", "", "", "."});
  (void)assembly.add({"0", "", "", "\"}"});
  EXPECT_EQ(std::move(assembly).finish(End::complete)->calls.size(), 1U);
}

// Whatever the split, the order and the scheme of indices, ids and names: the same calls, or none.
TEST(CallAssemblyProperty, AnyStreamOfCallsGivesTheSameCallsOrAFailedAttempt) {  // [LLM-05]
  std::mt19937 random(20261129);
  Pick pick = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  int whole = 0;
  for (int i = 0; i < 60'000; ++i) {
    auto scenario = make_call_scenario(pick);
    ASSERT_EQ(difference(scenario), "") << "scenario " << i;
    whole += assembled(scenario).has_value();
  }
  EXPECT_GT(whole, 30'000) << "most of them can be told";
}

bool is_sound(const CallScenario& scenario) {
  using Index = CallScenario::Index;
  using Id = CallScenario::Id;
  bool own_index = scenario.index == Index::right || scenario.index == Index::text || scenario.index == Index::reversed;
  bool own_id = scenario.id == Id::first_piece || scenario.id == Id::every_piece || scenario.id == Id::fresh;
  bool repeats_all = scenario.id == Id::every_piece && scenario.name == CallScenario::Name::every_piece;
  return own_index && (repeats_all || (own_id && scenario.name == CallScenario::Name::first_piece));
}

TEST(CallAssemblyProperty, AStreamWhoseIndicesAreRightIsNeverAFailedAttempt) {  // [LLM-05]
  std::mt19937 random(42);
  Pick pick = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  for (int i = 0; i < 40'000; ++i) {
    auto scenario = make_call_scenario(pick);
    if (!is_sound(scenario)) continue;
    auto got = assembled(scenario);
    ASSERT_TRUE(got.has_value()) << "scenario " << i;
    EXPECT_EQ(runnable(*got), runnable(scenario.calls));
    EXPECT_EQ(got->size(), scenario.calls.size());
  }
}

}  // namespace
}  // namespace executus::llm
