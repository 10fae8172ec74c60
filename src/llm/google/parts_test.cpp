#include "llm/google/parts.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm::google {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;

const Recipient kGemini3{"lab", traits_of("gemini-3.8-flash")};
const Recipient kGemini2{"lab", traits_of("gemini-2.5-flash")};

Parts parts_in(const char* text) {
  Parts parts;
  const auto parsed = json::parse(text);
  for (const auto& part : parsed.as_array()) add_part(parts, part.as_object());
  return parts;
}

Message read_parts(const char* text) {
  Asked asked{"lab", "lab/m", "", {}, {}};
  return message_of_parts(parts_in(text), asked);
}

json::value sent_back(const Message& message, const Recipient& to = kGemini3) {
  return model_parts(message_from_json(to_json(message)), ToolNames(), to);  // as after a crash
}

void expect_as_it_came(const char* parts) { EXPECT_EQ(sent_back(read_parts(parts)), json::parse(parts)); }

TEST(GoogleParts, GoBackAsTheyCame) {  // [LLM-01]
  expect_as_it_came(R"([{"text":"Hello","thoughtSignature":"c2ln"}])");
  expect_as_it_came(R"([{"text":"Hello"},{"text":"","thoughtSignature":"c2ln"}])");
  expect_as_it_came(R"([{"text":"a"},{"text":"b","thoughtSignature":"c2ln"},{"text":"c"}])");
  expect_as_it_came(R"([{"text":"I think","thought":true},{"text":"Hi"}])");
  expect_as_it_came(R"([{"functionCall":{"id":"x","name":"f","args":{"a":1}},"thoughtSignature":"c2ln"},
                        {"functionCall":{"id":"y","name":"g","args":{}}}])");
  expect_as_it_came(R"([{"text":"now"},{"functionCall":{"id":"x","name":"f","args":{}},"thoughtSignature":"c2ln"},
                        {"text":"and then"},{"functionCall":{"id":"y","name":"g","args":{}}},
                        {"text":"","thoughtSignature":"c2ln2"}])");
  expect_as_it_came(R"([{"inlineData":{"mimeType":"image/png","data":"AAAA"},"thoughtSignature":"c2ln"}])");
}

TEST(GoogleParts, BecomeTextCallsAndOpaqueParts) {  // [LLM-01]
  auto message = read_parts(R"([{"text":"secret","thought":true},{"text":"Hello"},
      {"functionCall":{"id":"x","name":"f","args":{"a":1}},"thoughtSignature":"c2ln"}])");

  EXPECT_EQ(message.text(), "Hello");
  EXPECT_THAT(message.tool_calls, ElementsAre(ToolCall{"x", "f", R"({"a":1})"}));
  ASSERT_EQ(message.parts.size(), 3U);
  EXPECT_EQ(std::get<Opaque>(message.parts[0]).provider, "lab");
  EXPECT_EQ(std::get<Opaque>(message.parts[2]).data,
            json::parse(R"({"of":"call","id":"x","rest":{"thoughtSignature":"c2ln"}})"));
}

TEST(GoogleParts, CallsGetIdsAndArgumentsTheyHaveNot) {  // [LLM-26]
  auto message = read_parts(R"([{"functionCall":{"name":"f"}},{"functionCall":{"name":"f","args":{"a":2}}}])");

  EXPECT_THAT(message.tool_calls,
              ElementsAre(ToolCall{"call_0_0", "f", "{}"}, ToolCall{"call_0_1", "f", R"({"a":2})"}));
  EXPECT_TRUE(message.parts.empty());
}

TEST(GoogleParts, OfAStreamAreJoinedUnlessTheyAreSigned) {  // [LLM-05]
  EXPECT_EQ(
      parts_in(R"([{"text":"a","thought":true},{"text":"b","thought":true},{"text":"c"},{"text":"d"},{"text":""},{},
                         {"text":"","thoughtSignature":"s"},{"text":"e"}])"),
      (Parts{{{"text", "ab"}, {"thought", true}},
             {{"text", "cd"}},
             {{"text", ""}, {"thoughtSignature", "s"}},
             {{"text", "e"}}}));
}

TEST(GoogleParts, OfAnotherProviderStayThere) {  // [LLM-01]
  auto message = read_parts(R"([{"text":"t","thought":true},{"text":"Hi","thoughtSignature":"c2ln"}])");

  EXPECT_EQ(sent_back(message, {"other", traits_of("gemini-3.8-flash")}), json::parse(R"([{"text":"Hi"}])"));
}

TEST(GoogleParts, CallsOfAnotherProviderAreSignedWhereTheModelWantsIt) {  // [LLM-26]
  auto message = assistant_message("", {{"a", "f", "{}"}, {"b", "g", "{\"x\":1}"}});

  EXPECT_EQ(sent_back(message), json::parse(R"([{"functionCall":{"id":"a","name":"f","args":{}},
                             "thoughtSignature":"skip_thought_signature_validator"},
                            {"functionCall":{"id":"b","name":"g","args":{"x":1}}}])"));
  EXPECT_FALSE(sent_back(message, kGemini2).at(0).as_object().contains("thoughtSignature"));
}

TEST(GoogleParts, MalformedArgumentsAreWrapped) {  // [LLM-26]
  auto part = sent_back(assistant_message("", {{"a", "f", "{\"x\":"}})).at(0);

  EXPECT_EQ(part.at("functionCall").at("args"), json::parse(R"({"malformed_arguments":"{\"x\":"})"));
}

TEST(GoogleParts, ResultsAreObjectsThatTellErrorsApart) {  // [LLM-26]
  Message message;
  message.role = Role::tool;
  message.tool_results = {{"a", "f", "42", {}, false}, {"b", "g", "no such file", {}, true}};

  EXPECT_EQ(json::value(result_parts(message, ToolNames(), kGemini3)),
            json::parse(R"([{"functionResponse":{"id":"a","name":"f","response":{"output":"42"}}},
                            {"functionResponse":{"id":"b","name":"g","response":{"error":"no such file"}}}])"));
}

TEST(GoogleParts, ImagesOfResultsGoWhereTheModelTakesThem) {  // [LLM-02]
  Message message;
  message.role = Role::tool;
  message.tool_results = {{"a", "shot", "done", {{"abc", "image/png"}}, false}};
  const auto image = json::parse(R"({"inlineData":{"mimeType":"image/png","data":"YWJj"}})");

  auto inside = json::value(result_parts(message, ToolNames(), kGemini3));
  EXPECT_EQ(inside.at(0).at("functionResponse").at("parts").at(0), image);
  EXPECT_TRUE(result_images(message, ToolNames(), kGemini3).empty());

  auto alone = json::value(result_parts(message, ToolNames(), kGemini2));
  EXPECT_FALSE(alone.at(0).at("functionResponse").as_object().contains("parts"));
  auto beside = result_images(message, ToolNames(), kGemini2);
  EXPECT_EQ(beside.at(0).at("text"), "Images in the result of shot (a):");
  EXPECT_EQ(beside.at(1), image);
}

TEST(GoogleParts, OfUsersAreTextsAndImages) {  // [LLM-02]
  Message message = user_message("look \xff");
  message.parts.emplace_back(Image{"abc", "image/webp"});
  message.parts.emplace_back(Text{""});

  EXPECT_EQ(json::value(user_parts(message)),
            json::parse(R"([{"text":"look \ufffd"},{"inlineData":{"mimeType":"image/webp","data":"YWJj"}}])"));
}

}  // namespace
}  // namespace executus::llm::google
