// Where ends of runs are delivered, as an executus.yaml names it below `deliver:`: docs/guides/delivery.md.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>

#include "base/yaml/fields.hpp"
#include "deliver/targets/target_config.hpp"

namespace executus {

using TargetsByName = std::map<std::string, deliver::TargetConfig>;

// Paths are relative to `folder`. What is wrong is reported with its place.
[[nodiscard]] TargetsByName read_targets(Fields& fields, const std::filesystem::path& folder);

// That target alone: nothing else of the file is judged. Nothing: it is not named.
[[nodiscard]] std::optional<deliver::TargetConfig> read_target(Fields& root, const std::filesystem::path& folder,
                                                               const std::string& name);

// What a target needs and is not here, a sentence each: its ${VAR}, the folder of its file.
[[nodiscard]] std::vector<std::string> missing_for(const deliver::TargetConfig& target, const Environment& environment);

}  // namespace executus
