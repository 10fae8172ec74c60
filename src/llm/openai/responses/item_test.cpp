#include "llm/openai/responses/item.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

Asked asked_for_items() { return {"lab", "lab/m", "", {}, {}}; }

std::vector<json::object> items_in(std::string_view text) {
  std::vector<json::object> items;
  auto parsed = json::parse(text);
  for (auto& item : parsed.as_array()) items.push_back(item.as_object());
  return items;
}

Message message_in(std::string_view items) {
  auto asked = asked_for_items();
  return message_of_items(items_in(items), asked);
}

json::value sent(const Message& message) { return items_of_message(message, {}, "lab"); }

const std::string_view kThoughtful = R"([
  {"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"first"},
  {"id":"msg_1","type":"message","role":"assistant","status":"completed","phase":"commentary",
   "content":[{"type":"output_text","text":"I look.","annotations":[]}]},
  {"id":"fc_1","type":"function_call","call_id":"a","status":"completed","name":"grep","arguments":"{}"},
  {"id":"rs_2","type":"reasoning","summary":[],"encrypted_content":"second"},
  {"id":"fc_2","type":"function_call","call_id":"b","status":"completed","name":"now","arguments":"{\"z\":1}"}])";

TEST(ResponsesItems, ComeBackAsTheyWereInTheirPlaces) {  // [LLM-01]
  auto message = message_in(kThoughtful);

  EXPECT_EQ(message.text(), "I look.");
  EXPECT_EQ(message.tool_calls, (std::vector<ToolCall>{{"a", "grep", "{}"}, {"b", "now", "{\"z\":1}"}}));
  EXPECT_EQ(sent(message), json::parse(kThoughtful));
}

TEST(ResponsesItems, SurviveTheJournal) {  // [LLM-01]
  auto stored = message_from_json(json::parse(json::serialize(to_json(message_in(kThoughtful)))));

  EXPECT_EQ(sent(stored), json::parse(kThoughtful));
}

TEST(ResponsesItems, GoToTheirProviderOnly) {  // [LLM-01]
  EXPECT_EQ(items_of_message(message_in(kThoughtful), {}, "other"), json::parse(R"([
    {"role":"assistant","content":"I look."},
    {"type":"function_call","call_id":"a","name":"grep","arguments":"{}"},
    {"type":"function_call","call_id":"b","name":"now","arguments":"{\"z\":1}"}])"));
}

TEST(ResponsesItems, WithoutReasoningNeedNoFrames) {
  auto message = message_in(R"([
    {"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]},
    {"id":"fc_1","type":"function_call","call_id":"a","name":"grep","arguments":"{}"}])");

  EXPECT_EQ(message, assistant_message("Hello", {{"a", "grep", "{}"}}));
}

TEST(ResponsesItems, LeaveReasoningOutThatLedToNothing) {
  auto message = message_in(R"([{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"e"}])");

  EXPECT_EQ(message.parts.size(), 1U);
  EXPECT_EQ(sent(message), json::array{});
}

TEST(ResponsesItems, LoseTheirIdsWithReasoningThatTheServerCannotRead) {
  auto message = message_in(R"([
    {"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":null},
    {"id":"msg_1","type":"message","role":"assistant","phase":"final_answer",
     "content":[{"type":"output_text","text":"Hello"}]}])");

  EXPECT_EQ(sent(message), json::parse(R"([{"type":"message","role":"assistant","phase":"final_answer",
     "content":[{"type":"output_text","text":"Hello","annotations":[]}]}])"));
}

TEST(ResponsesItems, SendReasoningBackInPlainTextToServersThatHaveItSo) {
  std::string_view plain = R"([
    {"id":"rs_1","type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},
    {"id":"fc_1","type":"function_call","call_id":"a","name":"grep","arguments":"{}"}])";

  EXPECT_EQ(sent(message_in(plain)), json::parse(plain));
}

TEST(ResponsesItems, FindTheirCallsUnderNewIds) {  // [LLM-26]
  auto asked = asked_for_items();
  asked.ids = CallIds(Transcript{user_message("u"), assistant_message("", {{"a", "x", "{}"}})});
  auto message = message_of_items(items_in(kThoughtful), asked);

  EXPECT_EQ(message.tool_calls.at(0).id, "call_2_0");
  auto items = sent(message).as_array();
  EXPECT_EQ(items.at(2).at("call_id"), "call_2_0");
  EXPECT_EQ(items.at(2).at("id"), "fc_1");
}

TEST(ResponsesItems, LeaveCallsOutThatWereTakenAway) {
  auto message = message_in(kThoughtful);
  message.tool_calls.pop_back();

  auto items = sent(message).as_array();

  ASSERT_EQ(items.size(), 3U);  // nor the reasoning that led to it
  EXPECT_EQ(items.back().at("call_id"), "a");
}

TEST(ResponsesItems, MakeParagraphsOfMessages) {
  auto message = message_in(R"([
    {"type":"message","content":[{"type":"output_text","text":"One"},{"type":"output_text","text":"."}]},
    {"type":"web_search_call","id":"ws_1"},
    {"type":"message","content":[]},
    {"type":"message","content":[{"type":"output_text","text":"Two."}]}])");

  EXPECT_EQ(message.text(), "One.\n\nTwo.");
}

}  // namespace
}  // namespace executus::llm::openai
