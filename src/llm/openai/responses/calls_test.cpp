// Whose the arguments are that come in pieces, where events leave the index or the id of their item out.
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/model_error_test.hpp"
#include "llm/openai/responses/stream.hpp"

namespace executus::llm::openai {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using EventList = std::vector<std::string>;

const std::string kParis = R"({\"city\":\"A\"})", kRome = R"({\"city\":\"B\"})";

Response answer_of_events(const EventList& events) {
  ResponsesReader reader({"lab", "lab/m", "c4n4ry-secret", {}, {}});
  for (const auto& event : events) (void)reader.add(event);
  return reader.finish();
}

std::vector<std::string> calls_made(const EventList& events) {
  std::vector<std::string> all;
  for (const auto& call : answer_of_events(events).message.tool_calls) all.push_back(call.name + call.arguments);
  return all;
}

std::string refusal_of(const EventList& events) {
  auto error = error_in([&] { return answer_of_events(events); });
  return error.code() + ": " + error.what();
}

std::string item_of_call(std::string_view name, const std::string& arguments, const std::string& more = "") {
  return R"({"type":"function_call","call_id":"c_)" + std::string(name) + R"(","name":")" + std::string(name) +
         R"(","arguments":")" + arguments + "\"" + more + "}";
}
std::string item_event(std::string_view what, const std::string& place, const std::string& item) {
  return R"({"type":"response.output_item.)" + std::string(what) + "\"," + place + R"("item":)" + item + "}";
}
std::string item_added(const std::string& place, const std::string& item) { return item_event("added", place, item); }
std::string item_done(const std::string& place, const std::string& item) { return item_event("done", place, item); }
std::string arguments_piece(const std::string& text, const std::string& place = "") {
  return R"({"type":"response.function_call_arguments.delta",)" + place + R"("delta":")" + text + "\"}";
}
std::string arguments_told(const std::string& text, const std::string& place = "") {
  return R"({"type":"response.function_call_arguments.done",)" + place + R"("arguments":")" + text + "\"}";
}
std::string at_end(const std::string& output = "") {
  return R"({"type":"response.completed","response":{"object":"response","status":"completed","output":[)" + output +
         "]}}";
}
const std::string kAt0 = R"("output_index":0,)", kAt1 = R"("output_index":1,)";
const std::string kMessage = R"({"type":"message","id":"m","role":"assistant","content":[]})";

TEST(ResponsesCalls, GetPiecesWithoutAnIndexWhereOneCallWaits) {  // [LLM-05]
  EXPECT_THAT(calls_made({item_added(kAt0, item_of_call("note", "")), arguments_piece(kParis),
                          item_added(kAt1, item_of_call("two", "")), arguments_piece(R"({\"city\":)"),
                          arguments_piece(R"(\"B\"})"), at_end()}),
              ElementsAre(R"(note{"city":"A"})", R"(two{"city":"B"})"));
  EXPECT_THAT(calls_made({item_added(kAt0, item_of_call("note", "")), item_done(kAt0, item_of_call("note", "")),
                          item_added(kAt1, item_of_call("two", "")), arguments_piece(kRome), at_end()}),
              ElementsAre("note{}", R"(two{"city":"B"})"));
  for (const auto& before : {kMessage, std::string(R"({"type":"reasoning","id":"m","summary":[]})")})
    EXPECT_THAT(calls_made({item_added(kAt0, before), item_added(kAt1, item_of_call("two", "")), arguments_piece(kRome),
                            at_end()}),
                ElementsAre(R"(two{"city":"B"})"))
        << before;
}

TEST(ResponsesCalls, WaitForNoArgumentsOnceTheyAreToldToHaveNone) {  // [LLM-05]
  const auto bare = arguments_told(""), named = arguments_told("", R"("item_id":"c_note",)");
  EventList begin{item_added(kAt0, item_of_call("note", "")), named, item_added(kAt1, item_of_call("two", ""))};
  begin.insert(begin.end(), {bare, arguments_piece(kRome), bare, at_end()});
  EXPECT_THAT(calls_made(begin), ElementsAre("note{}", R"(two{"city":"B"})"));
}

TEST(ResponsesCalls, AreNotMadeWherePiecesMayBeOfSeveral) {  // [LLM-05]
  for (const auto& place : {std::string(), kAt0})
    EXPECT_THAT(refusal_of({item_added(kAt0, item_of_call("note", "", R"(,"id":"f1")")),
                            item_added(place.empty() ? kAt1 : kAt0, item_of_call("two", "", R"(,"id":"f2")")),
                            arguments_piece(kRome, place), at_end()}),
                HasSubstr("model.broken: the answer of lab/m is of no use: it cannot be told which"))
        << place;
  EXPECT_THAT(refusal_of({item_added(kAt0, item_of_call("note", "")), item_added(kAt1, item_of_call("two", "")),
                          arguments_told(kRome), at_end(item_of_call("note", "") + "," + item_of_call("two", kRome))}),
              HasSubstr("model.broken"));
}

TEST(ResponsesCalls, AreMadeWhereTheirItemsSayAllOfThem) {  // [LLM-05]
  auto both = ElementsAre("note{}", R"(two{"city":"B"})");
  EventList begin{item_added(kAt0, item_of_call("note", "")), item_added(kAt1, item_of_call("two", "")),
                  arguments_piece(kRome)};
  auto by_end = begin, by_items = begin;
  by_end.push_back(at_end(item_of_call("note", "{}") + "," + item_of_call("two", kRome)));
  EXPECT_THAT(calls_made(by_end), both);
  by_items.insert(by_items.end(),
                  {item_done("", item_of_call("note", "{}")), item_done("", item_of_call("two", kRome)), at_end()});
  EXPECT_THAT(calls_made(by_items), both);
}

TEST(ResponsesCalls, AreFoundByTheIdsOfTheirCalls) {  // [LLM-05]
  auto of = [](std::string_view name) { return R"("item_id":"c_)" + std::string(name) + "\","; };
  for (const auto& [first, second] : {std::pair(std::string(), std::string()), std::pair(kAt0, kAt1)})
    EXPECT_THAT(
        calls_made({item_added(first, item_of_call("note", "")), item_added(second, item_of_call("two", "")),
                    arguments_piece(R"({\"city\":)", of("note")), arguments_piece(kRome, of("two")),
                    arguments_piece(R"(\"A\"})", of("note")), item_done("", item_of_call("note", kParis)), at_end()}),
        ElementsAre(R"(note{"city":"A"})", R"(two{"city":"B"})"))
        << first;
}

TEST(ResponsesCalls, AreToldOnceMoreWithoutAnIndex) {  // [LLM-05]
  EXPECT_THAT(calls_made({item_added(kAt0, item_of_call("note", "")), arguments_piece(kParis),
                          item_added(kAt1, item_of_call("two", "")), arguments_told(kParis), arguments_piece(kRome),
                          arguments_told(kRome), at_end()}),
              ElementsAre(R"(note{"city":"A"})", R"(two{"city":"B"})"));
  EXPECT_THAT(refusal_of({item_added(kAt0, item_of_call("note", "")), arguments_piece(kParis, kAt0),
                          arguments_told(kRome), at_end()}),
              HasSubstr("model.broken"));
}

TEST(ResponsesCalls, GetNothingThatIsNotTheirs) {  // [LLM-05]
  EXPECT_THAT(refusal_of({item_added(kAt0, kMessage), arguments_piece(kParis, kAt0), at_end()}),
              HasSubstr("model.broken: the answer of lab/m is of no use: arguments came for an item that is no tool"));
  EXPECT_THAT(refusal_of({item_added(kAt0, kMessage), arguments_told(kParis, R"("item_id":"m",)"), at_end()}),
              HasSubstr("model.broken"));
  EXPECT_THAT(refusal_of({item_added(kAt0, item_of_call("note", "")), item_done(kAt0, item_of_call("note", "{}")),
                          arguments_piece(kParis, kAt0), at_end()}),
              HasSubstr("model.broken: the answer of lab/m is of no use: arguments came for a tool call that is done"));
}

TEST(ResponsesText, WithoutAnIndexIsOfTheMessageThatBeganLast) {  // [LLM-05]
  auto text = [](std::string_view words) {
    return R"({"type":"response.output_text.delta","delta":")" + std::string(words) + "\"}";
  };
  auto second = R"({"type":"message","id":"m2","role":"assistant","content":[]})";
  auto answer = answer_of_events(
      {item_added(kAt0, kMessage), text("o"), text("ne"), item_added(kAt1, second), text("two"), at_end()});
  EXPECT_EQ(answer.message.text(), "one\n\ntwo");
}

TEST(ResponsesStream, PassesOverWhatAServersToolSays) {  // [LLM-15]
  auto good = at_end(R"({"type":"message","role":"assistant","content":[{"type":"output_text","text":"all"}]})");
  for (const char* type :
       {"web_search_call.failed", "mcp_call.failed", "code_interpreter_call.failed", "mcp_list_tools.failed"})
    for (const char* said : {R"("status":"failed")", R"("error":{"message":"no"})", R"("error_code":"timeout")"})
      EXPECT_EQ(
          answer_of_events({R"({"type":"response.)" + std::string(type) + R"(","item_id":"w",)" + said + "}", good})
              .message.text(),
          "all")
          << type << said;
  EXPECT_THAT(refusal_of({R"({"type":"response.output_text.delta","status":"failed","delta":"x"})", good}),
              HasSubstr("says that it failed"));
}

TEST(ResponsesStream, WithAnItemThatFailedIsNoAnswer) {  // [LLM-15]
  auto message = [](std::string_view status) {
    return R"({"type":"message","status":")" + std::string(status) +
           R"(","role":"assistant","content":[{"type":"output_text","text":"half"}]})";
  };
  EXPECT_THAT(refusal_of({item_done(kAt0, message("failed")), at_end(message("failed"))}),
              HasSubstr("an item of it has"));
  EXPECT_THAT(refusal_of({at_end(item_of_call("note", "{}", R"(,"status":"failed")"))}), HasSubstr("model.broken"));
  EXPECT_EQ(answer_of_events({at_end(message("in_progress"))}).finish, FinishReason::stop);
  EXPECT_THAT(calls_made({at_end(item_of_call("note", "{}", R"(,"status":"in_progress")"))}), ElementsAre("note{}"));
}

TEST(ResponsesStream, ReadsAListOfEvents) {  // [LLM-05]
  EXPECT_THAT(calls_made({"[" + item_added(kAt0, item_of_call("note", "")) + "," + arguments_piece(kParis, kAt0) + "," +
                          at_end() + "]"}),
              ElementsAre(R"(note{"city":"A"})"));
}

}  // namespace
}  // namespace executus::llm::openai
