// A model that makes its calls in the turns of a lane.
#pragma once

#include <memory>

#include <executus/lane/lane.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

// Each generate() waits for a place in `lane`, in line with the other calls of its user (Request::attribution; a call
// without a user counts for the user ""). One that is cancelled while it waits leaves the line. A lane that is closed
// fails with lane.closed. Shared: a lane has many models.
[[nodiscard]] std::shared_ptr<Model> in_lane(std::shared_ptr<Model> model, std::shared_ptr<lane::Lane> lane);

}  // namespace executus::llm
