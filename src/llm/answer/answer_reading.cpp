#include "llm/answer/answer_reading.hpp"

#include <algorithm>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

constexpr std::string_view kFence = "```";

// Where a line that begins with a fence starts, from `from` on; npos: nowhere.
std::size_t find_fence(std::string_view text, std::size_t from) {
  for (auto at = text.find(kFence, from); at != text.npos; at = text.find(kFence, at + 1)) {
    auto line = text.substr(0, at);
    line.remove_prefix(line.rfind('\n') + 1);  // npos + 1 is 0
    if (trim(line).empty()) return at;
  }
  return text.npos;
}

struct Block {
  std::string_view inside;     // the text itself where there is no fence
  std::string_view rest = {};  // what follows the block
};

Block first_block(std::string_view text) {
  text = trim(text);
  if (text.starts_with('{') || text.starts_with('[')) return {text};
  auto fence = find_fence(text, 0);
  if (fence == text.npos) return {text};
  auto begin = text.find_first_of("\n{[", fence);  // what stands between is the language
  if (begin == text.npos) return {text};
  auto end = find_fence(text, begin);  // not within the value: JSON's strings have no line breaks
  if (end == text.npos) end = text.rfind(kFence);
  if (end < begin) end = text.size();
  return {trim(text.substr(begin, end - begin)), text.substr(std::min(end + kFence.size(), text.size()))};
}

// Whether a block of `text` holds another value that fits.
bool has_other_value(std::string_view text, const boost::json::object& schema, const boost::json::value& value) {
  for (auto fence = find_fence(text, 0); fence != text.npos; fence = find_fence(text, 0)) {
    auto block = first_block(text.substr(fence));
    auto other = parse_json(block.inside);
    if (other && *other != value && validate(schema, *other).empty()) return true;
    text = block.rest;
  }
  return false;
}

std::string without_text(const Message& answer) {
  return answer.tool_calls.empty() ? "the answer is empty"
                                   : "the answer has no text, it calls the tool '" + answer.tool_calls.front().name +
                                         "' instead; no tool can be called here";
}

}  // namespace

std::string_view unfenced(std::string_view text) { return first_block(text).inside; }

AnswerReading read_answer(const Message& answer, const boost::json::object& schema, AnswerCheck check) {
  AnswerReading reading;
  auto text = answer.text();
  if (trim(text).empty()) {
    reading.findings.push_back(without_text(answer));
    return reading;
  }
  auto block = first_block(text);
  auto value = parse_json(block.inside);
  if (!value) {
    reading.findings.push_back("the answer is not JSON: " + value.error().message());
    return reading;
  }
  reading.findings = validate(schema, *value);
  if (reading.findings.empty() && check) reading.findings = check(*value);
  if (reading.findings.empty() && has_other_value(block.rest, schema, *value))
    reading.findings.push_back("the answer holds more than one value that fits; give the one that counts alone");
  if (reading.findings.empty()) reading.value = std::move(*value);
  return reading;
}

void throw_if_stopped(const Response& response, const std::string& target) {
  if (response.finish == FinishReason::refusal)
    throw ModelError(Failure::permanent, "model.refused",
                     target + " refused to answer; ask for something else, or ask another model");
  if (response.finish != FinishReason::length && response.finish != FinishReason::other) return;
  auto after =
      response.usage.output > 0 ? " after " + std::to_string(response.usage.output) + " tokens" : std::string();
  throw ModelError(Failure::permanent, "model.cut",
                   "the answer of " + target + " was cut off" + after +
                       "; raise max_output_tokens (in a spec: MODEL?max_output_tokens=N), or ask for less");
}

ModelError unusable_answer(const std::string& target, std::span<const std::string> findings, int attempts) {
  std::string message = target + " was asked " + std::to_string(attempts) +
                        " times for JSON of a given form, and what it answered last does not fit: ";
  for (std::size_t i = 0; i < findings.size(); ++i) message += (i == 0 ? "" : "; ") + findings[i];
  return {Failure::permanent, "model.answer", message + ". Simplify the schema, or ask another model"};
}

}  // namespace executus::llm
