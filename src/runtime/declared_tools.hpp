// Tools that are data: what an agent file declares, and what a recovered run rebuilds from its stored definition.
#pragma once

#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/run/executor.hpp>

#include "tools/declared.hpp"

namespace executus {

class DeclaredToolBox final : public DeclaredTools {
 public:
  DeclaredToolBox(net::HttpClient& http, const Environment& environment) : services_{http, environment, programs_} {}
  Result<std::shared_ptr<tool::Tool>> make(const boost::json::object& declaration) override {
    return tools::make_declared_tool(declaration, services_);
  }
  [[nodiscard]] tools::Programs& programs() noexcept { return programs_; }

 private:
  tools::Programs programs_;
  tools::Services services_;
};

}  // namespace executus
