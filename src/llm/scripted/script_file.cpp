#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/scripted.hpp>

#include "base/yaml/fields.hpp"
#include "base/yaml/yaml.hpp"

namespace executus::llm {
namespace {

// A map is the JSON object of the arguments, a text goes as it is (malformed on purpose).
std::string read_arguments(Fields& fields) {
  const auto* arguments = fields.raw("arguments");
  if (!arguments) return "{}";
  if (arguments->is_string()) return std::string(std::string_view(arguments->get_string()));
  if (!arguments->is_object()) fields.error("arguments", "'arguments' must be a map, or a text to send as it is");
  return write_json(*arguments);
}

ScriptedCall read_call(Fields& fields) {
  ScriptedCall call;
  call.tool = fields.required_string("tool");
  call.arguments = read_arguments(fields);
  return call;
}

ScriptedError read_error(Fields& fields) {
  ScriptedError error;
  error.status = static_cast<int>(fields.integer("status", {.min = 400, .max = 599}).value_or(0));
  error.message = fields.string("message").value_or("");
  error.retry_after = fields.duration("retry_after");
  error.times = static_cast<int>(fields.integer("times", {.min = 1, .max = 1'000'000}).value_or(1));
  return error;
}

Usage read_usage(Fields& fields) {
  auto count = [&](std::string_view key) { return fields.integer(key, {.min = 0}).value_or(0); };
  Usage usage;
  usage.input = count("input");
  usage.output = count("output");
  usage.cache_read = count("cache_read");
  usage.cache_write = count("cache_write");
  usage.reasoning = count("reasoning");
  return usage;
}

ScriptedTurn read_turn(Fields& fields) {
  ScriptedTurn turn;
  turn.delay = fields.duration("delay").value_or(Milliseconds(0));
  bool fails = fields.object("error", [&](Fields& error) { turn.error = read_error(error); });
  if (fails) return turn;
  turn.text = fields.string("text").value_or("");
  fields.each_object("calls", [&](Fields& call) { turn.calls.push_back(read_call(call)); });
  fields.object("usage", [&](Fields& usage) { turn.usage = read_usage(usage); });
  turn.finish = fields.choice<FinishReason>("finish", {{"stop", FinishReason::stop},
                                                       {"tool_calls", FinishReason::tool_calls},
                                                       {"length", FinishReason::length},
                                                       {"refusal", FinishReason::refusal}});
  if (turn.text.empty() && turn.calls.empty() && !fields.has("text") && !fields.has("calls")) fields.missing("text");
  return turn;
}

}  // namespace

Result<Script> read_script(std::string_view yaml, std::string file) {
  auto document = parse_yaml(yaml, std::move(file));
  if (!document) return document.error();
  Script script;
  Problems problems;
  read_fields(*document, problems, [&](Fields& fields) {
    if (!fields.each_object("turns", [&](Fields& turn) { script.push_back(read_turn(turn)); })) fields.missing("turns");
  });
  if (problems.has_errors()) return problems.to_error();
  return script;
}

}  // namespace executus::llm
