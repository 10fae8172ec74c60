// Where the program of a tool runs: in a sandbox, or as any program of this user.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/program/programs.hpp"
#include "tools/sandbox/sandbox.hpp"

namespace executus::tools {

struct ProgramPlace {
  Programs& programs;
  Sandbox* sandbox = nullptr;  // null: in none
  SandboxPolicy policy = {};

  // Adds why nothing can be run there now.
  void add_missing_to(std::vector<std::string>& missing) const {
    if (auto why = sandbox ? sandbox->problem() : std::nullopt) missing.push_back(std::move(*why));
  }

  // No coroutine: it hands on the task.
  [[nodiscard]] Task<ProgramEnd> run(const std::string& root, ProgramSpec spec,
                                     std::shared_ptr<StartPermit> permit) const {
    if (sandbox) return sandbox->run(policy, root, std::move(spec), std::move(permit));
    return programs.run(std::move(spec), std::move(permit));
  }
};

}  // namespace executus::tools
