#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/run/run_json.hpp>

namespace executus {
namespace {

namespace json = boost::json;

TEST(OutcomeJson, HasTheKeysScriptsRelyOn) {
  RunOutcome outcome;
  outcome.run_id = RunId::parse("r1").value();
  outcome.status = RunStatus::ok;
  outcome.output = "half";
  outcome.finish = llm::FinishReason::length;
  outcome.tool_calls.push_back({"c1", "charge", "irreversible", llm::CallState::done, 1, "k"});
  outcome.activities.push_back({"0.0", "tool", "charge", "charge {}", Activity::State::complete});

  auto object = to_json(outcome, Messages::left_out);

  for (const char* key : {"run_id", "status", "reason", "output", "error", "agent", "iterations", "attempts", "usage",
                          "activities", "tool_calls", "digest", "parent_run_id"})
    EXPECT_TRUE(object.contains(key)) << key;
  EXPECT_FALSE(object.contains("messages"));
  EXPECT_EQ(object.at("finish"), "length");
  EXPECT_TRUE(object.at("reason").is_null());
  EXPECT_TRUE(object.at("error").is_null());
  EXPECT_TRUE(object.at("parent_run_id").is_null());
  EXPECT_EQ(object.at("activities").at(0), json::parse(R"({"id":"0.0","kind":"tool","tool":"charge",
      "summary":"charge {}","status":"complete"})"));
  EXPECT_EQ(object.at("tool_calls").at(0), json::parse(R"({"call_id":"c1","tool":"charge","effect":"irreversible",
      "state":"done","dispatches":1,"idempotency_key":"k"})"));
}

TEST(OutcomeJson, CountsDispatchesWhereTheJournalDoes) {
  RunOutcome outcome;
  for (const char* effect : {"pure", "idempotent", "", "keyed", "probeable", "irreversible"})
    outcome.tool_calls.push_back({"c", "act", effect, llm::CallState::done, 3, ""});

  auto object = to_json(outcome, Messages::left_out);

  const auto& calls = object.at("tool_calls").as_array();
  for (std::size_t i = 0; i < calls.size(); ++i)
    EXPECT_EQ(calls[i].at("dispatches"), i < 3 ? json::value(nullptr) : json::value(3)) << calls[i].at("effect");
}

TEST(OutcomeJson, HasAnErrorOnlyWhereTheRunFailed) {
  RunOutcome outcome;
  outcome.error = "why";
  for (auto status : {RunStatus::error, RunStatus::timeout, RunStatus::killed}) {
    outcome.status = status;
    EXPECT_EQ(to_json(outcome, Messages::left_out).at("error"), json::value("why"));
  }
  EXPECT_TRUE(to_json(outcome, Messages::left_out).at("finish").is_null()) << "no model answered";
  outcome.status = RunStatus::cancelled;
  EXPECT_TRUE(to_json(outcome, Messages::left_out).at("error").is_null());
}

TEST(OutcomeJson, SaysHowItsDeliveryStands) {  // [DUR-45]
  RunOutcome outcome;
  EXPECT_FALSE(to_json(outcome, Messages::left_out).contains("delivery")) << "it has no target";
  outcome.outgoing = journal::Outgoing{*RunId::parse("r1"), 4, {"chat", "42"}};
  outcome.outgoing->tries = 2;
  outcome.outgoing->detail = "status 500";

  auto pending = to_json(outcome, Messages::left_out).at("delivery");

  EXPECT_EQ(pending, json::parse(R"({"state":"pending","key":"r1/4","kind":"chat","target":"42","tries":2,
      "detail":"status 500","due":"1970-01-01T00:00:00.000Z"})"));
  outcome.outgoing->state = journal::OutgoingState::delivered;
  EXPECT_TRUE(to_json(outcome, Messages::left_out).at("delivery").at("due").is_null());
}

TEST(EntryJson, IsFlat) {
  journal::Entry entry{3, WallTime(Milliseconds(1'500)), Milliseconds(20), journal::Opened{2, "w"}};

  EXPECT_EQ(json::value(to_json(entry)),
            json::parse(
                R"({"seq":3,"at":"1970-01-01T00:00:01.500Z","kind":"opened","elapsed_ms":20,"epoch":2,"worker":"w"})"));
}

TEST(QuestionJson, SaysWhatIsAskedAboutWhichCall) {
  Question question;
  question.run = RunId::parse("r1").value();
  question.agent = "orders";
  question.call_id = "c1";
  question.tool = "charge";
  question.arguments = R"({"cents":1200})";
  question.digest = "ab12";

  EXPECT_EQ(to_json(question), json::parse(R"({"run_id":"r1","agent":"orders","asks":"approval","call_id":"c1",
      "tool":"charge","arguments":"{\"cents\":1200}","digest":"ab12"})"));
  question.kind = Question::Kind::did_it_happen;
  EXPECT_EQ(to_json(question).at("asks"), "outcome");
}

}  // namespace
}  // namespace executus
