#include "llm/ollama/request.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/ollama/stream.hpp"

namespace executus::llm::ollama {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;
using Schemas = Capabilities::Schemas;

Dialect box() { return {.provider = "box", .model = "qwen3"}; }

ToolSpecs tool_list(const std::vector<std::string>& names) {
  std::vector<ToolSpec> list;
  for (const auto& name : names)
    list.push_back({name, "does " + name, {{"type", "object"}, {"properties", json::object{}}}});
  return list;
}

std::string bytes_of(const Request& request, const Dialect& dialect = box(), AnswerForm form = AnswerForm::whole) {
  return request_body(request, ToolNames(request.tools), dialect, form);
}

json::object body_of(const Request& request, const Dialect& dialect = box()) {
  return json::parse(bytes_of(request, dialect)).as_object();
}

json::array messages_of(const Request& request) { return body_of(request).at("messages").as_array(); }

Message tool_message(std::vector<ToolResult> list) {
  Message message;
  message.role = Role::tool;
  message.tool_results = std::move(list);
  return message;
}

TEST(OllamaRequest, IsTheseBytes) {  // [LLM-26]
  Request request;
  request.system = "Be brief.";
  request.messages = {user_message("Why?"), assistant_message("I look.", {{"c1", "fs.grep", R"({"b":1,"a":2})"}}),
                      tool_message({{"c1", "fs.grep", "no match", {}, true}})};
  request.tools = tool_list({"fs.grep"});
  request.max_output_tokens = 100;
  request.temperature = 0.5;
  request.effort = "low";

  EXPECT_EQ(bytes_of(request, box(), AnswerForm::streamed),
            R"({"model":"qwen3","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Why?"},)"
            R"({"role":"assistant","content":"I look.","tool_calls":[{"id":"c1","function":{"name":"fs_grep",)"
            R"("arguments":{"b":1,"a":2}}}]},)"
            R"({"role":"tool","content":"error: no match","tool_name":"fs_grep","tool_call_id":"c1"}],)"
            R"("tools":[{"type":"function","function":{"name":"fs_grep","description":"does fs.grep","parameters":)"
            R"({"type":"object","properties":{}}}}],"think":"low","options":{"num_predict":100,"temperature":0.5},)"
            R"("truncate":false,"shift":false,"stream":true})");
}

TEST(OllamaRequest, OfEqualRequestsIsEqual) {
  auto make = [] {
    Request request;
    request.messages = {user_message("u")};
    request.tools = tool_list({"b.x", "a"});
    return bytes_of(request);
  };
  EXPECT_EQ(make(), make());
}

TEST(OllamaRequest, SaysThatItWantsNoStream) {
  Request request;
  request.messages = {user_message("u")};

  EXPECT_EQ(bytes_of(request), R"({"model":"qwen3","messages":[{"role":"user","content":"u"}],"truncate":false,)"
                               R"("shift":false,"stream":false})");
}

TEST(OllamaRequest, FoldsSystemMessagesOfTheHistory) {  // [LLM-03]
  Request request;
  request.system = "First.";
  request.messages = {user_message("u"), Message{Role::system, {Text{"Second."}}, {}, {}}};

  auto messages = messages_of(request);

  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0], (json::value{{"role", "system"}, {"content", "First.\n\nSecond."}}));
}

TEST(OllamaRequest, SendsImagesAsBareBase64) {  // [LLM-02]
  Request request;
  request.messages = {Message{Role::user, {Text{"See"}, Image{"abc", "image/png"}, Image{"d", "image/jpeg"}}, {}, {}}};

  EXPECT_EQ(messages_of(request)[0], json::parse(R"({"role":"user","content":"See","images":["YWJj","ZA=="]})"));
}

TEST(OllamaRequest, SendsImagesOfResultsAfterAllResults) {  // [LLM-26]
  Request request;
  request.messages = {
      user_message("u"), assistant_message("", {{"c1", "shot", "{}"}, {"c2", "now", "{}"}}),
      tool_message({{"c1", "shot", "done", {{"abc", "image/png"}}, false}, {"c2", "now", "noon", {}, false}})};

  auto messages = messages_of(request);

  ASSERT_EQ(messages.size(), 5U);
  EXPECT_EQ(messages[3].at("tool_name"), "now");
  EXPECT_EQ(messages[4],
            json::parse(R"({"role":"user","content":"Images in the result of shot (c1):","images":["YWJj"]})"));
}

TEST(OllamaRequest, SendsOpaquePartsToTheirProviderOnly) {  // [LLM-01]
  Request request;
  json::value own{{"thinking", "mine"}, {"role", "system"}}, foreign{{"signature", "theirs"}};
  request.messages = {Message{Role::assistant, {Opaque{"box", own}, Opaque{"other", foreign}, Text{"t"}}, {}, {}}};

  EXPECT_EQ(messages_of(request)[0], json::parse(R"({"role":"assistant","content":"t","thinking":"mine"})"));
}

TEST(OllamaRequest, SendsThinkingBackAsItCame) {  // [LLM-01]
  const std::string message = R"({"role":"assistant","content":"t","tool_calls":[{"id":"c1","function":{"name":"f",)"
                              R"("arguments":{"x":1}}}],"thinking":"hm\n\u00e4"})";
  ChatReader reader(Asked{"box", "box/qwen3", "", {}, {}});
  Request request;
  request.messages = {reader.whole("{\"message\":" + message + R"(,"done":true,"done_reason":"stop"})").message};

  EXPECT_EQ(messages_of(request)[0], json::parse(message));
}

TEST(OllamaRequest, WrapsArgumentsThatAreNoObject) {  // [LLM-26]
  Request request;
  request.messages = {assistant_message("", {{"c1", "a", ""}, {"c2", "a", "{\"x\":"}, {"c3", "a", "[1]"}})};

  auto calls = messages_of(request)[0].at("tool_calls");

  EXPECT_EQ(calls.at(0).at("function").at("arguments"), json::object());
  EXPECT_EQ(calls.at(1).at("function").at("arguments"), json::parse(R"({"malformed_arguments":"{\"x\":"})"));
  EXPECT_EQ(calls.at(2).at("function").at("arguments"), json::parse(R"({"malformed_arguments":"[1]"})"));
}

TEST(OllamaRequest, RepairsBytesThatAreNoUtf8) {
  Request request;
  request.messages = {tool_message({{"c1", "cat", "a\xff", {}, false}})};

  EXPECT_EQ(messages_of(request)[0].at("content"), "a\xef\xbf\xbd");
}

TEST(OllamaRequest, OffersTheToolsTheChoiceAllows) {  // [LLM-26]
  Request request;
  request.tools = tool_list({"a", "b"});
  auto offered = [&](ToolChoice choice) {
    request.tool_choice = std::move(choice);
    auto body = body_of(request);
    std::string names;
    if (body.contains("tools"))
      for (const auto& tool : body.at("tools").as_array())
        names += std::string(tool.at("function").at("name").as_string());
    return names;
  };

  EXPECT_EQ(offered({}), "ab");
  EXPECT_EQ(offered({ToolChoice::Kind::none, {}}), "");
  EXPECT_EQ(offered({ToolChoice::Kind::required, {}}), "ab");
  EXPECT_EQ(offered({ToolChoice::Kind::named, "b"}), "b");
}

TEST(OllamaRequest, AsksForThinkingInTheServersWords) {
  auto think = [](std::string effort) {
    Request request;
    request.effort = std::move(effort);
    auto body = body_of(request);
    return body.contains("think") ? json::serialize(body.at("think")) : "absent";
  };

  EXPECT_EQ(think(""), "absent");
  EXPECT_EQ(think("none"), "false");
  EXPECT_EQ(think("true"), "true");
  EXPECT_EQ(think("low"), "\"low\"");
  EXPECT_EQ(think("medium"), "\"medium\"");
  EXPECT_EQ(think("high"), "\"high\"");
  EXPECT_EQ(think("minimal"), "\"low\"");
  EXPECT_EQ(think("xhigh"), "\"high\"");
  EXPECT_EQ(think("max"), "\"max\"");
}

TEST(OllamaRequest, SendsASchemaAsFormatAndInThePrompt) {  // [LLM-27]
  Request request;
  request.system = "s";
  request.schema = std::make_shared<AnswerSchema>(AnswerSchema{"city", {{"type", "object"}}});

  auto body = body_of(request);

  EXPECT_EQ(body.at("format"), json::parse(R"({"type":"object"})"));
  auto system = std::string(body.at("messages").at(0).at("content").as_string());
  EXPECT_THAT(system, ::testing::AllOf(::testing::StartsWith("s\n\n"), HasSubstr(R"({"type":"object"})")));
}

TEST(OllamaRequest, DoesNotConstrainAModelThatMayCallTools) {  // [LLM-27]
  Request request;
  request.schema = std::make_shared<AnswerSchema>(AnswerSchema{"city", {{"type", "object"}}});
  request.tools = tool_list({"a"});

  EXPECT_FALSE(body_of(request).contains("format"));
  EXPECT_THAT(bytes_of(request), HasSubstr("JSON Schema"));

  request.tool_choice.kind = ToolChoice::Kind::none;
  EXPECT_TRUE(body_of(request).contains("format"));
}

TEST(OllamaRequest, ToAServerThatDoesNotConstrainHasTheSchemaInThePromptAlone) {  // [LLM-27]
  Request request;
  request.schema = std::make_shared<AnswerSchema>(AnswerSchema{"city", {{"type", "object"}}});
  auto cloud = box();
  cloud.schemas = Schemas::by_prompt;

  EXPECT_FALSE(body_of(request, cloud).contains("format"));
  EXPECT_THAT(bytes_of(request, cloud), HasSubstr("JSON Schema"));
}

TEST(OllamaRequest, SaysHowMuchContextItWants) {
  auto wide = box();
  wide.context_tokens = 65'536;

  EXPECT_EQ(body_of(Request(), wide).at("options"), json::parse(R"({"num_ctx":65536})"));
}

TEST(OllamaRequest, IsTheSameWithAndWithoutPromptCache) {
  Request marked, unmarked;
  unmarked.cache = PromptCache::off;

  EXPECT_EQ(bytes_of(marked), bytes_of(unmarked));
}

TEST(OllamaRequest, LeavesOutAnAnswerThatSaysNothing) {  // [LLM-26]
  Request request;
  Message thought;
  thought.role = Role::assistant;
  thought.parts = {Opaque{"box", json::object{{"thinking", "hm"}}}};
  request.messages = {user_message("go"), thought, assistant_message(" \n"), assistant_message(""), user_message("on")};

  auto messages = messages_of(request);

  ASSERT_EQ(messages.size(), 2U) << "servers refuse a turn without content";
  EXPECT_EQ(messages.at(1).at("content"), "on");
}

TEST(OllamaRequest, SendsSchemasOfToolsAsTheyAreTaken) {
  Request request;
  request.tools = ToolSpecs(std::vector<ToolSpec>{{"t", "",
                                                   json::parse(R"({"$ref":"#/$defs/t","$defs":{"t":
      {"anyOf":[{"properties":{"a b":{"const":1},"c":{"$ref":"#/$defs/u"}}}]},"u":{"type":"array"}}})")
                                                       .as_object()}});

  auto parameters = body_of(request).at("tools").at(0).at("function").at("parameters");

  EXPECT_EQ(parameters.at("properties"), json::parse(R"({"a b":{"const":1},"c":{"type":"array","items":{}}})"));
  EXPECT_EQ(parameters.as_object().contains("$defs"), false);
}

}  // namespace
}  // namespace executus::llm::ollama
