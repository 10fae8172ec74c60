// Painting for a tool: what a model that paints costs is held and counted by the budget of the tool's run.
#pragma once

#include <memory>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/llm/image_model.hpp>
#include <executus/tool/tool.hpp>

namespace executus {

// Asks `model`, by tool::Call::pay of `call`; outside of a run it just asks. Held for each image are 8,000 tokens, and
// for the prompt a token for four bytes. `request.spent` is told nothing. On the run's strand. Cancellation and errors:
// those of llm::ImageModel, and budget.exceeded, budget.unpriced before it is asked.
[[nodiscard]] Task<std::vector<llm::Image>> paint(const tool::Call& call, std::shared_ptr<llm::ImageModel> model,
                                                  llm::ImageRequest request);

}  // namespace executus
