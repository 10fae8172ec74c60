#include "runtime/own_tools.hpp"

#include <memory>
#include <utility>
#include <vector>

#include <executus/storage/tools.hpp>

#include "tools/builtin.hpp"
#include "tools/web/http_request.hpp"
#include "tools/web/search_engines.hpp"
#include "tools/web/web_fetch.hpp"
#include "tools/web/web_search.hpp"

namespace executus {
namespace {

void add_all(tool::Registry& registry, std::vector<std::shared_ptr<tool::Tool>> tools) {
  for (auto& tool : tools) registry.add(std::move(tool));
}

void add_web_tools(tool::Registry& registry, const OwnToolParts& parts) {
  const auto& web = parts.options.web;
  registry.add(tools::web_fetch_tool({parts.http, parts.environment, parts.pool, &parts.declared.sandbox()}, web));
  registry.add(tools::web_search_tool(tools::search_engine_of(web, parts.http, parts.environment)));
  registry.add(tools::http_request_tool(parts.http, parts.environment, web));
}

void add_storage_tools(tool::Registry& registry, const OwnToolParts& parts) {
  const auto& options = parts.options;
  auto& stores = parts.stores;
  storage::KvToolParts values{[&stores]() -> storage::KvStore& { return stores.values(); }, options.quotas};
  add_all(registry, storage::kv_tools(values));
  registry.add(storage::cite_tool(std::move(values)));
  add_all(registry, storage::file_tools({[&stores]() -> storage::FileStore& { return stores.files(); }, parts.journal,
                                         options.quotas, options.file_searcher, options.file_minter}));
}

}  // namespace

void add_own_tools(tool::Registry& registry, const OwnToolParts& parts) {
  add_all(registry, tools::builtin_tools(parts.pool, parts.clock, parts.files_of, parts.stores.path(),
                                         parts.options.current_time));
  add_all(registry, parts.declared.shell_tools());
  add_web_tools(registry, parts);
  if (parts.options.store)
    registry.add(storage::cite_tool({}));
  else
    add_storage_tools(registry, parts);
}

}  // namespace executus
