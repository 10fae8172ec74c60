#include "llm/google/request.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/wire.hpp>

#include "llm/google/contents.hpp"
#include "llm/google/thinking.hpp"
#include "llm/google/tool_rules.hpp"

namespace executus::llm::google {
namespace {

namespace json = boost::json;

enum class SchemaPlace { none, native, prompt };

bool forces_a_tool(const Request& request) {
  auto kind = request.tool_choice.kind;
  return kind == ToolChoice::Kind::required || kind == ToolChoice::Kind::named;
}

SchemaPlace schema_place(const Request& request, const Traits& traits) {
  if (!request.schema) return SchemaPlace::none;
  if (request.tools.empty()) return SchemaPlace::native;
  bool taken = traits.schemas == Traits::Schemas::always && !forces_a_tool(request);
  return taken ? SchemaPlace::native : SchemaPlace::prompt;
}

std::string instructions(const Request& request, SchemaPlace schema) {
  auto text = system_text(request);
  if (schema != SchemaPlace::prompt) return text;
  return text + (text.empty() ? "" : "\n\n") +
         "Your answer, once no more tool calls are needed, is one JSON value that fits this JSON Schema, and nothing "
         "else:\n" +
         write_json(request.schema->schema);
}

json::object tool_json(const ToolSpec& tool, const ToolNames& names) {
  return {{"name", names.to_wire(tool.name)},
          {"description", text_json(tool.description)},
          {"parametersJsonSchema", lowered(tool.parameters, kToolRules)}};
}

json::array tools_json(const ToolSpecs& tools, const ToolNames& names) {
  json::array declarations;
  for (const auto& tool : tools) declarations.push_back(tool_json(tool, names));
  return json::array{json::object{{"functionDeclarations", std::move(declarations)}}};
}

json::object tool_config(const ToolChoice& choice, const ToolNames& names) {
  json::object calling{{"mode", choice.kind == ToolChoice::Kind::none ? "NONE" : "ANY"}};
  if (choice.kind == ToolChoice::Kind::named) calling["allowedFunctionNames"] = json::array{names.to_wire(choice.name)};
  return {{"functionCallingConfig", std::move(calling)}};
}

void add_tools(json::object& body, const Request& request, const ToolNames& names) {
  if (request.tools.empty()) return;
  body["tools"] = tools_json(request.tools, names);
  if (request.tool_choice.kind != ToolChoice::Kind::automatic)
    body["toolConfig"] = tool_config(request.tool_choice, names);
}

json::object generation_config(const Request& request, const Traits& traits, SchemaPlace schema) {
  json::object config;
  if (request.max_output_tokens) config["maxOutputTokens"] = *request.max_output_tokens;
  if (request.temperature && traits.temperature == Traits::Temperature::taken)
    config["temperature"] = *request.temperature;
  if (auto thinking = thinking_config(request.effort, traits); !thinking.empty())
    config["thinkingConfig"] = std::move(thinking);
  if (schema == SchemaPlace::native) {
    config["responseMimeType"] = "application/json";
    config["responseJsonSchema"] = request.schema->schema;
  }
  return config;
}

}  // namespace

std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect) {
  auto schema = schema_place(request, dialect.traits);
  json::object body;
  if (auto system = instructions(request, schema); !system.empty())
    body["systemInstruction"] = json::object{{"parts", json::array{text_part(system)}}};
  add_tools(body, request, names);
  body["contents"] = contents_of(request.messages, names, {dialect.provider, dialect.traits});
  if (auto config = generation_config(request, dialect.traits, schema); !config.empty())
    body["generationConfig"] = std::move(config);
  return write_json(body);
}

}  // namespace executus::llm::google
