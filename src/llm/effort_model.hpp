// A model whose requests ask for a reasoning effort, unless they say one themselves.
#pragma once

#include <memory>
#include <string>

#include <executus/llm/model.hpp>

namespace executus::llm {

[[nodiscard]] std::shared_ptr<Model> with_effort(std::shared_ptr<Model> model, std::string effort);

}  // namespace executus::llm
