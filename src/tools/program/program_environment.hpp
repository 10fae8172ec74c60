// The environment of a program that a configuration names: what programs need to run, and what was declared.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>

namespace executus::tools {

// PATH, HOME, LANG, LC_ALL, TMPDIR and TZ of `environment`, and in their place what `declared` says, with its ${VAR}
// filled in; `own` last. "NAME=value" each. Throws Error config.variable for a ${VAR} that is not set.
[[nodiscard]] std::vector<std::string> program_environment(const Environment& environment,
                                                           const std::map<std::string, std::string>& declared,
                                                           const std::map<std::string, std::string>& own);

}  // namespace executus::tools
