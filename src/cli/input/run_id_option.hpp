// --run-id ID.
#pragma once

#include <string>

#include <executus/base/error.hpp>
#include <executus/base/ids.hpp>

#include "cli/output/terminal.hpp"

namespace executus::cli {

// Throws Error cli.usage.
[[nodiscard]] inline RunId run_id_option(const std::string& given) {
  if (auto id = RunId::parse(given)) return *id;
  throw failed("cli.usage",
               "--run-id '" + printable_line(given) + "': a run id is 1 to 64 letters, digits, '.', '_' and '-'");
}

}  // namespace executus::cli
