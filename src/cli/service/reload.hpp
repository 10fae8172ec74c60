// Reads executus.yaml again, for `executus worker`.
#pragma once

#include <memory>
#include <string>

#include <executus/base/log.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/runtime/runtime.hpp>

#include "runtime/project_config.hpp"

namespace executus::cli {

// Tiers, aliases, limits, prices and context windows of the project.
void take_models(const ProjectConfig& project, llm::ResolverOptions& options);

// A resolver with the models of `project`, for the runs of `runtime`, which outlives it. Throws Error config.invalid or
// yaml.malformed for a table that cannot be read.
[[nodiscard]] std::unique_ptr<llm::ModelResolver> make_models(const ProjectConfig& project, Runtime& runtime,
                                                              Logger& logger);

}  // namespace executus::cli
