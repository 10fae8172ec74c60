#include "llm/openai/responses/output.hpp"

#include <string>

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm::openai {
namespace {

using Items = std::vector<boost::json::object>;

boost::json::object item(std::string_view text) { return boost::json::parse(text).as_object(); }

boost::json::object text_item(std::string_view id, std::string_view text) {
  return {{"type", "message"}, {"id", id}, {"content", boost::json::array{{{"type", "output_text"}, {"text", text}}}}};
}

boost::json::object call_item(std::string_view id, std::string_view arguments) {
  return {{"type", "function_call"}, {"call_id", id}, {"name", "f"}, {"arguments", arguments}};
}

// Each in a few letters; "broken".
std::string said(const std::vector<StreamedItem>& streamed, const Items& end) {
  auto output = output_of(streamed, end);
  if (!output) return std::string(output.error().code() == "model.broken" ? "broken" : "?");
  std::string all;
  for (const auto& each : *output) {
    if (const auto* content = each.if_contains("content"))
      all += content->at(0).at("text").as_string();
    else
      all += each.contains("arguments") ? each.at("arguments").as_string() : each.at("type").as_string();
    all += "|";
  }
  return all;
}

TEST(ResponsesOutput, IsWhatOneOfTheTwoSays) {  // [LLM-05]
  EXPECT_EQ(said({{text_item("m", "Hello")}}, {}), "Hello|");
  EXPECT_EQ(said({}, {text_item("m", "Hello")}), "Hello|");
  EXPECT_EQ(said({{text_item("m", "Hello")}}, {text_item("m", "")}), "Hello|");
  EXPECT_EQ(said({{text_item("m", "")}}, {text_item("m", "Hello")}), "Hello|");
  EXPECT_EQ(said({{call_item("a", R"({"x":1})")}}, {call_item("a", "")}), R"({"x":1}|)");
}

TEST(ResponsesOutput, IsTheFullerOfTwoThatSayTheSame) {  // [LLM-05]
  for (std::string id : {"m", "other", ""}) {
    EXPECT_EQ(said({{text_item("m", "Hel")}}, {text_item(id, "Hello")}), "Hello|") << id;
    EXPECT_EQ(said({{text_item("m", "Hello")}}, {text_item(id, "Hello")}), "Hello|");
    EXPECT_EQ(said({{call_item("m", R"({"x")"), false}}, {call_item(id, R"({"x":1})")}), R"({"x":1}|)");
    EXPECT_EQ(said({{call_item("m", R"({"x":1})")}}, {call_item(id, R"({"x": 1})")}), R"({"x":1}|)");
  }
}

TEST(ResponsesOutput, IsBrokenWhereTheTwoDiffer) {  // [LLM-05] [LLM-15]
  EXPECT_EQ(said({{text_item("m", "Hello")}}, {text_item("m", "Good day")}), "broken");
  EXPECT_EQ(said({{text_item("m", "Hello")}}, {text_item("n", "Good day")}), "broken");
  EXPECT_EQ(said({{text_item("m", "Hello")}}, {text_item("m", "Hel")}), "broken") << "the end says less";
  EXPECT_EQ(said({{call_item("a", R"({"x":1})")}}, {call_item("a", R"({"x":2})")}), "broken");
  EXPECT_EQ(said({{call_item("a", R"({"x":1})")}}, {call_item("b", R"({"x":2})")}), "broken");
  auto renamed = call_item("a", R"({"x":1})");
  renamed["name"] = "g";
  EXPECT_EQ(said({{call_item("a", R"({"x":1})")}}, {renamed}), "broken");
}

TEST(ResponsesOutput, MatchesItemsByIdAndThenByWhatTheySay) {  // [LLM-05]
  std::vector<StreamedItem> two{{text_item("m", "One")}, {text_item("n", "Two")}};
  EXPECT_EQ(said(two, {text_item("n", "Two"), text_item("m", "One")}), "Two|One|") << "in the order of the end";
  EXPECT_EQ(said(two, {text_item("x", "Two"), text_item("y", "One")}), "Two|One|");
  EXPECT_EQ(said(two, {text_item("n", "Two")}), "One|Two|") << "what the end leaves out stays in its place";
  EXPECT_EQ(said(two, {text_item("n", "One")}), "broken") << "its id says which one it is";
  std::vector<StreamedItem> calls{{call_item("a", "{}")}, {call_item("b", R"({"x":1})")}};
  EXPECT_EQ(said(calls, {call_item("b", R"({"x":1})"), call_item("a", "{}")}), R"({"x":1}|{}|)");
  EXPECT_EQ(said(calls, {call_item("b", "{}")}), "broken");
  EXPECT_EQ(said({{call_item("a", "{}")}}, {text_item("m", "Hi")}), "{}|Hi|") << "a call is no message";
  EXPECT_EQ(
      said({{item(R"({"type":"reasoning"})")}, {text_item("m", "Hi")}, {call_item("a", "{}")}}, {text_item("m", "Hi")}),
      "reasoning|Hi|{}|");
}

TEST(ResponsesOutput, FindsAnItemWithAnotherIdByItsWholeTextFirst) {  // [LLM-05]
  EXPECT_EQ(said({{text_item("m0", "")}, {text_item("m1", "Hello")}}, {text_item("x1", "Hello")}), "|Hello|");
  EXPECT_EQ(said({{text_item("a", "O")}, {text_item("b", "One")}}, {text_item("zz", "One")}), "O|One|");
  EXPECT_EQ(said({{text_item("a", "O")}, {text_item("b", "On")}}, {text_item("zz", "One")}), "O|One|")
      << "the one that says most";
  EXPECT_EQ(said({{text_item("a", "")}, {text_item("b", "Hel")}}, {text_item("zz", "Hello")}), "|Hello|")
      << "an empty one last";
  EXPECT_EQ(said({{text_item("a", "Hello")}, {text_item("b", "")}}, {text_item("y", "World"), text_item("z", "Hello")}),
            "World|Hello|");
  std::vector<StreamedItem> calls{{call_item("a", "")}, {call_item("b", R"({"x":1})")}};
  EXPECT_EQ(said(calls, {call_item("c", R"({"x": 1.0})")}), R"(|{"x":1}|)") << "as JSON";
  EXPECT_EQ(said({{call_item("a", R"({"x")"), false}, {call_item("b", R"({"x":1})")}},
                 {call_item("c", R"({"x":1})"), call_item("d", R"({"x":2})")}),
            R"({"x":1}|{"x":2}|)");
}

// Each item of the one list is not compared with each of the other.
TEST(ResponsesOutput, IsBrokenWhereTooManyItemsDiffer) {  // [LLM-05] [LLM-15]
  auto items = [](std::size_t count, const std::string& words) {
    std::vector<StreamedItem> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back({text_item("", words + std::to_string(i))});
    return all;
  };
  auto end = [&](std::size_t count, const std::string& words) {
    Items all;
    for (auto& each : items(count, words)) all.push_back(std::move(each.item));
    return all;
  };
  EXPECT_EQ(output_of(items(3'000, "a"), end(3'000, "a"))->size(), 3'000U) << "these say the same";
  EXPECT_EQ(output_of(items(3'000, "a"), {})->size(), 3'000U);
  auto many = output_of(items(65, "a"), end(65, "b")), few = output_of(items(64, "a"), end(64, "b"));
  EXPECT_EQ(many.error().message(), "too many of the items of its end are not those of its pieces");
  EXPECT_EQ(few.error().message(), "its end is not what its pieces were");
  EXPECT_EQ(said(items(3'000, "a"), end(3'000, "b")), "broken");
}

TEST(ResponsesOutput, KeepsWhatTheEndLeavesOutOfAnItem) {
  auto streamed = item(R"({"type":"reasoning","id":"r","encrypted_content":"secret","summary":[{"text":"hm"}]})");
  auto bare = output_of({{streamed}}, {item(R"({"type":"reasoning","id":"r","encrypted_content":null,"summary":[]})")});
  auto anew = output_of({{streamed}}, {item(R"({"type":"reasoning","id":"r","encrypted_content":"anew"})")});

  EXPECT_EQ(bare->at(0), streamed);
  auto begun = item(R"({"type":"message","id":"m","status":"in_progress","phase":"p"})");
  auto kept = output_of({{begun}}, {item(R"({"type":"message","id":"m"})")});
  EXPECT_EQ(kept->at(0), item(R"({"type":"message","id":"m","phase":"p"})")) << "its status is over";
  EXPECT_EQ(anew->at(0).at("encrypted_content"), "anew") << "it is encrypted each time";
}

TEST(ResponsesOutput, NeedsTheEndForPiecesThatFitNowhere) {  // [LLM-05]
  StreamedItem pieces{item(R"({"type":"function_call","arguments":"{\"x\":1}"})"), false};
  EXPECT_EQ(said({pieces}, {}), "broken");
  EXPECT_EQ(said({pieces}, {call_item("a", "")}), "broken");
  EXPECT_EQ(said({pieces}, {call_item("a", R"({"x":1})")}), R"({"x":1}|)");
}

}  // namespace
}  // namespace executus::llm::openai
