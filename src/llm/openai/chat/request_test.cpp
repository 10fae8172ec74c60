#include "llm/openai/chat/request.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/openai/shared/parts.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

const Dialect kLab{.provider = "lab", .model = "m"};

ToolSpecs tools(std::vector<std::string> names) {
  std::vector<ToolSpec> list;
  for (auto& name : names) list.push_back({name, "does " + name, {{"type", "object"}, {"properties", json::object{}}}});
  return list;
}

Request with_system(std::string text) {
  Request request;
  request.system = std::move(text);
  return request;
}

std::string body_of(const Request& request, AnswerForm form = AnswerForm::whole) {
  return request_body(request, ToolNames(request.tools), kLab, form);
}

json::array messages_of(const Request& request) { return json::parse(body_of(request)).at("messages").as_array(); }

Message results(std::vector<ToolResult> list) {
  Message message;
  message.role = Role::tool;
  message.tool_results = std::move(list);
  return message;
}

TEST(ChatRequest, IsTheseBytes) {  // [LLM-26]
  Request request = with_system("Be brief.");
  request.messages = {user_message("Why?"), assistant_message("I look.", {{"c1", "grep", R"({"b":1,"a":2})"}}),
                      results({{"c1", "grep", "no match", {}, true}})};
  request.tools = tools({"grep"});
  request.max_output_tokens = 100;
  request.temperature = 0.5;
  request.effort = "low";

  EXPECT_EQ(body_of(request, AnswerForm::streamed),
            R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Why?"},)"
            R"({"role":"assistant","content":"I look.","tool_calls":[{"id":"c1","type":"function","function":)"
            R"({"name":"grep","arguments":"{\"b\":1,\"a\":2}"}}]},)"
            R"({"role":"tool","tool_call_id":"c1","content":"error: no match"}],)"
            R"("tools":[{"type":"function","function":{"name":"grep","description":"does grep","parameters":)"
            R"({"type":"object","properties":{}}}}],"max_tokens":100,"temperature":0.5,"reasoning_effort":"low",)"
            R"("stream":true,"stream_options":{"include_usage":true}})");
}

TEST(ChatRequest, OfEqualRequestsIsEqual) {
  auto make = [] {
    Request request = with_system("s");
    request.messages = {user_message("u")};
    request.tools = tools({"b.x", "a"});
    return body_of(request);
  };
  EXPECT_EQ(make(), make());
}

TEST(ChatRequest, FoldsSystemMessagesOfTheHistory) {  // [LLM-03]
  Request request = with_system("First.");
  request.messages = {user_message("u"), Message{Role::system, {Text{"Second."}}, {}, {}}};

  auto messages = messages_of(request);

  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0], (json::value{{"role", "system"}, {"content", "First.\n\nSecond."}}));
}

TEST(ChatRequest, SendsImagesAsDataUrls) {  // [LLM-02]
  Request request;
  request.messages = {Message{Role::user, {Text{"See"}, Image{"abc", "image/png"}}, {}, {}}};

  EXPECT_EQ(messages_of(request)[0].at("content"), json::parse(R"([{"type":"text","text":"See"},
                            {"type":"image_url","image_url":{"url":"data:image/png;base64,YWJj"}}])"));
}

TEST(ChatRequest, SendsImagesOfResultsAfterAllResults) {  // [LLM-26]
  Request request;
  request.messages = {
      user_message("u"), assistant_message("", {{"c1", "shot", "{}"}, {"c2", "now", "{}"}}),
      results({{"c1", "shot", "done", {{"abc", "image/png"}}, false}, {"c2", "now", "noon", {}, false}})};

  auto messages = messages_of(request);

  ASSERT_EQ(messages.size(), 5U);
  EXPECT_EQ(messages[1].at("content"), nullptr);
  EXPECT_EQ(messages[3].at("tool_call_id"), "c2");
  EXPECT_EQ(messages[4].at("role"), "user");
  EXPECT_EQ(messages[4].at("content").at(0).at("text"), "Images in the result of shot (c1):");
  EXPECT_EQ(messages[4].at("content").at(1).at("type"), "image_url");
}

TEST(ChatRequest, SendsOpaquePartsToTheirProviderOnly) {  // [LLM-01]
  Request request;
  json::value own{{"reasoning_content", "mine"}, {"role", "system"}}, foreign{{"signature", "theirs"}};
  request.messages = {Message{Role::assistant, {Opaque{"lab", own}, Opaque{"other", foreign}, Text{"t"}}, {}, {}}};

  auto message = messages_of(request)[0];

  EXPECT_EQ(message, json::parse(R"({"role":"assistant","content":"t","reasoning_content":"mine"})"));
}

TEST(ChatRequest, WrapsArgumentsThatAreNoObject) {
  Request request;
  request.messages = {assistant_message("", {{"c1", "a", ""}, {"c2", "a", "{\"x\":"}, {"c3", "a", "[1]"}})};

  auto calls = messages_of(request)[0].at("tool_calls");

  EXPECT_EQ(calls.at(0).at("function").at("arguments"), "{}");
  EXPECT_EQ(calls.at(1).at("function").at("arguments"), R"({"malformed_arguments":"{\"x\":"})");
  EXPECT_EQ(calls.at(2).at("function").at("arguments"), R"({"malformed_arguments":"[1]"})");
}

TEST(ChatRequest, RepairsBytesThatAreNoUtf8) {
  Request request;
  request.messages = {results({{"c1", "cat", "a\xff", {}, false}})};

  EXPECT_EQ(messages_of(request)[0].at("content"), "a\xef\xbf\xbd");
}

TEST(ChatRequest, OfTheOfficialServiceLimitsOutputByItsOwnKey) {
  Request request;
  request.max_output_tokens = 5;
  Dialect official{.provider = "openai", .model = "m", .output_limit_key = "max_completion_tokens"};

  EXPECT_THAT(request_body(request, {}, official, AnswerForm::whole), HasSubstr("\"max_completion_tokens\":5"));
}

TEST(ChatRequest, SaysWhetherToolsMayBeCalled) {  // [LLM-26]
  Request request;
  request.tools = tools({"fs.read"});
  auto choice = [&](ToolChoice choice) {
    request.tool_choice = std::move(choice);
    auto body = json::parse(body_of(request)).as_object();
    const auto* said = body.if_contains("tool_choice");
    return said ? json::serialize(*said) : "";
  };

  EXPECT_EQ(choice({}), "");
  EXPECT_EQ(choice({ToolChoice::Kind::none}), R"("none")");
  EXPECT_EQ(choice({ToolChoice::Kind::required}), R"("required")");
  EXPECT_EQ(choice({ToolChoice::Kind::named, "fs.read"}), R"({"type":"function","function":{"name":"fs_read"}})");
  request.tools = {};
  EXPECT_EQ(choice({ToolChoice::Kind::required}), "");
}

TEST(ChatRequest, SendsTheSchemaOfTheAnswer) {  // [LLM-27]
  auto format = [](std::string_view schema) {
    Request request;
    request.schema = std::make_shared<const AnswerSchema>(AnswerSchema{"verdict", json::parse(schema).as_object()});
    return json::parse(body_of(request)).at("response_format");
  };

  EXPECT_EQ(format(R"({"type":"object","properties":{"a":{"type":"null"}},"required":["a"]})"),
            json::parse(R"({"type":"json_schema","json_schema":{"name":"verdict","strict":true,"schema":
                {"type":"object","properties":{"a":{"type":"null"}},"required":["a"],"additionalProperties":false}}})"));
  EXPECT_EQ(format(R"({"type":"object"})"), json::parse(R"({"type":"json_schema","json_schema":
                            {"name":"verdict","strict":false,"schema":{"type":"object"}}})"));
}

TEST(ChatRequest, LeavesReasoningOutWhereItIsRefused) {  // [LLM-01]
  Request request;
  auto call = json::parse(R"({"of":"call","id":"c1","rest":{"extra_content":{"a":1}}})");
  request.messages = {Message{Role::assistant,
                              {Opaque{"lab", json::object{{"reasoning", "hm"}}}, Text{"t"}, Opaque{"lab", call}},
                              {{"c1", "f", "{}"}},
                              {}}};
  Dialect refusing{.provider = "lab", .model = "m", .reasoning = Dialect::Reasoning::left_out};

  auto message = json::parse(request_body(request, {}, refusing, AnswerForm::whole)).at("messages").at(0);

  EXPECT_FALSE(message.as_object().contains("reasoning"));
  EXPECT_EQ(message.at("content"), "t");
  EXPECT_TRUE(message.at("tool_calls").at(0).as_object().contains("extra_content"));
}

TEST(ChatRequest, TellsNoServerToCacheAndOnlyThoseThatUnderstandNotTo) {  // [LLM-25]
  Request request;
  auto plain = body_of(request);
  Dialect newest{.provider = "lab", .model = "m", .cache_options = Dialect::CacheOptions::understood};

  EXPECT_EQ(request_body(request, {}, newest, AnswerForm::whole), plain);
  request.cache = PromptCache::off;
  EXPECT_EQ(body_of(request), plain);
  EXPECT_EQ(json::parse(request_body(request, {}, newest, AnswerForm::whole)).at("prompt_cache_options"),
            (json::value{{"mode", "explicit"}}));
}

TEST(ChatRequest, OfTheOfficialServiceShortensIdsOfCallsAlikeEverywhere) {  // [LLM-26]
  std::string lengthy(90, 'x');
  Request request;
  request.messages = {assistant_message("", {{lengthy, "a", "{}"}, {"c2", "a", "{}"}}),
                      results({{lengthy, "a", "done", {}, false}, {"c2", "a", "done", {}, false}})};
  Dialect official{.provider = "openai", .model = "m", .longest_call_id = kLongestChatCallId};

  auto messages = json::parse(request_body(request, {}, official, AnswerForm::whole)).at("messages").as_array();

  std::string id(messages[0].at("tool_calls").at(0).at("id").as_string());
  EXPECT_EQ(id.size(), 40U);
  EXPECT_EQ(messages[1].at("tool_call_id"), json::value(id));
  EXPECT_NE(id, wire_call_id(lengthy + "y", kLongestChatCallId));
  EXPECT_EQ(messages[2].at("tool_call_id"), "c2");
  EXPECT_EQ(messages_of(request)[1].at("tool_call_id"), json::value(lengthy));
}

TEST(ChatRequest, LeavesOutWhatTheOtherApiOfItsProviderGave) {  // [LLM-01]
  Request request;
  json::value item{{"type", "reasoning"}, {"id", "rs_1"}, {"encrypted_content", "e"}};
  request.messages = {Message{Role::assistant, {Opaque{"lab", item}, Text{"t"}}, {}, {}}};

  EXPECT_EQ(messages_of(request)[0], (json::value{{"role", "assistant"}, {"content", "t"}}));
}

TEST(ToolNames, FitTheApiAndComeBack) {  // [LLM-26]
  std::string lengthy(80, 'x');
  ToolNames names(tools({"fs.read", "fs_read", "fs/read", lengthy + "1", lengthy + "2", "größe"}));

  EXPECT_EQ(names.to_wire("fs_read"), "fs_read");
  EXPECT_EQ(names.to_wire("fs.read"), "fs_read_2");
  EXPECT_EQ(names.to_wire("fs/read"), "fs_read_3");
  for (const auto& name :
       std::vector<std::string>{"fs.read", "fs_read", "fs/read", lengthy + "1", lengthy + "2", "größe"}) {
    auto wire = names.to_wire(name);
    EXPECT_LE(wire.size(), 64U);
    EXPECT_THAT(wire, Each(::testing::AnyOf(::testing::Truly([](char c) { return std::isalnum(c) != 0; }), '_', '-')));
    EXPECT_EQ(names.from_wire(wire), name);
  }
  EXPECT_EQ(names.to_wire("gone.tool"), "gone_tool");
  EXPECT_EQ(names.from_wire("never_heard"), "never_heard");
}

TEST(ChatRequest, LeavesOutAnAnswerThatSaysNothing) {  // [LLM-26]
  Request request;
  Message thought;
  thought.role = Role::assistant;
  thought.parts = {Opaque{"lab", json::object{{"reasoning_content", "hm"}}}};
  request.messages = {user_message("go"), thought, assistant_message(" \n"), assistant_message(""), user_message("on")};

  auto messages = messages_of(request);

  ASSERT_EQ(messages.size(), 2U) << "servers refuse a turn without content";
  EXPECT_EQ(messages.at(1).at("content"), "on");
}

TEST(ChatRequest, SendsSchemasOfToolsAsTheyAreTaken) {
  Request request;
  request.tools = ToolSpecs(std::vector<ToolSpec>{{"t", "",
                                                   json::parse(R"({"$ref":"#/$defs/t","$defs":{"t":
      {"anyOf":[{"properties":{"a b":{"const":1},"c":{"$ref":"#/$defs/u"}}}]},"u":{"type":"array"}}})")
                                                       .as_object()}});

  auto parameters = json::parse(body_of(request)).at("tools").at(0).at("function").at("parameters");

  EXPECT_EQ(parameters.at("properties"), json::parse(R"({"a b":{"const":1},"c":{"$ref":"#/$defs/u"}})"));
  EXPECT_EQ(parameters.as_object().contains("$defs"), true);
}

}  // namespace
}  // namespace executus::llm::openai
