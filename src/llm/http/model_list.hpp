// The model lists of servers, as far as they tell how much their models take.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <executus/async/task.hpp>
#include <executus/base/clock.hpp>
#include <executus/net/client/http_client.hpp>

#include "llm/endpoint/list_dialect.hpp"
#include "llm/endpoint/vendor.hpp"

namespace executus::llm {

inline constexpr Milliseconds kListTimeLimit = std::chrono::seconds(15);
inline constexpr std::size_t kListSizeLimit = std::size_t{1} << 20;

using ListedWindows = std::map<std::string, int>;  // tokens by model id, of Ollama without ":latest"; only models of
                                                   // which something is told

// Pure.
[[nodiscard]] net::HttpRequest list_request(ListDialect dialect, const Endpoint& endpoint);

struct ModelList {
  std::size_t models = 0;  // of Ollama: that are loaded
  ListedWindows windows;
};

// Pure. Error: ModelError model.malformed when `body` is no such list.
[[nodiscard]] ModelList listed_models(ListDialect dialect, std::string_view body, const std::string& provider);

// One exchange, no retries. Error: ModelError; model.list when the list is too long. `http` outlives the task.
[[nodiscard]] Task<ModelList> fetch_models(ListDialect dialect, Endpoint endpoint, net::HttpClient& http);

}  // namespace executus::llm
