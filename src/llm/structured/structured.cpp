#include <executus/base/json_schema.hpp>
#include <executus/llm/structured.hpp>

#include "llm/answer/answer_reading.hpp"
#include "llm/structured/answer_schema.hpp"

namespace executus::llm {
namespace {

constexpr int kMostAttempts = 2;

void ask_for(const AnswerSchema& wanted, Capabilities::Schemas schemas, Request& request) {
  if (!request.tools.empty()) request.tool_choice = {ToolChoice::Kind::none};
  request.schema = nullptr;
  if (schemas == Capabilities::Schemas::native) {
    request.schema = std::make_shared<const AnswerSchema>(wanted);
  } else {
    if (!request.system.empty()) request.system += "\n\n";
    request.system += schema_instructions(wanted.schema);
  }
}

// The answer as the model gave it, then what is wrong with it. Calls are left out, since they get no results.
void ask_again(Message answer, std::span<const std::string> findings, Request& request) {
  answer.tool_calls.clear();
  if (answer.text().empty()) answer.parts.emplace_back(Text{"(no text)"});  // providers refuse empty messages
  request.messages.push_back(std::move(answer));
  // A chain may have been served by a model that takes no schema: this time it is told.
  const auto* schema = request.schema ? &request.schema->schema : nullptr;
  request.messages.push_back(user_message(repair_message(findings, schema)));
}

}  // namespace

Task<JsonAnswer> generate_json(Model& model, Request request, AnswerSchema schema, AnswerCheck check) {
  if (auto error = check_schema(schema.schema)) throw *error;
  ask_for({schema.name, with_fields_required(schema.schema)}, model.capabilities().schemas, request);
  JsonAnswer answer;
  for (int attempt = 1;; ++attempt) {
    Response response = co_await model.generate(request, nullptr);
    answer.usage += response.usage;
    answer.target = response.target.empty() ? model.target() : response.target;
    throw_if_stopped(response, answer.target);
    auto reading = read_answer(response.message, schema.schema, check);
    if (reading.findings.empty()) {
      answer.value = std::move(reading.value);
      co_return answer;
    }
    if (attempt == kMostAttempts) throw unusable_answer(answer.target, reading.findings, attempt);
    ask_again(std::move(response.message), reading.findings, request);
  }
}

}  // namespace executus::llm
