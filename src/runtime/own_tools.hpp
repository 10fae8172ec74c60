// The tools that a runtime has itself, which any agent may name.
#pragma once

#include <functional>
#include <string>

#include <executus/async/blocking_pool.hpp>
#include <executus/base/clock.hpp>
#include <executus/base/environment.hpp>
#include <executus/journal/store.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/runtime/runtime.hpp>
#include <executus/tool/registry.hpp>

#include "runtime/declared_tools.hpp"
#include "runtime/stores.hpp"

namespace executus {

// All of it outlives the tools.
struct OwnToolParts {
  const RuntimeOptions& options;
  Stores& stores;
  DeclaredToolBox& declared;
  BlockingPool& pool;
  const Clock& clock;
  const Environment& environment;
  net::HttpClient& http;
  std::function<std::string(const RunId& run)> files_of;  // the folder of a run's files
  std::function<journal::JournalStore&()> journal;        // opens it
};
void add_own_tools(tool::Registry& registry, const OwnToolParts& parts);

}  // namespace executus
