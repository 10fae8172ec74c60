// Where ends of runs are delivered, as an executus.yaml names it below `deliver:`: docs/guides/delivery.md.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>

#include "base/yaml/fields.hpp"
#include "deliver/targets/target_config.hpp"

namespace executus {

using TargetsByName = std::map<std::string, deliver::TargetConfig>;

// Paths are relative to `folder`. What is wrong is reported with its place.
[[nodiscard]] TargetsByName read_targets(Fields& fields, const std::filesystem::path& folder);

// The ${VAR} of a target that stand for nothing here, a sentence each.
[[nodiscard]] std::vector<std::string> missing_variables(const deliver::TargetConfig& target,
                                                         const Environment& environment);

}  // namespace executus
