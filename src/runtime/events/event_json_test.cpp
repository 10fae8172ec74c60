#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/run/run_json.hpp>
#include <executus/runtime/events.hpp>

namespace executus {
namespace {

namespace json = boost::json;

RunId run() { return RunId::parse("r1").value(); }

Event provisional(Event::What what) { return {run(), 0, std::move(what), {}}; }

Event committed(journal::Payload payload, Event::What what) {
  journal::Entry entry;
  entry.seq = 4;
  entry.payload = std::move(payload);
  return {run(), 4, std::move(what), std::make_shared<const journal::Entry>(std::move(entry))};
}

TEST(EventJson, OfAnEntryIsTheEntryWithItsRun) {  // [API-04]
  auto event = committed(journal::Retried{{2, 1}}, Committed());
  auto object = to_json(event);

  EXPECT_EQ(object.at("run_id"), "r1");
  object.erase("run_id");
  EXPECT_EQ(object, to_json(*event.entry));
  EXPECT_EQ(object.at("seq"), 4);
}

TEST(EventJson, OfARunThatWaitsHasItsQuestions) {  // [API-04]
  Question question;
  question.run = run();
  question.call_id = "c1";
  Waiting waiting;
  waiting.questions = {question};
  waiting.how_to_answer = "executus runs approve r1";

  auto object = to_json(committed(journal::Waited{WaitReason::approval, {}, "", {}}, waiting));

  EXPECT_EQ(object.at("kind"), "waited");
  EXPECT_EQ(object.at("reason"), "approval");
  EXPECT_EQ(object.at("questions").at(0).at("call_id"), "c1");
  EXPECT_EQ(object.at("how_to_answer"), "executus runs approve r1");
}

TEST(EventJson, OfADelegationHasTheChild) {  // [API-04]
  journal::Intended intended;
  intended.key = "kid";
  intended.is_run = true;
  auto object = to_json(committed(intended, Delegated{RunId::parse("kid").value()}));
  EXPECT_EQ(object.at("kind"), "intended");
  EXPECT_EQ(object.at("child"), "kid");
}

TEST(EventJson, OfTheEndHasTheOutcome) {  // [API-04]
  RunOutcome outcome;
  outcome.run_id = run();
  outcome.output = "All is well.";

  auto object = to_json(committed(journal::Ended(), Ended{outcome}));

  EXPECT_EQ(object.at("kind"), "ended");
  EXPECT_EQ(object.at("outcome").at("output"), "All is well.");
}

TEST(EventJson, OfWhatIsProvisionalHasNoNumber) {  // [API-04]
  Activity activity{"0.0", "tool", "charge", "charge {}", Activity::State::running};
  auto child = RunId::parse("c").value();
  struct {
    Event::What what;
    const char* expected;
  } cases[] = {
      {TextDelta{1, 2, "so"}, R"({"run_id":"r1","kind":"text_delta","ordinal":1,"attempt":2,"text":"so"})"},
      {ReasoningDelta{1, 0, "hm"}, R"({"run_id":"r1","kind":"reasoning_delta","ordinal":1,"attempt":0,"text":"hm"})"},
      {ArgumentsDelta{1, 0, "c1", "charge", "{"},
       R"({"run_id":"r1","kind":"arguments_delta","ordinal":1,"attempt":0,"text":"{","call_id":"c1","tool":"charge"})"},
      {AttemptReset{1, 2}, R"({"run_id":"r1","kind":"attempt_reset","ordinal":1,"attempt":2})"},
      {ActivityChanged{activity, child},
       R"({"run_id":"r1","kind":"activity","child":"c","activity":{"id":"0.0","kind":"tool","tool":"charge",
           "summary":"charge {}","status":"running"}})"},
      {Delayed{"the store is away"}, R"({"run_id":"r1","kind":"delayed","reason":"the store is away"})"},
      {Lagged{7}, R"({"run_id":"r1","kind":"lagged","lost":7})"},
  };
  for (const auto& each : cases) EXPECT_EQ(to_json(provisional(each.what)), json::parse(each.expected));
}

}  // namespace
}  // namespace executus
