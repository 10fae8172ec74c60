// Models that are asked beside a run's own calls, such as its critic's.
#pragma once

#include <memory>

#include <executus/llm/resolver.hpp>

#include "run/step/stage_model.hpp"

namespace executus::run {

// What its calls use that give no answer counts as the run's, and the run's budget holds them. `stage` outlives it.
[[nodiscard]] std::shared_ptr<llm::Model> model_beside(llm::ResolvedModel resolved, StageModel& stage);

}  // namespace executus::run
