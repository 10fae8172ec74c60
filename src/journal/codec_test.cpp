#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>
#include <executus/base/json.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/journal/entry.hpp>
#include <executus/journal/projection.hpp>

namespace executus::journal {
namespace {

llm::Response response_with_call() {
  llm::Response response;
  response.message = llm::assistant_message("let me look", {{"c1", "grep", R"({"pattern":"é\n"})"}});
  response.message.parts.push_back(llm::Opaque{"anthropic", boost::json::object{{"signature", "x"}}});
  response.finish = llm::FinishReason::tool_calls;
  response.usage = {100, 20, 30, 0, 5};
  response.target = "lab/model";
  return response;
}

std::vector<Payload> one_of_each() {
  llm::Message opening = llm::user_message("why?");
  opening.parts.push_back(llm::Image{std::string("\x89PNG\0", 5), "image/png"});
  return {Admitted{{{"name", "triage"}}, {{"caller", "me"}}, {opening}},
          Opened{3, "host:1"},
          Responded{response_with_call()},
          Intended{{0, 0}, "key", "irreversible"},
          Settled{{0, 0}, llm::CallState::failed, "key", "no", {{std::string("\0\1", 2), "image/png"}}},
          Steered{llm::user_message("hurry")},
          Waited{WaitReason::in_doubt, {{1, 2}}, "why", WallTime(Milliseconds(123))},
          Retried{{1, 2}},
          Ended{RunStatus::error, "partial", "broke", "run.max_steps"},
          PhaseStarted{1, "plan", "Plan.", "lab/model"},
          PhaseEnded{1, "plan", PhaseEnd::salvaged, "half a plan", "no step left"},
          Gated{2, {{0, Ruling::rewrite, "{}", ""}, {1, Ruling::deny, "", "no"}}},
          Approved{{2, 1}, true, "fine"},
          Compacted{4, "so far", 900, 100, {7, 1, 0, 0, 0}, ""},
          Criticised{"hurry", Milliseconds(60'000), 5, true, "stuck", {7, 1, 0, 0, 0}},
          Generated{{2, 1}, 3, "digest", response_with_call()},
          Spent{"lab/model", {100, 7, 0, 0, 0}},
          Withheld{{{{2, llm::MessagePart::Kind::result_text, 1}, "left out"},
                    {{0, llm::MessagePart::Kind::images, 0}, "an image"}},
                   "too long"},
          Cut{"The slow one is"},
          Parked{{0, 1}, {WallTime(Milliseconds(123)), Milliseconds(23), {"b1", Milliseconds(70)}, "paid"}, true},
          Woken{{0, 1}, {llm::CallWake::By::signal, {{"cents", 5}}}},
          Reopened{"ada"},
          Redefined{{{"name", "triage"}}, "ada"},
          Mapped{{{"each.1.1", "agent__r", R"({"prompt":"a"})"}}},
          CallChanged{{2, 1}, "{}", R"({"cents":3})", "", "ada"},
          Offered{{"fs",
                   "1f",
                   {{"fs.read", "pure", "2e"}},
                   {{"version", "2025-11-25"}},
                   "1 was left out",
                   {{"fs.read", "Reads."}}}}};
}

// The stored form is frozen. A change here means that journals of released versions cannot be read any more.
std::string code_of(int kind, std::string_view body) {
  try {
    (void)decode(kind, body);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

TEST(Codec, AnApprovalMayHaveAnAnswer) {  // [DUR-36]
  Approved approved{{2, 1}, true, "", "ada"};
  approved.answer = std::string();
  auto body = encode(approved);
  EXPECT_EQ(body, R"({"call":[2,1],"approved":true,"by":"ada","answer":""})");
  EXPECT_TRUE(std::get<Approved>(decode(13, body)).answer) << "nothing is an answer too";
  EXPECT_FALSE(std::get<Approved>(decode(13, R"({"call":[2,1],"approved":true})")).answer);
}

TEST(Codec, WritesFormat2) {
  const char* golden[] = {
      R"({"format":2,"agent":{"name":"triage"},"invocation":{"caller":"me"},"input":[{"role":"user","parts":[{"text":"why?"},{"image":"iVBORwA=","mime":"image/png"}]}]})",
      R"({"epoch":3,"worker":"host:1"})",
      R"({"message":{"role":"assistant","parts":[{"text":"let me look"},{"opaque":"anthropic","data":{"signature":"x"}}],"calls":[{"id":"c1","name":"grep","arguments":"{\"pattern\":\"é\\n\"}"}]},"finish":"tool_calls","usage":{"input":100,"output":20,"cache_read":30,"reasoning":5},"target":"lab/model"})",
      R"({"call":[0,0],"key":"key","effect":"irreversible"})",
      R"({"call":[0,0],"state":"failed","key":"key","text":"no","images":[{"image":"AAE=","mime":"image/png"}]})",
      R"({"message":{"role":"user","parts":[{"text":"hurry"}]}})",
      R"({"reason":"in_doubt","calls":[[1,2]],"detail":"why","wake_at":123})",
      R"({"call":[1,2]})",
      R"({"status":"error","output":"partial","error":"broke","error_code":"run.max_steps"})",
      R"({"index":1,"name":"plan","system_prompt":"Plan.","model":"lab/model"})",
      R"({"index":1,"name":"plan","how":"salvaged","output":"half a plan","error":"no step left"})",
      R"({"response":2,"decisions":[{"index":0,"ruling":"rewrite","arguments":"{}"},{"index":1,"ruling":"deny","reason":"no"}]})",
      R"({"call":[2,1],"approved":true,"reason":"fine"})",
      R"({"upto":4,"summary":"so far","tokens_before":900,"tokens_after":100,"usage":{"input":7,"output":1}})",
      R"({"extend_by_ms":60000,"raise_steps_by":5,"kill":true,"usage":{"input":7,"output":1},"nudge":"hurry","reason":"stuck"})",
      R"({"message":{"role":"assistant","parts":[{"text":"let me look"},{"opaque":"anthropic","data":{"signature":"x"}}],"calls":[{"id":"c1","name":"grep","arguments":"{\"pattern\":\"é\\n\"}"}]},"finish":"tool_calls","usage":{"input":100,"output":20,"cache_read":30,"reasoning":5},"target":"lab/model","call":[2,1],"ordinal":3,"request":"digest"})",
      R"({"target":"lab/model","usage":{"input":100,"output":7}})",
      R"({"items":[{"message":2,"part":"result_text","note":"left out","result":1},{"message":0,"part":"images","note":"an image"}],"error":"too long"})",
      R"({"text":"The slow one is"})",
      R"({"until":123,"lasts_ms":23,"boot":"b1","since_boot_ms":70,"signal":"paid","call":[0,1],"may_have_happened":true})",
      R"({"by":"signal","payload":{"cents":5},"call":[0,1]})",
      R"({"by":"ada"})",
      R"({"agent":{"name":"triage"},"by":"ada"})",
      R"({"calls":[{"id":"each.1.1","name":"agent__r","arguments":"{\"prompt\":\"a\"}"}]})",
      R"({"call":[2,1],"was":"{}","arguments":"{\"cents\":3}","by":"ada"})",
      R"({"source":"fs","declared":"1f","tools":[{"name":"fs.read","effect":"pure","digest":"2e"}],"offer":{"version":"2025-11-25"},"problem":"1 was left out","reworded":{"fs.read":"Reads."}})"};
  auto payloads = one_of_each();
  ASSERT_EQ(payloads.size(), std::size(golden));
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    EXPECT_EQ(kind_of(payloads[i]), static_cast<int>(i) + 1);
    EXPECT_EQ(encode(payloads[i]), golden[i]);
    EXPECT_EQ(encode(decode(static_cast<int>(i) + 1, golden[i])), golden[i]) << "decoding loses something";
  }
}

TEST(Codec, KeepsWhenAnIntentWasWritten) {  // [DUR-05]
  const char* golden = R"({"call":[0,0],"key":"k","effect":"probeable","boot":"b1","since_boot_ms":70,"renewed":true})";
  EXPECT_EQ(encode(Intended{{0, 0}, "k", "probeable", {"b1", Milliseconds(70)}, true}), golden);
  EXPECT_EQ(encode(decode(4, golden)), golden) << "decoding loses something";
}

TEST(Codec, KeepsWhatARunHadBehindItWhenItsRecordBegan) {  // [DUR-11]
  const char* golden =
      R"({"format":2,"agent":{},"invocation":{},"input":[],"past":{"iteration":3,"usage":{"input":7,"output":1},"phases":[{"index":0,"name":"plan","how":"fallback","output":"a stub","error":"no model"}]}})";
  Past past;
  past.iteration = 3;
  past.usage = {7, 1, 0, 0, 0};
  past.phases = {{0, "plan", PhaseEnd::fallback, "a stub", "no model"}};
  EXPECT_EQ(encode(Admitted{{}, {}, {}, past}), golden);
  EXPECT_EQ(encode(decode(1, golden)), golden);
  EXPECT_THROW((void)decode(1, R"({"format":2,"agent":{},"invocation":{},"past":7})"), Error);
}

TEST(Codec, RefusesCountsThatAreNone) {
  for (const char* count : {"-1", "2147483648"}) {
    auto past = std::string(R"({"format":2,"agent":{},"invocation":{},"past":{"usage":{},"iteration":)") + count + "}}";
    EXPECT_THROW((void)decode(1, past), Error) << past;
  }
}

TEST(Codec, KeepsWhatACallHandedIn) {  // [IO-11] [DUR-13]
  const char* golden =
      R"({"call":[0,0],"state":"done","key":"","text":"","artifacts":[{"name":"a.png","mime":"image/png","bytes":"AAE="}]})";
  Settled entry{{0, 0}, llm::CallState::done, "", "", {}};
  entry.artifacts = {{"a.png", "image/png", std::string("\0\1", 2)}};
  EXPECT_EQ(encode(entry), golden);
  EXPECT_EQ(std::get<Settled>(decode(5, golden)).artifacts, entry.artifacts);
  EXPECT_THROW((void)decode(5, R"({"call":[0,0],"state":"done","artifacts":[{"bytes":"%"}]})"), Error);
}

TEST(Codec, KeepsThatACallIsARunAndHowManyWereBelow) {  // [COR-16]
  const char* intended = R"({"call":[0,0],"key":"k","effect":"keyed","is_run":true})";
  const char* settled = R"({"call":[0,0],"state":"done","key":"k","text":"","runs_below":3})";
  EXPECT_EQ(encode(decode(4, intended)), intended);
  EXPECT_EQ(encode(decode(5, settled)), settled);
}

TEST(Codec, ReadsWhateverAnInputMayBe) {
  auto deep = parse_json(std::string(max_json_depth, '[') + std::string(max_json_depth, ']')).value();
  auto price = parse_json("[19.90,0.1,1e22,5e-324]").value();
  Admitted admitted{{}, {{"inputs", boost::json::object{{"deep", deep}, {"price", price}}}}, {}};

  EXPECT_EQ(std::get<Admitted>(decode(1, encode(admitted))).invocation, admitted.invocation);
}

TEST(Codec, RefusesWhatANewerVersionWrote) {
  EXPECT_THROW((void)decode(99, "{}"), Error);
  EXPECT_EQ(code_of(24, "{}"), "journal.malformed");
  EXPECT_EQ(code_of(24, R"({"calls":[7]})"), "journal.malformed");
  EXPECT_EQ(code_of(26, "{}"), "journal.malformed");
  EXPECT_EQ(code_of(26, R"({"source":"fs","tools":[7]})"), "journal.malformed");
  EXPECT_EQ(code_of(26, R"({"source":"fs","reworded":{"fs.read":7}})"), "journal.malformed");
  EXPECT_EQ(code_of(1, R"({"format":3,"agent":{},"invocation":{}})"), "journal.newer");
  EXPECT_EQ(code_of(1, R"({"format":1,"agent":{},"invocation":{}})"), "journal.older");
}

// As before formats had numbers.
TEST(Codec, SaysOfAnEntryWithoutAFormatThatItHasNone) {
  try {
    (void)decode(1, R"({"agent":{},"invocation":{}})");
    FAIL() << "it was read";
  } catch (const Error& refused) {
    EXPECT_EQ(refused.code(), "journal.older");
    EXPECT_THAT(refused.message(), ::testing::HasSubstr("an older executus (its journal names no format, this one"));
  }
}

TEST(Codec, SaysThatABodyIsMalformed) {
  for (int kind = 1; kind <= 18; ++kind)
    for (const char* body : {"", "[]", "nonsense", R"({"call":[1]})", R"({"message":7})", R"({"status":"fine"})"}) {
      if (kind == 2) continue;  // every field of Opened is optional
      EXPECT_THROW((void)decode(kind, body), Error) << kind << " " << body;
    }
}

Entry entry(std::uint64_t seq, Payload payload) {
  return {seq, WallTime(Milliseconds(seq)), Milliseconds(10 * seq), std::move(payload)};
}

TEST(Fold, RebuildsTheConversation) {  // [DUR-01]
  std::vector<Entry> entries{entry(1, Admitted{{}, {}, {llm::user_message("why?")}}), entry(2, Opened{1, "w"}),
                             entry(3, Responded{response_with_call()}), entry(4, Intended{{0, 0}, "key", "keyed"})};
  auto checkpoint = fold(entries);
  ASSERT_EQ(checkpoint.conversation.open_batch().size(), 1u);
  const auto& open = checkpoint.conversation.open_batch()[0];
  EXPECT_EQ(open.state, llm::CallState::dispatched);
  EXPECT_EQ(open.dispatches, 1);
  EXPECT_EQ(open.key, "key");
  EXPECT_EQ(checkpoint.elapsed, Milliseconds(40));

  apply(checkpoint, entry(5, Settled{{0, 0}, llm::CallState::done, "key", "found", {}}));

  EXPECT_TRUE(checkpoint.conversation.open_batch().empty());
  EXPECT_EQ(checkpoint.conversation.transcript().back().tool_results[0].text, "found");
  EXPECT_EQ(checkpoint.conversation.usage().input, 100);
}

TEST(Fold, PutsNotesInThePlaceOfWhatIsWithheld) {  // [DUR-01]
  llm::Message opening = llm::user_message("see");
  opening.parts.emplace_back(llm::Image{"bytes", "image/png"});
  auto checkpoint = fold(
      std::vector<Entry>{entry(1, Admitted{{}, {}, {opening}}), entry(2, Responded{response_with_call()}),
                         entry(3, Settled{{0, 0}, llm::CallState::failed, "", "a long text", {{"bytes", "image/png"}}}),
                         entry(4, Withheld{{{{0, llm::MessagePart::Kind::images, 0}, "no image"},
                                            {{2, llm::MessagePart::Kind::result_images, 0}, "no image either"},
                                            {{2, llm::MessagePart::Kind::result_text, 0}, "no text"}},
                                           ""})});
  const auto& transcript = checkpoint.conversation.transcript();
  EXPECT_EQ(transcript[0], (llm::Message{llm::Role::user, {llm::Text{"see"}, llm::Text{"no image"}}, {}, {}}));
  const auto& result = transcript[2].tool_results.at(0);
  EXPECT_EQ(result.text, "no text");
  EXPECT_TRUE(result.images.empty());
  EXPECT_TRUE(result.is_error) << "what it was stays";
  EXPECT_THROW(apply(checkpoint, entry(5, Withheld{{{{9, llm::MessagePart::Kind::images, 0}, ""}}, ""})), Error);
}

TEST(Fold, CountsWhatWasSpentWithoutAResponse) {  // [DUR-01]
  auto checkpoint = fold(std::vector<Entry>{entry(1, Admitted{}), entry(2, Spent{"lab/m", {100, 7, 0, 0, 0}})});
  EXPECT_EQ(checkpoint.spent.input, 100);
  EXPECT_EQ(checkpoint.side_usage.output, 7) << "it is a part of the run's";
}

TEST(Fold, MarksCallsInDoubtUntilTheyAreSettledOrRetried) {  // [DUR-06]
  auto checkpoint = fold(std::vector<Entry>{entry(1, Admitted{}), entry(2, Responded{response_with_call()}),
                                            entry(3, Intended{{0, 0}, "key", "irreversible"}),
                                            entry(4, Waited{WaitReason::in_doubt, {{0, 0}}, "", {}})});
  EXPECT_EQ(checkpoint.conversation.open_batch()[0].state, llm::CallState::in_doubt);
  ASSERT_TRUE(checkpoint.waiting);
  apply(checkpoint, entry(5, Retried{{0, 0}}));
  EXPECT_EQ(checkpoint.conversation.open_batch()[0].state, llm::CallState::not_dispatched);
  EXPECT_FALSE(checkpoint.waiting);
}

TEST(Fold, RefusesGapsAndCallsThatAreNotOpen) {
  EXPECT_THROW((void)fold(std::vector<Entry>{entry(2, Opened{})}), Error);
  EXPECT_THROW(
      (void)fold(std::vector<Entry>{entry(1, Admitted{}), entry(2, Settled{{0, 0}, llm::CallState::done, "", "", {}})}),
      Error);
}

TEST(Projection, FollowsTheLastWord) {
  std::vector<Entry> parked{entry(1, Responded{response_with_call()}),
                            entry(2, Waited{WaitReason::timer, {}, "", WallTime(Milliseconds(9))})};
  auto row = project(parked);
  EXPECT_EQ(row.status, RunStatus::waiting);
  EXPECT_EQ(row.reason, "timer");
  EXPECT_EQ(row.wake_at, WallTime(Milliseconds(9)));
  EXPECT_EQ(row.steps, 1);
  EXPECT_EQ(row.usage.input, 100);
  EXPECT_TRUE(row.progress);
  EXPECT_FALSE(project(std::vector<Entry>{entry(1, Intended{})}).progress) << "an intent alone is no progress";
}

}  // namespace
}  // namespace executus::journal
