#include "agent/answer_form.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json_schema.hpp>

#include "base/text.hpp"
#include "llm/answer/answer_reading.hpp"

namespace executus::agent {
namespace {

namespace json = boost::json;

constexpr std::string_view kMember = "answer";
constexpr std::size_t kMostFindings = 10;
constexpr std::size_t kLongestFinding = 300;

template <std::size_t N>
bool is_among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

// OpenAI and Anthropic take for arguments objects alone, without a choice at the root.
bool needs_wrapping(const json::object& schema) {
  constexpr std::array<std::string_view, 9> choosing{"anyOf", "oneOf", "allOf", "not",     "enum",
                                                     "const", "$ref",  "if",    "nullable"};
  const auto* type = schema.if_contains("type");
  return !type || *type != json::value("object") ||
         std::ranges::any_of(schema, [&](const auto& member) { return is_among(member.key(), choosing); });
}

// Schemas under names that the schema's author chose; and values that are data, also where they look like a schema.
constexpr std::array<std::string_view, 5> kNamed{"properties", "patternProperties", "dependentSchemas", "$defs",
                                                 "definitions"};
constexpr std::array<std::string_view, 4> kData{"enum", "const", "default", "examples"};

void move_references(json::value& schema, std::string_view below);

void move_references_in(json::object& schema, std::string_view below) {
  for (auto& [keyword, value] : schema) {
    if (is_among(keyword, kData)) continue;
    auto* reference = keyword == "$ref" ? value.if_string() : nullptr;
    if (reference && (*reference == "#" || reference->starts_with("#/"))) {
      value = "#" + std::string(below) + std::string(*reference).substr(1);
    } else if (is_among(keyword, kNamed) && value.is_object()) {
      for (auto& member : value.get_object()) move_references(member.value(), below);
    } else {
      move_references(value, below);
    }
  }
}

// References from the root lead to the same schemas when the whole has moved down.
void move_references(json::value& schema, std::string_view below) {
  if (auto* object = schema.if_object()) move_references_in(*object, below);
  if (auto* list = schema.if_array())
    for (auto& each : *list) move_references(each, below);
}

json::object wrapped(const json::object& schema) {
  json::value inner(schema);
  move_references(inner, "/properties/" + std::string(kMember));
  return {{"type", "object"},
          {"properties", {{kMember, std::move(inner)}}},
          {"required", json::array{json::value(kMember)}},
          {"additionalProperties", false}};
}

}  // namespace

AnswerForm::AnswerForm(json::object schema)
    : wanted_(std::make_shared<const llm::WantedValue>(
          llm::WantedValue{{"answer", std::move(schema)}, std::string(kSubmitTool)})),
      wrapped_(needs_wrapping(this->schema())),
      parameters_(wrapped_ ? wrapped(this->schema()) : this->schema()) {}

AnswerForm::Reading AnswerForm::of_arguments(const json::object& arguments) const {
  if (!wrapped_) return checked(arguments);
  auto findings = validate(parameters_, arguments);
  if (!findings.empty()) return {std::nullopt, std::move(findings)};
  return checked(arguments.at(kMember));
}

AnswerForm::Reading AnswerForm::of_text(const std::string& text) const {
  auto reading = llm::read_answer(llm::assistant_message(text), schema(), nullptr);
  if (!reading.findings.empty()) return {std::nullopt, std::move(reading.findings)};
  return {std::move(reading.value), {}};
}

AnswerForm::Reading AnswerForm::checked(json::value value) const {
  auto findings = validate(schema(), value);
  if (!findings.empty()) return {std::nullopt, std::move(findings)};
  return {std::move(value), {}};
}

std::string findings_text(const std::vector<std::string>& findings) {
  std::string text;
  for (std::size_t i = 0; i < std::min(findings.size(), kMostFindings); ++i)
    text += "- " + std::string(clip(findings[i], kLongestFinding)) + "\n";
  if (findings.size() > kMostFindings) text += "- and more\n";
  return text;
}

}  // namespace executus::agent
