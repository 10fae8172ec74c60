#include "agent/answer_form.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json_schema.hpp>

#include "base/among.hpp"
#include "base/json_schema/keywords.hpp"
#include "base/text.hpp"
#include "llm/answer/answer_reading.hpp"

namespace executus::agent {
namespace {

namespace json = boost::json;

constexpr std::string_view kMember = "answer";
constexpr std::size_t kMostFindings = 10;
constexpr std::size_t kLongestFinding = 300;

// OpenAI and Anthropic take for arguments objects alone, without a choice at the root.
bool needs_wrapping(const json::object& schema) {
  constexpr std::array<std::string_view, 9> choosing{"anyOf", "oneOf", "allOf", "not",     "enum",
                                                     "const", "$ref",  "if",    "nullable"};
  const auto* type = schema.if_contains("type");
  return !type || *type != json::value("object") ||
         std::ranges::any_of(schema, [&](const auto& member) { return is_among(member.key(), choosing); });
}

void move_references(json::value& schema, std::string_view below);

void move_reference(json::value& reference, std::string_view below) {
  const auto* to = reference.if_string();
  if (to && (*to == "#" || to->starts_with("#/"))) reference = "#" + std::string(below) + std::string(*to).substr(1);
}

// In the schemas under a keyword. What is data is left as it is, also where it looks like a schema; below a keyword
// that is not known may be a schema that a reference leads to.
void move_references_under(std::string_view keyword, json::value& value, std::string_view below) {
  using Value = KeywordValue;
  const auto* known = keyword_of(keyword);
  auto kind = known ? known->value : Value::schema;
  if (kind == Value::reference) return move_reference(value, below);
  if (is_among(kind, {Value::schema, Value::schema_or_list, Value::schemas})) return move_references(value, below);
  bool named = is_among(kind, {Value::named_schemas, Value::pattern_schemas, Value::names_or_schemas});
  if (auto* schemas = named ? value.if_object() : nullptr)
    for (auto& member : *schemas) move_references(member.value(), below);
}

// References from the root lead to the same schemas when the whole has moved down.
void move_references(json::value& schema, std::string_view below) {
  if (auto* object = schema.if_object())
    for (auto& [keyword, value] : *object) move_references_under(keyword, value, below);
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
