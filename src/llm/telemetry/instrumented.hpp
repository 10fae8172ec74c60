// A model whose calls are recorded: one usage record for each answer, and one span for each call that is traced. Wrap
// what runs get (a whole chain), not its members: then each answer counts once, for the target that served it.
#pragma once

#include <memory>

#include <executus/base/log.hpp>
#include <executus/base/random.hpp>
#include <executus/llm/model.hpp>
#include <executus/llm/usage.hpp>

#include "llm/tables/prices.hpp"

namespace executus::llm {

// What is set outlives the model and its calls.
struct Instruments {
  UsageSink* usage = nullptr;      // null: not told
  TraceSink* traces = nullptr;     // null: not told
  const Prices* prices = nullptr;  // null: no cost is known
  Logger* logger = nullptr;        // null: what sinks throw is dropped
  Random* random = nullptr;        // names spans; null: system_random()
};

// `model` itself when there is neither sink. Times are the loop's. A call that is not recorded costs no frame.
[[nodiscard]] std::shared_ptr<Model> instrumented(std::shared_ptr<Model> model, Instruments instruments);

}  // namespace executus::llm
