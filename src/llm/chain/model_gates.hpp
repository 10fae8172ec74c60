// Makes the limits of a process effective: one lane and one pace for each key, shared by all models of the key.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <executus/lane/lane.hpp>
#include <executus/llm/limits.hpp>
#include <executus/llm/model.hpp>

#include "llm/chain/pacing.hpp"

namespace executus::llm {

class ModelGates final {
 public:
  // `clock` outlives this, the models it gave and their calls.
  ModelGates(LimitTable limits, const Clock& clock);

  // `model` kept to the limits of its target, then to those of its provider; itself when there are none. Any thread.
  [[nodiscard]] std::shared_ptr<Model> through(std::shared_ptr<Model> model) const;

  // The lane of a key, to look into or to resize. Null: its calls are not bounded.
  [[nodiscard]] std::shared_ptr<lane::Lane> lane(const std::string& key) const;

  [[nodiscard]] const LimitTable& limits() const noexcept { return limits_; }

 private:
  struct Gate {
    std::shared_ptr<lane::Lane> lane;  // null: not bounded
    std::shared_ptr<Pace> pace;        // null: not limited
  };
  [[nodiscard]] static std::shared_ptr<Model> through(std::shared_ptr<Model> model, const Gate& gate);

  LimitTable limits_;
  std::map<std::string, Gate> gates_;  // never changes
};

}  // namespace executus::llm
