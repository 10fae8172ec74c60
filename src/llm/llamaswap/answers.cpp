#include "llm/llamaswap/answers.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/percent.hpp"

namespace executus::llm::llamaswap {
namespace {

namespace json = boost::json;

// The objects in the array at `key`.
std::vector<json::object> objects_at(std::string_view key, std::string_view body, const std::string& target) {
  auto parsed = parse_json(body);
  if (!parsed) throw malformed_answer(target, "it is no JSON (" + parsed.error().message() + ")");
  const auto* object = parsed->if_object();
  const auto* list = object ? array_in(*object, key) : nullptr;
  if (!list) throw malformed_answer(target, "it has no list '" + std::string(key) + "'");
  std::vector<json::object> objects;
  for (const auto& each : *list)
    if (const auto* entry = each.if_object()) objects.push_back(*entry);
  return objects;
}

}  // namespace

std::vector<ListedModel> listed_models(std::string_view body, const std::string& target) {
  std::vector<ListedModel> models;
  for (const auto& each : objects_at("data", body, target))
    if (auto id = text_in(each, "id"); !id.empty())
      models.push_back({std::move(id), text_in(each, "name"), text_in(each, "description")});
  return models;
}

std::vector<RunningModel> running_models(std::string_view body, const std::string& target) {
  std::vector<RunningModel> models;
  for (const auto& each : objects_at("running", body, target))
    if (auto id = text_in(each, "model"); !id.empty()) models.push_back({std::move(id), text_in(each, "state")});
  return models;
}

std::string unload_path(std::string_view id) { return "/api/models/unload/" + percent_encoded(id, "-._~/"); }

}  // namespace executus::llm::llamaswap
