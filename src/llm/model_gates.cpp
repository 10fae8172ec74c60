#include "llm/model_gates.hpp"

#include <utility>

#include <executus/llm/lane_model.hpp>

#include "llm/paced_model.hpp"

namespace executus::llm {

std::string limits_key(const LimitTable& limits, std::string_view target) {
  std::string own(target);
  if (limits.count(own) > 0) return own;
  std::string provider(target.substr(0, target.find('/')));
  return limits.count(provider) > 0 ? provider : "";
}

ModelGates::ModelGates(LimitTable limits, const Clock& clock) : limits_(std::move(limits)) {
  for (const auto& [key, limit] : limits_) {
    auto& gate = gates_[key];
    if (limit.concurrent > 0) gate.lane = std::make_shared<lane::Lane>(clock, limit.concurrent);
    if (limit.requests_per_minute > 0 || limit.tokens_per_minute > 0) gate.pace = std::make_shared<Pace>(limit);
  }
}

// The lane outside: who was let go by the pace must not wait any more, or what was spaced out goes in a bunch.
std::shared_ptr<Model> ModelGates::through(std::shared_ptr<Model> model) const {
  auto found = gates_.find(limits_key(limits_, model->target()));
  if (found == gates_.end()) return model;
  const auto& gate = found->second;
  if (gate.pace) model = paced(std::move(model), gate.pace);
  if (gate.lane) model = in_lane(std::move(model), gate.lane);
  return model;
}

std::shared_ptr<lane::Lane> ModelGates::lane(const std::string& key) const {
  auto found = gates_.find(key);
  return found == gates_.end() ? nullptr : found->second.lane;
}

}  // namespace executus::llm
