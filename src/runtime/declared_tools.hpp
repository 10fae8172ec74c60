// Tools that are data: what an agent file declares, and what a recovered run rebuilds from its stored definition.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/run/executor.hpp>

#include "tools/command/shell_tools.hpp"
#include "tools/declared.hpp"

namespace executus {

class DeclaredToolBox final : public DeclaredTools {
 public:
  // `others` makes those of kinds that are not built in; null: they are refused.
  // `own_files`: of executus, which no program in a sandbox is to see; `obeyed`: folders that none is to write.
  DeclaredToolBox(net::HttpClient& http, const Environment& environment, tools::Guard& guard, DeclaredTools* others,
                  std::function<std::vector<std::string>()> own_files, std::vector<std::string> obeyed)
      : programs_(guard),
        sandbox_(guard, programs_, environment, std::move(own_files), tools::find_bubblewrap, std::move(obeyed)),
        services_{http, environment, programs_, &sandbox_},
        others_(others) {}
  Result<std::shared_ptr<tool::Tool>> make(const boost::json::object& declaration) override {
    if (others_ && !tools::is_built_in(declaration)) return others_->make(declaration);
    return tools::make_declared_tool(declaration, services_);
  }
  [[nodiscard]] tools::Programs& programs() noexcept { return programs_; }
  [[nodiscard]] tools::Sandbox& sandbox() noexcept { return sandbox_; }
  // The built-in tools that run programs: in a sandbox.
  [[nodiscard]] std::vector<std::shared_ptr<tool::Tool>> shell_tools() {
    return tools::shell_tools({programs_, &sandbox_, {}}, services_.environment);
  }

 private:
  tools::Programs programs_;
  tools::Sandbox sandbox_;
  tools::Services services_;
  DeclaredTools* const others_;
};

}  // namespace executus
