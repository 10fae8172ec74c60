#include "llm/chain/model_gates.hpp"

#include <utility>

#include <executus/llm/lane_model.hpp>

#include "llm/chain/paced_model.hpp"

namespace executus::llm {

std::vector<std::string> limits_keys(const LimitTable& limits, std::string_view target) {
  std::vector<std::string> keys;
  auto slash = target.find('/');
  if (limits.contains(std::string(target))) keys.emplace_back(target);
  if (slash == target.npos) return keys;
  std::string provider(target.substr(0, slash));
  if (limits.contains(provider)) keys.push_back(std::move(provider));
  return keys;
}

ModelGates::ModelGates(LimitTable limits, const Clock& clock) : limits_(std::move(limits)) {
  for (const auto& [key, limit] : limits_) {
    auto& gate = gates_[key];
    if (limit.concurrent > 0) gate.lane = std::make_shared<lane::Lane>(clock, limit.concurrent);
    if (limit.requests_per_minute > 0 || limit.tokens_per_minute > 0) gate.pace = std::make_shared<Pace>(limit);
  }
}

// The lane is outside of the pace: a call that the pace let go must not wait again, or spaced calls go in a bunch.
std::shared_ptr<Model> ModelGates::through(std::shared_ptr<Model> model, const Gate& gate) {
  if (gate.pace) model = paced(std::move(model), gate.pace);
  if (gate.lane) model = in_lane(std::move(model), gate.lane);
  return model;
}

// The model's own gate is outside: a call that waits there holds no place of the provider, which other models could
// use. (Calls that a full lane of the provider held up may then follow each other closer than the model's pace.)
std::shared_ptr<Model> ModelGates::through(std::shared_ptr<Model> model) const {
  auto keys = limits_keys(limits_, model->target());
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) model = through(std::move(model), gates_.at(*key));
  return model;
}

std::shared_ptr<lane::Lane> ModelGates::lane(const std::string& key) const {
  auto found = gates_.find(key);
  return found == gates_.end() ? nullptr : found->second.lane;
}

}  // namespace executus::llm
