#include "cli/output/model_listing_json.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace executus::cli {
namespace {

namespace json = boost::json;

json::value listed(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object health_json(const llm::TargetHealth& health) {
  json::value left = nullptr;
  if (health.suspended_for && *health.suspended_for != Milliseconds::max()) left = health.suspended_for->count();
  return {{"target", health.target},
          {"suspended", health.suspended_for.has_value()},
          {"suspended_for_ms", std::move(left)},
          {"by_hand", health.by_hand},
          {"failures", health.failures},
          {"reason", listed(health.reason)}};
}

json::object limits_json(const llm::LimitTable& table) {
  json::object limits;
  auto limited = [](std::int64_t value) { return value > 0 ? json::value(value) : json::value(nullptr); };
  for (const auto& [key, limit] : table)
    limits[key] = json::object{{"requests_per_minute", limited(limit.requests_per_minute)},
                               {"tokens_per_minute", limited(limit.tokens_per_minute)},
                               {"concurrent", limited(static_cast<std::int64_t>(limit.concurrent))}};
  return limits;
}

void add_told(json::object& provider, const llm::ToldModels* told) {
  bool known = told && told->problem.empty();
  provider["models"] = known ? json::value(told->models) : json::value(nullptr);
  provider["context_windows"] = known ? json::value(told->windows) : json::value(nullptr);
  provider["models_problem"] = told ? listed(told->problem) : json::value(nullptr);
}

json::object provider_json(const llm::ProviderInfo& each, const ToldModels& told) {
  json::object provider{{"name", each.name},
                        {"scheme", listed(each.scheme)},
                        {"base_url", listed(each.base_url)},
                        {"source", listed(each.source)},
                        {"credentials", llm::to_string(each.credentials)},
                        {"problem", listed(each.problem)}};
  if (told) add_told(provider, told_by(told, each.name));
  return provider;
}

}  // namespace

const llm::ToldModels* told_by(const ToldModels& told, const std::string& provider) {
  if (!told) return nullptr;
  auto found = std::ranges::find(*told, provider, &llm::ToldModels::provider);
  return found == told->end() ? nullptr : &*found;
}

json::object to_json(const llm::ModelListing& listing, const ToldModels& told) {
  json::array providers, tiers, health;
  json::object aliases;
  for (const auto& each : listing.providers) providers.push_back(provider_json(each, told));
  for (const auto& each : listing.tiers) {
    int tokens = each.context_tokens;
    tiers.push_back(json::object{{"name", each.name},
                                 {"spec", listed(each.spec)},
                                 {"source", listed(each.source)},
                                 {"problem", listed(each.problem)},
                                 {"context_tokens", tokens > 0 ? json::value(tokens) : json::value(nullptr)}});
  }
  for (const auto& [name, spec] : listing.aliases) aliases[name] = spec;
  for (const auto& each : listing.health) health.push_back(health_json(each));
  return {{"providers", std::move(providers)},
          {"tiers", std::move(tiers)},
          {"aliases", std::move(aliases)},
          {"health", std::move(health)},
          {"limits", limits_json(listing.limits)}};
}

}  // namespace executus::cli
