#include "llm/answer/answer_reading.hpp"

#include <gmock/gmock.h>

#include "llm/told_model_test.hpp"

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Unfenced, TakesTheFenceAwayAndNothingElse) {  // [LLM-27]
  EXPECT_EQ(unfenced(R"({"a": 1})"), R"({"a": 1})");
  EXPECT_EQ(unfenced("\n {} \n"), "{}");
  EXPECT_EQ(unfenced("```json\n{\"a\": 1}\n```"), R"({"a": 1})");
  EXPECT_EQ(unfenced("```\n[1]\n```\n"), "[1]");
  EXPECT_EQ(unfenced("```json\r\n{}\r\n```\r\n"), "{}");
  EXPECT_EQ(unfenced("```json {} ```"), "{}");
  EXPECT_EQ(unfenced("```json\n{\"a\": 1}"), R"({"a": 1})") << "a fence that is not closed";
}

TEST(Unfenced, DropsWordsAroundTheFence) {  // [LLM-27]
  EXPECT_EQ(unfenced("Here you are:\n```json\n{}\n```\nAnything else?"), "{}");
  EXPECT_EQ(unfenced("```json\n{}\n```\nMade by:\n```\nme\n```"), "{}") << "the first of two";
}

TEST(Unfenced, LeavesFencesWithinTheJsonAlone) {  // [LLM-27]
  EXPECT_EQ(unfenced(R"({"code": "```\n{}\n```"})"), R"({"code": "```\n{}\n```"})");
  EXPECT_EQ(unfenced("```json\n{\"code\": \"```cpp\\n1\\n```\"}\n```"), R"({"code": "```cpp\n1\n```"})");
}

TEST(Unfenced, LeavesWhatHasNoFence) {
  EXPECT_EQ(unfenced(""), "");
  EXPECT_EQ(unfenced("no"), "no");
  EXPECT_EQ(unfenced("```"), "```");
  EXPECT_EQ(unfenced("words with ``` in them"), "words with ``` in them");
}

AnswerReading read_ticket(std::string text) {
  return read_answer(assistant_message(std::move(text)), json_schema_of<Ticket>(), &detail::misfits<Ticket>);
}

TEST(ReadAnswer, NamesEachFaultByItsPointer) {  // [LLM-27]
  auto reading = read_ticket(R"({"title": 7, "mood": "calm", "items": [{"name": "a", "count": 1}, {"name": "b"}]})");

  EXPECT_THAT(reading.findings, ElementsAre(HasSubstr("'/title': expected"), HasSubstr("'/items/1")));
}

TEST(ReadAnswer, ChecksWhatTheSchemaCannotSay) {  // [LLM-27]
  auto reading = read_ticket(R"({"title": "t", "mood": "calm", "items": [{"name": "a", "count": 1000}]})");

  EXPECT_THAT(reading.findings, ElementsAre(HasSubstr("items[0].count")));
}

TEST(ReadAnswer, IsStrict) {  // [LLM-27]
  EXPECT_THAT(read_ticket(R"({"title": "t", "mood": "calm", "items": []})").findings, IsEmpty());
  EXPECT_THAT(read_ticket(R"({"title": "t", "mood": "calm", "items": [], "x": 1})").findings,
              ElementsAre(HasSubstr("x")));
  EXPECT_THAT(read_ticket(R"({"title": "t", "mood": "sad", "items": []})").findings, ElementsAre(HasSubstr("'/mood'")));
  EXPECT_THAT(read_ticket(R"({"title": "t",})").findings, ElementsAre(HasSubstr("not JSON")));
  EXPECT_THAT(read_ticket(R"({"title": "t"} and so on)").findings, ElementsAre(HasSubstr("not JSON")));
  EXPECT_THAT(read_ticket(" ").findings, ElementsAre(HasSubstr("empty")));
}

TEST(ReadAnswer, ACallInsteadOfAnAnswerIsAFault) {
  auto reading = read_answer(assistant_message("", {{"c", "grep", "{}"}}), {}, nullptr);

  EXPECT_THAT(reading.findings, ElementsAre(HasSubstr("'grep'")));
}

}  // namespace
}  // namespace executus::llm
