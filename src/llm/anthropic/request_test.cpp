#include "llm/anthropic/request.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

Dialect dialect_of(std::string model) { return {"lab", model, traits_of(model)}; }

ToolSpecs tools_named(std::vector<std::string> names) {
  std::vector<ToolSpec> list;
  for (auto& name : names) list.push_back({name, "does " + name, {{"type", "object"}, {"properties", json::object{}}}});
  return list;
}

std::string body_of(const Request& request, std::string model = "claude-haiku-4-5",
                    AnswerForm form = AnswerForm::whole) {
  return request_body(request, ToolNames(request.tools), dialect_of(std::move(model)), form);
}

json::object json_of(const Request& request, std::string model = "claude-haiku-4-5") {
  return json::parse(body_of(request, std::move(model))).as_object();
}

// A run in its third step: two steps with tools behind it.
Request third_step() {
  Request request;
  request.system = "Be brief.";
  request.tools = tools_named({"grep", "now"});
  request.messages = {user_message("Why?")};
  for (std::string id : {"c1", "c2"}) {
    request.messages.push_back(assistant_message("", {{id, "grep", R"({"b":1,"a":2})"}}));
    Message results;
    results.role = Role::tool;
    results.tool_results = {{id, "grep", "hit " + id, {}, false}};
    request.messages.push_back(std::move(results));
  }
  return request;
}

std::size_t marks_in(std::string_view body) {
  std::size_t marks = 0;
  for (auto at = body.find("cache_control"); at != std::string_view::npos; at = body.find("cache_control", at + 1))
    ++marks;
  return marks;
}

TEST(MessagesRequest, IsTheseBytes) {  // [LLM-25] [LLM-26]
  Request request = third_step();
  request.max_output_tokens = 100;
  request.temperature = 0.5;

  EXPECT_EQ(body_of(request, "claude-haiku-4-5", AnswerForm::streamed),
            R"({"model":"claude-haiku-4-5","max_tokens":100,"tools":[)"
            R"({"name":"grep","description":"does grep","input_schema":{"type":"object","properties":{}}},)"
            R"({"name":"now","description":"does now","input_schema":{"type":"object","properties":{}},)"
            R"("cache_control":{"type":"ephemeral"}}],)"
            R"("system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],"messages":[)"
            R"({"role":"user","content":[{"type":"text","text":"Why?"}]},)"
            R"({"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"grep","input":{"b":1,"a":2}}]},)"
            R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"hit c1",)"
            R"("cache_control":{"type":"ephemeral"}}]},)"
            R"({"role":"assistant","content":[{"type":"tool_use","id":"c2","name":"grep","input":{"b":1,"a":2}}]},)"
            R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"c2","content":"hit c2",)"
            R"("cache_control":{"type":"ephemeral"}}]}],"temperature":0.5,"stream":true})");
}

TEST(MessagesRequest, OfEqualRequestsIsEqual) { EXPECT_EQ(body_of(third_step()), body_of(third_step())); }

TEST(MessagesRequest, MarksFourPlacesAtMost) {  // [LLM-25]
  EXPECT_EQ(marks_in(body_of(third_step())), 4U);
  Request shortest;
  shortest.messages = {user_message("u")};
  EXPECT_EQ(marks_in(body_of(shortest)), 1U);
}

TEST(MessagesRequest, MarksNothingWhenTheCacheIsOff) {  // [LLM-25]
  Request request = third_step();
  request.cache = PromptCache::off;

  EXPECT_EQ(marks_in(body_of(request)), 0U);
}

// But for the marks, which are no part of the prompt, a step's prompt begins with the whole of the step before.
TEST(MessagesRequest, BeginsLikeTheRequestOfTheStepBefore) {  // [LLM-25]
  Request now = third_step(), before = third_step();
  before.messages = {now.messages[0], now.messages[1], now.messages[2]};
  now.cache = before.cache = PromptCache::off;

  auto earlier = body_of(before);

  EXPECT_TRUE(body_of(now).starts_with(std::string_view(earlier).substr(0, earlier.size() - 2))) << earlier;
}

TEST(MessagesRequest, FoldsSystemMessagesOfTheHistory) {  // [LLM-03]
  Request request;
  request.system = "First.";
  request.messages = {user_message("u"), Message{Role::system, {Text{"Second."}}, {}, {}}};

  auto body = json_of(request);

  EXPECT_EQ(body.at("system").at(0).at("text"), "First.\n\nSecond.");
  EXPECT_EQ(body.at("messages").as_array().size(), 1U);
}

TEST(MessagesRequest, WithoutSystemPromptAndToolsHasNone) {
  Request request;
  request.system = " \n";
  request.messages = {user_message("u")};
  request.tool_choice.kind = ToolChoice::Kind::required;

  EXPECT_THAT(body_of(request), Not(::testing::AnyOf(HasSubstr("system"), HasSubstr("tool"))));
}

TEST(MessagesRequest, SaysMaxTokensAlways) {
  EXPECT_EQ(json_of({}).at("max_tokens"), 32'000);
  EXPECT_EQ(json_of({}, "claude-opus-5-5").at("max_tokens"), 32'000);
}

TEST(MessagesRequest, ChoosesTools) {  // [LLM-26]
  Request request = third_step();
  auto choice = [&](ToolChoice::Kind kind, std::string model = "claude-opus-5") {
    request.tool_choice = {kind, "now"};
    auto body = json_of(request, std::move(model));
    return body.contains("tool_choice") ? json::serialize(body.at("tool_choice")) : "";
  };

  EXPECT_EQ(choice(ToolChoice::Kind::automatic), "");
  EXPECT_EQ(choice(ToolChoice::Kind::none), R"({"type":"none"})");
  EXPECT_EQ(choice(ToolChoice::Kind::required), R"({"type":"any"})");
  EXPECT_EQ(choice(ToolChoice::Kind::named), R"({"type":"tool","name":"now"})");
}

TEST(MessagesRequest, OffersToolsToModelsThatCannotBeForced) {
  Request request = third_step();
  request.tool_choice = {ToolChoice::Kind::named, "now"};

  for (std::string model : {"claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1", "claude-mythos-5-1"})
    EXPECT_FALSE(json_of(request, model).contains("tool_choice")) << model;
  EXPECT_TRUE(json_of(request, "claude-haiku-5-5").contains("tool_choice"));
}

TEST(MessagesRequest, NamesToolsAsTheApiTakesThem) {  // [LLM-26]
  Request request;
  request.tools = tools_named({"git.log"});
  request.tool_choice = {ToolChoice::Kind::named, "git.log"};
  request.messages = {user_message("u"), assistant_message("", {{"a", "git.log", "{}"}})};

  auto body = body_of(request);

  EXPECT_THAT(body, HasSubstr(R"("tool_choice":{"type":"tool","name":"git_log"})"));
  EXPECT_THAT(body, HasSubstr(R"({"type":"tool_use","id":"a","name":"git_log","input":{}})"));
}

TEST(MessagesRequest, DescribesToolsWithoutArgumentsAsObjects) {
  Request request;
  request.tools = ToolSpecs({ToolSpec{"now", "", {}}, ToolSpec{"any", " ", {{"properties", json::object{}}}}});

  auto tools = json_of(request).at("tools");

  EXPECT_EQ(tools.at(0).at("input_schema").at("type"), "object");
  EXPECT_EQ(tools.at(1).at("input_schema").at("type"), "object");
  EXPECT_FALSE(tools.at(1).as_object().contains("description"));
}

TEST(MessagesRequest, SendsSchemasToModelsThatTakeThem) {  // [LLM-27]
  Request request;
  request.effort = "low";
  request.schema = std::make_shared<AnswerSchema>(AnswerSchema{"verdict", {{"type", "object"}}});

  EXPECT_EQ(
      json::serialize(json_of(request, "claude-opus-4-8").at("output_config")),
      R"({"effort":"low","format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}})");
  EXPECT_FALSE(json_of(request, "claude-opus-4-1").contains("output_config"));
}

TEST(MessagesRequest, SendsATemperatureWhereItIsTaken) {
  Request request;
  request.temperature = 1.7;

  EXPECT_EQ(json_of(request).at("temperature").to_number<double>(), 1.0);
  for (std::string model : {"claude-opus-4-7", "claude-opus-5-5", "claude-haiku-5-5"})
    EXPECT_FALSE(json_of(request, model).contains("temperature")) << model;
  request.effort = "high";
  EXPECT_FALSE(json_of(request).contains("temperature"));
}

TEST(MessagesRequest, SendsThinkingFirstInTheAssistantsContent) {  // [LLM-01]
  Request request = third_step();
  Message thought = assistant_message("Look.", {{"c9", "now", "{}"}});
  json::object block{{"type", "thinking"}, {"thinking", ""}, {"signature", "Eq=="}};
  thought.parts.insert(thought.parts.begin(), Opaque{"lab", block});
  request.messages.push_back(thought);

  auto body = json_of(request, "claude-opus-5-5");

  auto content = body.at("messages").at(5).at("content").as_array();
  EXPECT_EQ(content.at(0), json::value(block));
  EXPECT_EQ(content.at(2).at("type"), "tool_use");
}

TEST(MessagesRequest, IsUtf8WhateverTheTextsAre) {
  Request request;
  request.system = "a\xff";
  request.messages = {user_message("b\xc3")};

  EXPECT_THAT(body_of(request), ::testing::AllOf(HasSubstr("a\xef\xbf\xbd"), HasSubstr("b\xef\xbf\xbd")));
}

TEST(MessagesRequest, SendsSchemasOfToolsAsTheyAreTaken) {
  Request request;
  request.tools = ToolSpecs(std::vector<ToolSpec>{{"t", "",
                                                   json::parse(R"({"$ref":"#/$defs/t","$defs":{"t":
      {"anyOf":[{"properties":{"a b":{"const":1},"c":{"$ref":"#/$defs/u"}}}]},"u":{"type":"array"}}})")
                                                       .as_object()}});

  auto parameters = json::parse(body_of(request)).at("tools").at(0).at("input_schema");

  EXPECT_EQ(parameters.at("properties"), json::parse(R"({"c":{"$ref":"#/$defs/u"}})"));
  EXPECT_EQ(parameters.as_object().contains("$defs"), true);
}

}  // namespace
}  // namespace executus::llm::anthropic
