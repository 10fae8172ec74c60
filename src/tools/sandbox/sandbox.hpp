// Runs programs in a sandbox of bubblewrap, below the guard process as every program; what a sandbox shows is in
// bwrap_arguments.hpp. Where none can be made nothing is run.
//
// Threads: any.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>

#include "tools/program/programs.hpp"
#include "tools/sandbox/bubblewrap.hpp"
#include "tools/sandbox/bwrap_arguments.hpp"

namespace executus::tools {

class Sandbox final {
 public:
  using FindBubblewrap = std::function<Result<std::string>(const Environment&)>;
  // All outlive it. `own_files`: files of executus, which no program is to see, also not below its root. `obeyed`:
  // folders of files that executus obeys, such as those of agents, which a program may not write below its root.
  Sandbox(Guard& guard, Programs& programs, const Environment& environment,
          std::function<std::vector<std::string>()> own_files = {}, FindBubblewrap bubblewrap = find_bubblewrap,
          std::vector<std::string> obeyed = {})
      : guard_(guard),
        programs_(programs),
        environment_(environment),
        own_files_(std::move(own_files)),
        bubblewrap_(std::move(bubblewrap)),
        obeyed_(std::move(obeyed)) {}

  // Why no sandbox can be made here, with what to do; nothing: one can. It makes one, with the arguments that programs
  // are given, until that went well once. Blocks for some 10 ms.
  [[nodiscard]] std::optional<std::string> problem();

  // `spec` is run in `spec.directory`, which lies below `root`. Throws Error "sandbox.unavailable" where it cannot be
  // made, "sandbox.place" for a root that is the system's.
  [[nodiscard]] Task<ProgramEnd> run(SandboxPolicy policy, std::string root, ProgramSpec spec,
                                     std::shared_ptr<StartPermit> permit);

 private:
  [[nodiscard]] SandboxedPlace place_of(const SandboxPolicy& policy, const std::string& root) const;
  [[nodiscard]] ProgramSpec sandboxed(const SandboxPolicy& policy, const std::string& root, ProgramSpec spec) const;

  Guard& guard_;
  Programs& programs_;
  const Environment& environment_;
  const std::function<std::vector<std::string>()> own_files_;
  const FindBubblewrap bubblewrap_;
  const std::vector<std::string> obeyed_;
  std::mutex mutex_;
  bool works_ = false;
};

}  // namespace executus::tools
