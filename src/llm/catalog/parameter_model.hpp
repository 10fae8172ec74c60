// A model whose requests have the parameters of its spec, where they say nothing themselves.
#pragma once

#include <memory>

#include <executus/llm/model.hpp>
#include <executus/llm/spec.hpp>

namespace executus::llm {

[[nodiscard]] std::shared_ptr<Model> with_parameters(std::shared_ptr<Model> model, ModelParameters parameters);

}  // namespace executus::llm
