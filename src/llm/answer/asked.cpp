#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/asked.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

bool takes_text(const ToolSpec& tool) {
  const auto* type = tool.parameters.if_contains("type");
  if (!type) return false;
  if (const auto* list = type->if_array()) return std::ranges::find(*list, json::value("string")) != list->end();
  return *type == "string";
}

// What tools attached to their results, or a person said meanwhile, may stand between them and the answer.
bool follows_results(const Transcript& messages) {
  for (std::size_t i = messages.size(); i > 0; --i) {
    if (messages[i - 1].role == Role::assistant) return false;
    if (messages[i - 1].role == Role::tool) return true;
  }
  return false;
}

// Some servers encode the arguments twice, as a JSON text in a JSON text. Removes one such layer, around an object
// only.
std::string without_second_encoding(std::string arguments) {
  if (!trim(arguments).starts_with('"')) return arguments;
  auto text = parse_json(arguments);
  if (!text || !text->is_string()) return arguments;
  std::string inner(std::string_view(text->get_string()));
  auto object = parse_json(inner);
  return object && object->is_object() ? inner : arguments;
}

}  // namespace

Asked asked(const Endpoint& endpoint, const std::string& model, const Request& request) {
  Asked who{endpoint.name, endpoint.name + "/" + model, endpoint.token, ToolNames(request.tools),
            CallIds(request.messages)};
  who.after_results = follows_results(request.messages);
  for (const auto& tool : request.tools)
    if (takes_text(tool)) who.text_tools.push_back(who.names.to_wire(tool.name));
  return who;
}

std::vector<ToolCall> completed(std::vector<ToolCall> calls, Asked& asked) {
  for (std::size_t i = 0; i < calls.size(); ++i) {
    auto& call = calls[i];
    bool may_be_text = std::ranges::find(asked.text_tools, call.name) != asked.text_tools.end();
    if (!may_be_text) call.arguments = without_second_encoding(std::move(call.arguments));
    auto arguments = trim(call.arguments);
    if (arguments.empty() || arguments == "null") call.arguments = "{}";
    call.id = asked.ids.take(std::move(call.id), i);
    call.name = asked.names.from_wire(call.name);
  }
  return calls;
}

}  // namespace executus::llm
