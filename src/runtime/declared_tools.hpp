// Tools that are data: what an agent file declares, and what a recovered run rebuilds from its stored definition.
#pragma once

#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/run/executor.hpp>

#include "tools/declared.hpp"

namespace executus {

class DeclaredToolBox final : public DeclaredTools {
 public:
  // `others` makes those of kinds that are not built in; null: they are refused.
  DeclaredToolBox(net::HttpClient& http, const Environment& environment, tools::Guard& guard, DeclaredTools* others)
      : programs_(guard), services_{http, environment, programs_}, others_(others) {}
  Result<std::shared_ptr<tool::Tool>> make(const boost::json::object& declaration) override {
    if (others_ && !tools::is_built_in(declaration)) return others_->make(declaration);
    return tools::make_declared_tool(declaration, services_);
  }
  [[nodiscard]] tools::Programs& programs() noexcept { return programs_; }

 private:
  tools::Programs programs_;
  tools::Services services_;
  DeclaredTools* const others_;
};

}  // namespace executus
