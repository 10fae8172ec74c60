#include "run/step/mapping.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/template_text.hpp"
#include "base/text.hpp"
#include "run/definition/sub_agents.hpp"

namespace executus::run {
namespace {

namespace json = boost::json;

constexpr int kMostFailuresShown = 3;
constexpr std::size_t kLongestFailure = 300;

Error map_error(std::string code, const Phase& phase, const std::string& why) {
  return failed(std::move(code), "phase '" + phase.name + "' cannot map over " + phase.map.over + ": " + why);
}

Result<json::array> items_of(const Phase& phase, const Answers& answers) {
  auto list = answers.at(only_template_name(phase.map.over).value_or(""));
  if (!list) return map_error("map.no_list", phase, "nothing has that name here");
  if (!list->is_array())
    return map_error("map.no_list", phase,
                     "it is no list; have the phase before it answer with one ('output'), got " +
                         std::string(clip(write_json(*list), 80)));
  if (list->get_array().size() > kMostItems)
    return map_error("map.too_many", phase,
                     "it has " + std::to_string(list->get_array().size()) + " items, and " +
                         std::to_string(kMostItems) + " are the most; have fewer, larger ones made");
  return std::move(list->get_array());
}

std::string id_of(const Phase& phase, std::uint32_t ordinal, std::size_t index) {
  return phase.name + "." + std::to_string(ordinal) + "." + std::to_string(index);
}

}  // namespace

Result<std::vector<llm::ToolCall>> calls_of_map(const Phase& phase, Answers answers, std::uint32_t ordinal,
                                                std::size_t most_bytes) {
  auto items = items_of(phase, answers);
  if (!items.ok()) return items.error();
  std::vector<llm::ToolCall> calls;
  std::size_t bytes = 0;
  for (auto& item : *items) {
    auto index = calls.size() + 1;
    answers.set("item", std::move(item));
    answers.set("index", json::value(static_cast<std::int64_t>(index)));
    auto prompt = answers.fill(phase.map.prompt);
    if (!prompt.ok())
      return map_error("map.prompt", phase, "item " + std::to_string(index) + ": " + prompt.error().message());
    bytes += prompt->size();
    if (bytes > most_bytes)
      return map_error("map.too_many", phase,
                       "the prompts of its items have more than " + std::to_string(most_bytes) +
                           " bytes together; name less in 'prompt'");
    auto arguments = write_json(json::object{{"prompt", std::move(*prompt)}});
    calls.push_back({id_of(phase, ordinal, index), tool_name_of(phase.map), std::move(arguments)});
  }
  return calls;
}

namespace {

json::value value_of(const llm::ToolResult& result, ResultIs results) {
  if (result.is_error) return nullptr;
  if (results == ResultIs::text) return json::value(result.text);
  auto value = parse_json(result.text);
  return value.ok() ? std::move(*value) : json::value(result.text);
}

void add_failure(MapOutput& map, std::size_t index, const std::string& why) {
  if (++map.failures > kMostFailuresShown) return;
  map.failed += (map.failed.empty() ? "item " : "; item ") + std::to_string(index + 1) + ": " +
                std::string(clip(why, kLongestFailure));
}

// What people said to the run since stands behind them.
const llm::Message* last_results(const llm::Conversation& conversation) {
  const auto& transcript = conversation.transcript();
  for (std::size_t i = transcript.size(); i-- > conversation.began_with();)
    if (transcript[i].role == llm::Role::tool) return &transcript[i];
  return nullptr;
}

}  // namespace

MapOutput output_of_map(const llm::Conversation& conversation, ResultIs results) {
  json::array list;
  MapOutput map;
  if (const auto* last = last_results(conversation))
    for (const auto& result : last->tool_results) {
      if (result.is_error) add_failure(map, list.size(), result.text);
      list.push_back(value_of(result, results));
    }
  if (map.failures > 0)
    map.failed = std::to_string(map.failures) + " of " + std::to_string(list.size()) + " items failed: " + map.failed +
                 (map.failures > kMostFailuresShown ? "; and more" : "");
  map.output = write_json(list);
  return map;
}

}  // namespace executus::run
