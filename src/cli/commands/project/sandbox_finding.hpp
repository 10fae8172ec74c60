// Whether programs can be run in a sandbox here.
#pragma once

#include "cli/commands/project/finding.hpp"

namespace executus::cli {

// Makes one, with the arguments that tools use. That none can be made is a fact: agents without such tools need none.
[[nodiscard]] Finding check_sandbox();

}  // namespace executus::cli
