#include "llm/google/request.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm::google {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Request small_request() {
  Request request;
  request.system = "Be brief.";
  request.messages.push_back(user_message("Hi"));
  return request;
}

Request request_with_tools() {
  auto request = small_request();
  request.tools = ToolSpecs(std::vector<ToolSpec>{
      {"files.read", "Reads a file", {{"type", "object"}, {"additionalProperties", false}}}, {"now", "", {}}});
  return request;
}

std::shared_ptr<const AnswerSchema> schema() {
  return std::make_shared<const AnswerSchema>(AnswerSchema{"answer", {{"type", "object"}}});
}

std::string bytes_of(const Request& request, std::string_view model = "gemini-3.8-flash") {
  return request_body(request, ToolNames(request.tools), {"lab", traits_of(model)});
}

json::value body_of(const Request& request, std::string_view model = "gemini-3.8-flash") {
  return json::parse(bytes_of(request, model));
}

TEST(GoogleRequest, IsTheSystemPromptAndTheContents) {  // [LLM-03]
  EXPECT_EQ(bytes_of(small_request()), R"({"systemInstruction":{"parts":[{"text":"Be brief."}]},)"
                                       R"("contents":[{"role":"user","parts":[{"text":"Hi"}]}]})");
}

TEST(GoogleRequest, WithEqualFieldsHasEqualBytes) {  // [LLM-25]
  auto all = request_with_tools();
  all.schema = schema();
  all.effort = "high";

  EXPECT_EQ(bytes_of(all), bytes_of(all));
}

TEST(GoogleRequest, FoldsSystemMessagesOfTheHistory) {  // [LLM-03]
  auto request = small_request();
  Message note;
  note.role = Role::system;
  note.parts.emplace_back(Text{"Hurry."});
  request.messages.push_back(note);

  auto body = body_of(request);
  EXPECT_EQ(body.at("systemInstruction").at("parts").at(0).at("text"), "Be brief.\n\nHurry.");
  EXPECT_EQ(body.at("contents").as_array().size(), 1U);
}

TEST(GoogleRequest, DeclaresToolsByJsonSchema) {  // [LLM-26]
  EXPECT_EQ(body_of(request_with_tools()).at("tools"), json::parse(R"([{"functionDeclarations":[
              {"name":"files_read","description":"Reads a file",
               "parametersJsonSchema":{"type":"object","additionalProperties":false,"properties":{}}},
              {"name":"now","description":"","parametersJsonSchema":{"type":"object","properties":{}}}]}])"));
}

TEST(GoogleRequest, SaysWhetherToolsMayBeCalled) {  // [LLM-26]
  auto config = [](ToolChoice::Kind kind, std::string name = "") {
    auto request = request_with_tools();
    request.tool_choice = {kind, std::move(name)};
    auto body = body_of(request);
    const auto* found = body.as_object().if_contains("toolConfig");
    return found ? json::serialize(found->at("functionCallingConfig")) : "";
  };
  EXPECT_EQ(config(ToolChoice::Kind::automatic), "");
  EXPECT_EQ(config(ToolChoice::Kind::none), R"({"mode":"NONE"})");
  EXPECT_EQ(config(ToolChoice::Kind::required), R"({"mode":"ANY"})");
  EXPECT_EQ(config(ToolChoice::Kind::named, "files.read"), R"({"mode":"ANY","allowedFunctionNames":["files_read"]})");
}

TEST(GoogleRequest, LeavesAToolChoiceWithoutToolsOut) {
  auto request = small_request();
  request.tool_choice.kind = ToolChoice::Kind::required;

  EXPECT_FALSE(body_of(request).as_object().contains("toolConfig"));
}

TEST(GoogleRequest, ConstrainsTheAnswerByItsSchema) {  // [LLM-27]
  auto request = small_request();
  request.schema = schema();

  EXPECT_EQ(body_of(request).at("generationConfig"),
            json::parse(R"({"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}})"));
}

TEST(GoogleRequest, SaysTheSchemaInThePromptWhereTheApiRefusesIt) {  // [LLM-27]
  auto place = [](const Request& request, const char* model) {
    auto body = body_of(request, model);
    bool native = body.as_object().contains("generationConfig");
    auto system = std::string(body.at("systemInstruction").at("parts").at(0).at("text").as_string());
    EXPECT_EQ(native, system == "Be brief.") << system;
    if (!native) EXPECT_THAT(system, AllOf(StartsWith("Be brief.\n\n"), HasSubstr(R"({"type":"object"})")));
    return native ? "native" : "prompt";
  };
  auto request = request_with_tools();
  request.schema = schema();

  EXPECT_STREQ(place(request, "gemini-3.8-flash"), "native");
  EXPECT_STREQ(place(request, "gemini-2.5-pro"), "prompt");
  request.tool_choice.kind = ToolChoice::Kind::required;
  EXPECT_STREQ(place(request, "gemini-3.8-flash"), "prompt");
}

TEST(GoogleRequest, LimitsAndHeatsWhatTheModelLetsIt) {
  auto request = small_request();
  request.max_output_tokens = 100;
  request.temperature = 0.5;
  request.effort = "low";

  EXPECT_EQ(body_of(request, "gemini-3.1-pro-preview").at("generationConfig"),
            json::parse(R"({"maxOutputTokens":100,"temperature":0.5,"thinkingConfig":{"thinkingLevel":"LOW"}})"));
  EXPECT_EQ(body_of(request, "gemini-3.8-flash").at("generationConfig"),
            json::parse(R"({"maxOutputTokens":100,"thinkingConfig":{"thinkingLevel":"LOW"}})"));
}

TEST(GoogleRequest, SendsHistoryUnderWireNames) {  // [LLM-26]
  auto request = request_with_tools();
  request.messages.push_back(assistant_message("", {{"a", "files.read", "{}"}}));
  Message results;
  results.role = Role::tool;
  results.tool_results = {{"a", "files.read", "text", {}, false}};
  request.messages.push_back(results);

  auto contents = body_of(request).at("contents");
  EXPECT_EQ(contents.at(1).at("parts").at(0).at("functionCall").at("name"), "files_read");
  EXPECT_EQ(contents.at(2).at("parts").at(0).at("functionResponse").at("name"), "files_read");
  EXPECT_EQ(contents.at(2).at("role"), "user");
}

TEST(GoogleRequest, SendsSchemasOfToolsAsTheyAreTaken) {
  Request request;
  request.tools = ToolSpecs(std::vector<ToolSpec>{{"t", "",
                                                   json::parse(R"({"$ref":"#/$defs/t","$defs":{"t":
      {"anyOf":[{"properties":{"a b":{"const":1},"c":{"$ref":"#/$defs/u"}}}]},"u":{"type":"array"}}})")
                                                       .as_object()}});

  auto parameters = body_of(request).at("tools").at(0).at("functionDeclarations").at(0).at("parametersJsonSchema");

  EXPECT_EQ(parameters.at("properties"), json::parse(R"({"a b":{"enum":[1]},"c":{"type":"array","items":{}}})"));
  EXPECT_EQ(parameters.as_object().contains("$defs"), false);
}

}  // namespace
}  // namespace executus::llm::google
