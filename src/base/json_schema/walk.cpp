#include "base/json_schema/walk.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <executus/base/json.hpp>

#include "base/json_schema/keywords.hpp"
#include "base/json_schema/ref.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr int kDeepest = 256;  // validate() goes no deeper either

using SchemaVisit = std::function<void(const json::value& schema, const std::string& at)>;

void visit_each(const json::value& schemas, const std::string& path, const SchemaVisit& visit) {
  if (const auto* list = schemas.if_array())
    for (std::size_t i = 0; i < list->size(); ++i) visit((*list)[i], pointer_to(path, i));
  if (const auto* named = schemas.if_object())
    for (const auto& member : *named) visit(member.value(), pointer_to(path, member.key()));
}

// The schemas that stand right in the value of a keyword.
void visit_schemas_in(const Keyword& keyword, const json::value& value, const std::string& path,
                      const SchemaVisit& visit) {
  switch (keyword.value) {
    case KeywordValue::schema:
      return visit(value, path);
    case KeywordValue::schema_or_list:
      return value.is_array() ? visit_each(value, path, visit) : visit(value, path);
    case KeywordValue::schemas:
    case KeywordValue::named_schemas:
    case KeywordValue::pattern_schemas:
    case KeywordValue::names_or_schemas:
      return visit_each(value, path, visit);
    default:
      return;
  }
}

// Whether what is under the keyword is asked about the same value.
bool stays_at_the_value(std::string_view keyword) {
  static constexpr std::array<std::string_view, 9> staying{
      "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"};
  return std::ranges::find(staying, keyword) != staying.end();
}

class CircleSearch {
 public:
  explicit CircleSearch(const json::value& root) : root_(root) {}

  // Follows all ways from `schema` on that stay at the value.
  void enter(const json::value& schema, const std::string& at) {
    const auto* keywords = schema.if_object();
    if (!keywords || found_) return;
    auto [state, is_new] = states_.emplace(&schema, State::open);
    if ((!is_new && state->second == State::open) || depth_ > kDeepest) found_ = at;
    if (!is_new) return;
    ++depth_;
    for (const auto& member : *keywords) follow(member.key(), member.value(), pointer_to(at, member.key()));
    --depth_;
    states_[&schema] = State::done;
  }

  [[nodiscard]] const std::optional<std::string>& found() const { return found_; }

 private:
  enum class State { open, done };

  void follow(std::string_view name, const json::value& value, const std::string& at) {
    if (name == "$ref" && value.is_string())
      if (const auto* target = resolve_ref(root_, value.get_string())) enter(*target, at);
    const auto* keyword = stays_at_the_value(name) ? keyword_of(name) : nullptr;
    if (keyword)
      visit_schemas_in(*keyword, value, at,
                       [this](const json::value& inner, const std::string& where) { enter(inner, where); });
  }

  const json::value& root_;
  std::map<const json::value*, State> states_;
  int depth_ = 0;
  std::optional<std::string> found_;
};

}  // namespace

void for_each_keyword(const json::value& schema, const std::string& path, const KeywordVisit& visit) {
  const auto* keywords = schema.if_object();
  if (!keywords) return;
  for (const auto& member : *keywords) {
    std::string at = pointer_to(path, member.key());
    visit(member.key(), member.value(), at);
    if (const auto* keyword = keyword_of(member.key()))
      visit_schemas_in(*keyword, member.value(), at, [&](const json::value& inner, const std::string& where) {
        for_each_keyword(inner, where, visit);
      });
  }
}

// Every schema is a place to begin: circles lie in parts that only some values lead to, too.
std::optional<std::string> endless_schema(const json::value& root) {
  CircleSearch search(root);
  search.enter(root, "");
  for_each_keyword(root, "", [&](std::string_view name, const json::value& value, const std::string& at) {
    if (const auto* keyword = keyword_of(name))
      visit_schemas_in(*keyword, value, at,
                       [&](const json::value& inner, const std::string& where) { search.enter(inner, where); });
  });
  return search.found();
}

}  // namespace executus
