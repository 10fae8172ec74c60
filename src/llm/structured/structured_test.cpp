#include <gmock/gmock.h>

#include <executus/llm/structured.hpp>
#include <executus/llm/usage.hpp>
#include <executus/testing/manual_loop.hpp>

#include "llm/model_error_test.hpp"
#include "llm/telemetry/instrumented.hpp"
#include "llm/told_model_test.hpp"

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Schemas = Capabilities::Schemas;

const std::string kGood = R"({"title": "t", "mood": "angry", "note": null, "items": [{"name": "a", "count": 2}]})";
const std::string kBad = R"({"title": "t", "mood": "angry", "items": [{"name": "a", "count": "two"}]})";
const Ticket kTicket{"t", Mood::angry, std::nullopt, {{"a", 2}}};

class StructuredTest : public ::testing::Test {
 protected:
  Request question() {
    Request request;
    request.system = "You read tickets.";
    request.messages.push_back(user_message("it burns"));
    return request;
  }
  StructuredAnswer<Ticket> ask(Model& model) { return loop_.run(generate<Ticket>(model, question())); }
  ModelError error_of(Model& model) {
    return error_in([&] { return ask(model); });
  }
  testing::ManualLoop loop_;
};

TEST_F(StructuredTest, GivesAStruct) {  // [LLM-27]
  ToldModel model({"```json\n" + kGood + "\n```"});

  auto answer = ask(model);

  EXPECT_EQ(answer.value, kTicket);
  EXPECT_EQ(answer.usage, (Usage{.input = 10, .output = 3}));
  EXPECT_EQ(answer.target, "lab/m");
  EXPECT_THAT(model.requests, SizeIs(1));
}

TEST_F(StructuredTest, AModelThatTakesSchemasGetsTheSchema) {  // [LLM-27]
  ToldModel model({kGood});
  model.schemas = Schemas::native;

  (void)ask(model);

  const auto& asked = model.requests.at(0);
  ASSERT_TRUE(asked.schema);
  EXPECT_EQ(asked.schema->name, "answer");
  EXPECT_EQ(asked.schema->schema.at("required").as_array().size(), 4u) << "all fields";
  EXPECT_EQ(asked.schema->schema.at("additionalProperties"), false);
  EXPECT_EQ(asked.system, "You read tickets.");
}

TEST_F(StructuredTest, AnotherIsToldInThePrompt) {  // [LLM-27]
  ToldModel model({kGood});

  (void)ask(model);

  const auto& asked = model.requests.at(0);
  EXPECT_FALSE(asked.schema);
  EXPECT_THAT(asked.system, AllOf(HasSubstr("You read tickets.\n\n"), HasSubstr(R"("enum":["calm","angry"])")));
}

TEST_F(StructuredTest, SendsAnAnswerBackOnceWithItsFaults) {  // [LLM-27]
  ToldModel model({kBad, kGood});

  auto answer = ask(model);

  EXPECT_EQ(answer.value, kTicket);
  EXPECT_EQ(answer.usage, (Usage{.input = 20, .output = 6})) << "of both calls";
  const auto& again = model.requests.at(1).messages;
  ASSERT_EQ(again.size(), 3u);
  EXPECT_EQ(again[1], assistant_message(kBad));
  EXPECT_THAT(again[2].text(), AllOf(HasSubstr("'/items/0/count': expected"), Not(HasSubstr("\"enum\""))));
}

TEST_F(StructuredTest, ARepairTellsTheSchemaToAModelThatGotItAsSuch) {  // [LLM-27]
  ToldModel model({"it burns!", kGood});
  model.schemas = Schemas::native;

  EXPECT_EQ(ask(model).value, kTicket);

  EXPECT_THAT(model.requests.at(1).messages[2].text(), AllOf(HasSubstr("not JSON"), HasSubstr("\"enum\"")));
  EXPECT_TRUE(model.requests.at(1).schema);
}

TEST_F(StructuredTest, AfterTwoUnusableAnswersTheErrorNamesModelAndPlaces) {  // [LLM-27]
  ToldModel model({"no", kBad, kGood});

  auto error = error_of(model);

  EXPECT_EQ(error.code(), "model.answer");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), HasSubstr("'/items/0/count': expected")));
  EXPECT_THAT(model.requests, SizeIs(2)) << "one repair, no more";
}

TEST_F(StructuredTest, TheErrorNamesTheModelThatServed) {  // [LLM-27]
  ToldModel model({});
  Response response;
  response.message = assistant_message("no");
  response.target = "lab/second";
  model.will_answer(response);
  model.will_answer(response);

  EXPECT_THAT(error_of(model).message(), HasSubstr("lab/second"));
}

TEST_F(StructuredTest, ANumberOutOfRangeIsRepaired) {  // [LLM-27]
  ToldModel model({R"({"title": "t", "mood": "angry", "items": [{"name": "a", "count": 999}]})", kGood});

  EXPECT_EQ(ask(model).value, kTicket);
  EXPECT_THAT(model.requests.at(1).messages[2].text(), HasSubstr("items[0].count"));
}

TEST_F(StructuredTest, ARefusalAndACutAnswerAreNotRepaired) {  // [LLM-27]
  ToldModel refuses({}), runs_out({});
  refuses.will_say("I cannot help.", FinishReason::refusal);
  runs_out.will_say(R"({"title": "t)", FinishReason::length);

  auto refusal = error_of(refuses), cut = error_of(runs_out);

  EXPECT_EQ(refusal.code(), "model.refused");
  EXPECT_THAT(refusal.message(), HasSubstr("lab/m refused"));
  EXPECT_EQ(cut.code(), "model.cut");
  EXPECT_THAT(cut.message(), AllOf(HasSubstr("lab/m"), HasSubstr("max_output_tokens")));
  EXPECT_THAT(refuses.requests, SizeIs(1));
  EXPECT_THAT(runs_out.requests, SizeIs(1));
}

TEST_F(StructuredTest, WhatTheModelThrowsComesThrough) {
  ToldModel model({kBad});  // busy when it is to repair

  EXPECT_EQ(error_of(model).code(), "model.overloaded");
}

TEST_F(StructuredTest, ToolsAreShownButNotCalled) {
  ToldModel model({});
  Response calls;
  calls.message = assistant_message("", {{"c1", "grep", "{}"}});
  calls.finish = FinishReason::tool_calls;
  model.will_answer(calls);
  model.will_say(kGood);
  auto request = question();
  request.tools = std::vector{ToolSpec{"grep", "Searches.", {}}};

  auto answer = loop_.run(generate<Ticket>(model, request));

  EXPECT_EQ(answer.value, kTicket);
  EXPECT_EQ(model.requests.at(0).tool_choice.kind, ToolChoice::Kind::none);
  const auto& sent_back = model.requests.at(1).messages[1];
  EXPECT_TRUE(sent_back.tool_calls.empty()) << "nobody has an answer to them";
  EXPECT_FALSE(sent_back.text().empty());
}

TEST_F(StructuredTest, AMalformedSchemaIsSaidBeforeAnythingIsAsked) {
  ToldModel model({kGood});
  AnswerSchema schema{"x", {{"type", "strnig"}}};

  try {
    (void)loop_.run(generate_json(model, question(), schema));
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "schema.malformed");
  }
  EXPECT_THAT(model.requests, SizeIs(0));
}

TEST_F(StructuredTest, AnySchemaWillDo) {  // [LLM-27]
  ToldModel model({"[1, 2, \"3\"]", "[1, 2, 3]"});
  AnswerSchema schema{"numbers", {{"type", "array"}, {"items", {{"type", "integer"}}}}};

  auto answer = loop_.run(generate_json(model, question(), schema));

  EXPECT_EQ(answer.value, (boost::json::array{1, 2, 3}));
  EXPECT_THAT(model.requests.at(1).messages[2].text(), HasSubstr("'/2': expected integer, got a string"));
}

struct Bill final : UsageSink {
  void record(const UsageRecord& record) override { records.push_back(record); }
  std::vector<UsageRecord> records;
};

TEST_F(StructuredTest, EachCallIsRecordedForWhomItWasMade) {  // [MOD-14]
  auto told = std::make_shared<ToldModel>(std::vector{kBad, kGood});
  Bill bill;
  Instruments instruments;
  instruments.usage = &bill;
  auto model = instrumented(told, instruments);
  auto request = question();
  request.attribution = with_usage_user(nullptr, "ann");

  auto answer = loop_.run(generate<Ticket>(*model, request));

  ASSERT_THAT(bill.records, SizeIs(2));
  auto sum = bill.records[0].usage;
  sum += bill.records[1].usage;
  EXPECT_EQ(sum, answer.usage);
  for (const auto& record : bill.records) {
    EXPECT_EQ(record.attribution.user, "ann");
    EXPECT_EQ(record.target, "lab/m");
  }
}

}  // namespace
}  // namespace executus::llm
