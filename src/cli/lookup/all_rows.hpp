// Every run that fits a filter, page by page, so that neither a list nor a count is cut.
#pragma once

#include <functional>

#include "cli/context/command_context.hpp"

namespace executus::cli {

// Calls `take` with each, newest first. The limit of `filter` is not used.
void for_each_row(CommandContext& context, journal::RunFilter filter,
                  const std::function<void(journal::RunRow&)>& take);

}  // namespace executus::cli
