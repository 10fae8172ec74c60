#include "run/definition/defined_tools.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <boost/json.hpp>

namespace executus::run {
namespace {

namespace json = boost::json;

class DefinedToolAdapter final : public tool::Tool {
 public:
  DefinedToolAdapter(std::shared_ptr<tool::Tool> tool, llm::ToolSpec spec)
      : tool_(std::move(tool)), info_(tool_->info()) {
    info_.spec = std::move(spec);
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call call) override { return tool_->call(std::move(call)); }
  Task<tool::Probe> probe(tool::Call call) override { return tool_->probe(std::move(call)); }
  std::vector<std::string> missing() const override { return tool_->missing(); }

 private:
  std::shared_ptr<tool::Tool> tool_;
  tool::ToolInfo info_;
};

// Without the texts that describe a schema. A member of that name has a schema, not a text.
json::value undescribed(const json::value& schema) {
  if (const auto* list = schema.if_array()) {
    json::array plain;
    for (const auto& each : *list) plain.push_back(undescribed(each));
    return plain;
  }
  const auto* object = schema.if_object();
  if (!object) return schema;
  json::object plain;
  for (const auto& member : *object) {
    bool describes = member.key() == "description" || member.key() == "title" || member.key() == "$comment";
    if (!describes || !member.value().is_string()) plain[member.key()] = undescribed(member.value());
  }
  return plain;
}

json::object* properties_of(json::object& schema) {
  auto* found = schema.if_contains("properties");
  return found ? found->if_object() : nullptr;
}

bool is_required(const json::object& schema, std::string_view name) {
  const auto* required = schema.if_contains("required");
  const auto* names = required ? required->if_array() : nullptr;
  return names && std::ranges::find(*names, json::value(name)) != names->end();
}

void remove_new_options(json::object& now, json::object& then) {
  auto* today = properties_of(now);
  auto* known = properties_of(then);
  if (!today || !known) return;
  std::vector<std::string> added;
  for (const auto& member : *today)
    if (!known->contains(member.key()) && !is_required(now, member.key())) added.emplace_back(member.key());
  for (const auto& name : added) today->erase(name);
}

}  // namespace

bool takes_arguments_of(const json::object& now, const json::object& then) {
  auto today = undescribed(now), stored = undescribed(then);
  remove_new_options(today.get_object(), stored.get_object());
  return today == stored;
}

tool::Toolbox as_defined(const tool::Toolbox& toolbox, const std::vector<DefinedTool>& stored) {
  tool::Toolbox all;
  for (const auto& tool : toolbox.tools()) {
    auto known = std::ranges::find(stored, tool->info().spec.name, [](const auto& each) { return each.spec.name; });
    bool same = known == stored.end() || known->spec == tool->info().spec;
    all.add(same ? tool : std::make_shared<DefinedToolAdapter>(tool, known->spec));
  }
  return all;
}

}  // namespace executus::run
