// Whether something is done, or only said.
#pragma once

namespace executus {

enum class DryRun { no, yes };

}  // namespace executus
