// The program git, run as programs of tools are: below a guard process, in a session without a terminal.
#pragma once

#include <executus/base/environment.hpp>
#include <executus/skillpack/source.hpp>

#include "tools/program/guard.hpp"

namespace executus {

// It has the variables of `environment`, but for those that would have it work elsewhere or ask a person. Threads: any.
class GitProgram final : public skillpack::Git {
 public:
  GitProgram(const Environment& environment, tools::Guard& guard) : environment_(environment), guard_(guard) {}
  [[nodiscard]] skillpack::GitEnd run(std::vector<std::string> arguments, Milliseconds timeout) override;

 private:
  const Environment& environment_;
  tools::Guard& guard_;
};

}  // namespace executus
