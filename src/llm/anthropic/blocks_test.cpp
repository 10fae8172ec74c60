#include "llm/anthropic/blocks.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/anthropic/response.hpp"

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

Asked asked_of_blocks() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

Message read_blocks(std::string_view content) {
  std::vector<Block> blocks;
  auto parsed = json::parse(content);
  for (const auto& block : parsed.as_array()) blocks.push_back(block_in(block.as_object()));
  auto asked = asked_of_blocks();
  return message_of_blocks(blocks, asked);
}

json::array sent_back(const Message& message, std::string_view provider = "lab") {
  return assistant_blocks(message, {}, provider);
}

json::array parsed_array(std::string_view text) { return json::parse(text).as_array(); }

ToolResult result(std::string text, std::vector<Image> images = {}, bool is_error = false) {
  return {"c1", "grep", std::move(text), std::move(images), is_error};
}

json::object result_of(ToolResult one) {
  Message message;
  message.role = Role::tool;
  message.tool_results = {std::move(one)};
  return result_blocks(message, {}).at(0).as_object();
}

constexpr std::string_view kThinking =
    R"({"type":"thinking","thinking":"Hm, \u00e4.","signature":"EqQBCgIYAhIM+/=","later":{"field":[1]}})";
constexpr std::string_view kRedacted = R"({"type":"redacted_thinking","data":"EmwKAhgBEgy3va3pzix"})";
constexpr std::string_view kText = R"({"type":"text","text":"I look."})";
constexpr std::string_view kCallA = R"({"type":"tool_use","id":"toolu_a","name":"grep","input":{"p":[1,2.5]}})";
constexpr std::string_view kCallB = R"({"type":"tool_use","id":"toolu_b","name":"now","input":{}})";

std::string list(std::initializer_list<std::string_view> blocks) {
  std::string text;
  for (auto block : blocks) text += (text.empty() ? "[" : ",") + std::string(block);
  return text + "]";
}

TEST(AnthropicBlocks, KeepThinkingUntouched) {  // [LLM-01]
  auto message = read_blocks(list({kThinking, kRedacted, kText, kCallA}));

  ASSERT_EQ(message.parts.size(), 3U);
  EXPECT_EQ(message.parts[0], Part(Opaque{"lab", json::parse(kThinking)}));
  EXPECT_EQ(message.parts[1], Part(Opaque{"lab", json::parse(kRedacted)}));
  EXPECT_EQ(message.parts[2], Part(Text{"I look."}));
  EXPECT_EQ(message.tool_calls, (std::vector<ToolCall>{{"toolu_a", "grep", R"({"p":[1,2.5]})"}}));
}

TEST(AnthropicBlocks, GoBackAsTheyCame) {  // [LLM-01]
  for (const auto& content : {list({kThinking, kText, kCallA, kCallB}), list({kRedacted, kThinking, kCallA}),
                              list({kText, kThinking, kCallA}), list({kThinking, kCallA, kThinking, kCallB}),
                              list({kThinking, kCallA, kText}), list({kThinking, kText})})
    EXPECT_EQ(sent_back(read_blocks(content)), parsed_array(content)) << content;
}

TEST(AnthropicBlocks, GoBackAfterAJournal) {  // [LLM-01]
  auto content = list({kThinking, kCallA, kThinking, kCallB});

  auto stored = json::serialize(to_json(read_blocks(content)));

  EXPECT_EQ(sent_back(message_from_json(json::parse(stored))), parsed_array(content));
}

TEST(AnthropicBlocks, OfThinkingGoToNoOtherProvider) {  // [LLM-01]
  auto message = read_blocks(list({kThinking, kCallA, kThinking, kCallB}));

  EXPECT_EQ(sent_back(message, "other"), parsed_array(list({kCallA, kCallB})));
}

TEST(AnthropicBlocks, OfThinkingThatLedToNothingAreLeftOut) {
  EXPECT_EQ(sent_back(read_blocks(list({kText, kThinking}))), parsed_array(list({kText})));
  EXPECT_TRUE(sent_back(read_blocks(list({kThinking}))).empty());
}

TEST(AnthropicBlocks, NobodyKnowsAreLeftOut) {
  auto message = read_blocks(R"([{"type":"server_tool_use","id":"s","name":"web_search","input":{"q":1}},)"
                             R"({"type":"text","text":"x"},{"type":"something"}])");

  EXPECT_EQ(message, assistant_message("x"));
}

TEST(AnthropicBlocks, HoldNoBlankText) {
  Message message = assistant_message("", {{"a", "grep", "{}"}});
  message.parts = {Text{"\n\n"}, Text{""}};
  Message user = user_message(" ");
  user.parts.emplace_back(Image{"\x89PNG", "image/png"});

  EXPECT_EQ(sent_back(message).size(), 1U);
  EXPECT_EQ(user_blocks(user), parsed_array(R"([{"type":"image","source":{"type":"base64","media_type":"image/png",)"
                                            R"("data":"iVBORw=="}}])"));  // [LLM-02]
}

TEST(AnthropicBlocks, HoldImagesOfUsersInTheirPlace) {  // [LLM-02]
  Message user = user_message("Left:");
  user.parts.emplace_back(Image{"L", "image/webp"});
  user.parts.emplace_back(Text{"What is it?"});

  auto blocks = user_blocks(user);

  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[1].at("source").at("media_type"), "image/webp");
  EXPECT_EQ(blocks[2].at("text"), "What is it?");
}

TEST(AnthropicBlocks, OfResultsSayErrorsByAFlag) {  // [LLM-26]
  EXPECT_EQ(json::serialize(result_of(result("3 hits"))),
            R"({"type":"tool_result","tool_use_id":"c1","content":"3 hits"})");
  EXPECT_EQ(json::serialize(result_of(result("no such file", {}, true))),
            R"({"type":"tool_result","tool_use_id":"c1","content":"no such file","is_error":true})");
}

TEST(AnthropicBlocks, OfResultsAreEmptyButForErrors) {
  EXPECT_FALSE(result_of(result("")).contains("content"));
  EXPECT_EQ(result_of(result("\n", {}, true)).at("content"), "error");
}

TEST(AnthropicBlocks, OfResultsHoldTheirImages) {  // [LLM-02] [LLM-26]
  auto block = result_of(result("a plot", {{"P", "image/png"}, {"Q", "image/jpeg"}}));

  ASSERT_EQ(block.at("content").as_array().size(), 3U);
  EXPECT_EQ(block.at("content").at(0), (json::value{{"type", "text"}, {"text", "a plot"}}));
  EXPECT_EQ(block.at("content").at(2).at("source").at("data"), "UQ==");
  EXPECT_EQ(result_of(result("", {{"P", "image/png"}})).at("content").as_array().size(), 1U);
}

// "all content must be type `text` if `is_error` is true"
TEST(AnthropicBlocks, OfErrorsHaveTheirImagesBehindAllResults) {  // [LLM-26]
  Message message;
  message.role = Role::tool;
  message.tool_results = {result("it broke", {{"P", "image/png"}}, true), {"c2", "now", "noon", {}, false}};

  auto blocks = result_blocks(message, {});

  ASSERT_EQ(blocks.size(), 4U);
  EXPECT_EQ(blocks[0].at("content"), "it broke");
  EXPECT_EQ(blocks[1].at("tool_use_id"), "c2");
  EXPECT_EQ(blocks[2].at("text"), "Images in the result of grep (c1):");
  EXPECT_EQ(blocks[3].at("source").at("data"), "UA==");
}

TEST(AnthropicBlocks, HoldMalformedArgumentsAsAnObject) {  // [LLM-26]
  auto blocks = sent_back(assistant_message("", {{"a", "grep", "{\"p\": "}, {"b", "now", ""}}));

  EXPECT_EQ(blocks[0].at("input"), (json::value{{"malformed_arguments", "{\"p\": "}}));
  EXPECT_EQ(blocks[1].at("input"), json::value(json::object{}));
}

TEST(WireCallId, FitsWhateverTheIdWas) {  // [LLM-26]
  EXPECT_EQ(wire_call_id("toolu_01A09q90qw90lq917835lq9"), "toolu_01A09q90qw90lq917835lq9");
  EXPECT_EQ(wire_call_id("call|a"), wire_call_id("call|a"));
  EXPECT_NE(wire_call_id("call|a"), wire_call_id("call/a"));
  EXPECT_NE(wire_call_id(std::string(70, 'x')), wire_call_id(std::string(71, 'x')));
  for (const std::string& id :
       {std::string("call|a.b"), std::string(), std::string(300, 'x'), std::string("\xff\x00", 2)})
    EXPECT_THAT(wire_call_id(id), ::testing::MatchesRegex("[a-zA-Z0-9_-]{1,64}")) << id;
}

}  // namespace
}  // namespace executus::llm::anthropic
