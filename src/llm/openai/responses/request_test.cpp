#include "llm/openai/responses/request.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "llm/openai/shared/parts.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

ToolSpecs functions(std::vector<std::string> names) {
  std::vector<ToolSpec> list;
  for (auto& name : names) list.push_back({name, "does " + name, {{"type", "object"}, {"properties", json::object{}}}});
  return list;
}

ResponsesDialect lab_dialect() { return {.provider = "lab", .model = "m"}; }

std::string responses_body_of(const Request& request, AnswerForm form = AnswerForm::whole) {
  return responses_body(request, ToolNames(request.tools), lab_dialect(), form);
}

json::value parsed_body_of(const Request& request) { return json::parse(responses_body_of(request)); }

json::array input_of(std::vector<Message> messages) {
  Request request;
  for (auto& message : messages) request.messages.push_back(std::move(message));
  return parsed_body_of(request).at("input").as_array();
}

Message outputs(std::vector<ToolResult> list) {
  Message message;
  message.role = Role::tool;
  message.tool_results = std::move(list);
  return message;
}

TEST(ResponsesRequest, IsTheseBytes) {  // [LLM-03] [LLM-26]
  Request request;
  request.system = "Be brief.";
  request.messages = {user_message("Why?"), assistant_message("I look.", {{"c1", "grep", R"({"b":1,"a":2})"}}),
                      outputs({{"c1", "grep", "no match", {}, true}}), Message{Role::system, {Text{"Now."}}, {}, {}}};
  request.tools = functions({"grep"});
  request.max_output_tokens = 100;
  request.temperature = 0.5;
  request.effort = "low";

  EXPECT_EQ(responses_body_of(request, AnswerForm::streamed),
            R"({"model":"m","instructions":"Be brief.\n\nNow.","input":[{"role":"user","content":"Why?"},)"
            R"({"role":"assistant","content":"I look."},)"
            R"({"type":"function_call","call_id":"c1","name":"grep","arguments":"{\"b\":1,\"a\":2}"},)"
            R"({"type":"function_call_output","call_id":"c1","output":"error: no match"}],)"
            R"("tools":[{"type":"function","name":"grep","description":"does grep","parameters":)"
            R"({"type":"object","properties":{}},"strict":false}],"max_output_tokens":100,"temperature":0.5,)"
            R"("reasoning":{"effort":"low"},"store":false,"include":["reasoning.encrypted_content"],"stream":true})");
}

TEST(ResponsesRequest, SendsImagesOfPeopleAndOfTools) {  // [LLM-02] [LLM-26]
  Image image{"abc", "image/png"};
  auto input =
      input_of({Message{Role::user, {Text{"See"}, image}, {}, {}}, assistant_message("", {{"c1", "shot", "{}"}}),
                outputs({{"c1", "shot", "done", {image}, false}})});

  EXPECT_EQ(input[0].at("content"), json::parse(R"([{"type":"input_text","text":"See"},
                            {"type":"input_image","image_url":"data:image/png;base64,YWJj"}])"));
  EXPECT_EQ(input[2].at("output"), json::parse(R"([{"type":"input_text","text":"done"},
                            {"type":"input_image","image_url":"data:image/png;base64,YWJj"}])"));
}

TEST(ResponsesRequest, SaysWhetherToolsMayBeCalled) {  // [LLM-26]
  Request request;
  request.tools = functions({"fs.read"});
  auto choice = [&](ToolChoice choice) {
    request.tool_choice = std::move(choice);
    auto body = parsed_body_of(request).as_object();
    const auto* said = body.if_contains("tool_choice");
    return said ? json::serialize(*said) : "";
  };

  EXPECT_EQ(choice({}), "");
  EXPECT_EQ(choice({ToolChoice::Kind::none}), R"("none")");
  EXPECT_EQ(choice({ToolChoice::Kind::required}), R"("required")");
  EXPECT_EQ(choice({ToolChoice::Kind::named, "fs.read"}), R"({"type":"function","name":"fs_read"})");
  request.tools = {};
  EXPECT_EQ(choice({ToolChoice::Kind::required}), "");
}

TEST(ResponsesRequest, SendsTheSchemaOfTheAnswer) {  // [LLM-27]
  auto text = [](std::string_view schema) {
    Request request;
    request.schema = std::make_shared<const AnswerSchema>(AnswerSchema{"verdict", json::parse(schema).as_object()});
    return parsed_body_of(request).at("text");
  };

  EXPECT_EQ(text(R"({"type":"object","properties":{"a":{"type":"null"}},"required":["a"]})"),
            json::parse(R"({"format":{"type":"json_schema","name":"verdict","strict":true,"schema":
                {"type":"object","properties":{"a":{"type":"null"}},"required":["a"],"additionalProperties":false}}})"));
  EXPECT_EQ(
      text(R"({"type":"object"})"),
      json::parse(R"({"format":{"type":"json_schema","name":"verdict","strict":false,"schema":{"type":"object"}}})"));
}

TEST(ResponsesRequest, TurnsTheCacheOffWhereItCan) {  // [LLM-25]
  Request request;
  auto plain = responses_body_of(request);
  auto newest = lab_dialect();
  newest.cache_options = ResponsesDialect::CacheOptions::understood;

  EXPECT_EQ(responses_body(request, {}, newest, AnswerForm::whole), plain);
  request.cache = PromptCache::off;
  EXPECT_EQ(responses_body_of(request), plain);
  EXPECT_EQ(json::parse(responses_body(request, {}, newest, AnswerForm::whole)).at("prompt_cache_options"),
            (json::value{{"mode", "explicit"}}));
}

TEST(ResponsesRequest, AsksNoModelForReasoningThatHasNone) {
  auto plain = lab_dialect();
  plain.reasoning = ResponsesDialect::Reasoning::none;

  EXPECT_FALSE(json::parse(responses_body({}, {}, plain, AnswerForm::whole)).as_object().contains("include"));
}

TEST(ResponsesRequest, WrapsArgumentsThatAreNoObject) {
  auto input = input_of({assistant_message("", {{"c1", "a", ""}, {"c2", "a", "{\"x\":"}})});

  EXPECT_EQ(input[0].at("arguments"), "{}");
  EXPECT_EQ(input[1].at("arguments"), R"({"malformed_arguments":"{\"x\":"})");
}

TEST(ResponsesRequest, ShortensIdsOfCallsAlikeEverywhere) {  // [LLM-26]
  std::string lengthy(90, 'x');
  auto input = input_of({assistant_message("", {{lengthy, "a", "{}"}}), outputs({{lengthy, "a", "done", {}, false}})});

  EXPECT_EQ(input[0].at("call_id").as_string().size(), kLongestResponsesCallId);
  EXPECT_EQ(input[0].at("call_id"), input[1].at("call_id"));
}

TEST(ResponsesRequest, SendsSchemasOfToolsAsTheyAreTaken) {
  Request request;
  request.tools = ToolSpecs(std::vector<ToolSpec>{{"t", "",
                                                   json::parse(R"({"$ref":"#/$defs/t","$defs":{"t":
      {"anyOf":[{"properties":{"a b":{"const":1},"c":{"$ref":"#/$defs/u"}}}]},"u":{"type":"array"}}})")
                                                       .as_object()}});

  auto parameters = parsed_body_of(request).at("tools").at(0).at("parameters");

  EXPECT_EQ(parameters.at("properties"), json::parse(R"({"a b":{"const":1},"c":{"$ref":"#/$defs/u"}})"));
  EXPECT_EQ(parameters.as_object().contains("$defs"), true);
}

}  // namespace
}  // namespace executus::llm::openai
