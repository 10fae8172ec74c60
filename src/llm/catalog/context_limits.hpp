// How many tokens a model takes: what a user's file says, else what the model's server told when it was asked, else the
// shipped table (context_windows.yaml).
//
//   windows: {lab/*: 32768, openai/gpt-x: 400000}
//   like: {work: openai}
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <executus/async/task.hpp>

#include "llm/endpoint/vendor.hpp"
#include "llm/http/model_list.hpp"
#include "llm/tables/model_table.hpp"

namespace executus::net {
class HttpClient;
}

namespace executus::llm {

// Error config.invalid or yaml.malformed.
[[nodiscard]] Result<ModelTable<int>::Layer> read_windows(std::string_view yaml, std::string file);

[[nodiscard]] ModelTable<int>::Layer shipped_windows();

// A server that can be asked.
struct ListingServer {
  ListDialect dialect = ListDialect::openai;
  Endpoint endpoint;
};

// Any thread.
class ContextLimits final {
 public:
  // `own`: a user's file.
  explicit ContextLimits(const ModelTable<int>::Layer& own = {});

  // 0: unknown.
  [[nodiscard]] int tokens(const std::string& target) const;

  // Replaces what is known from the server of `provider`.
  void learn(const std::string& provider, const ListedWindows& windows);

  // Asks the server for its models, for at most 15 seconds and 1 MiB, and learns what it tells. What was learned before
  // stays when this fails. Error: ModelError, model.list for a list that is too long. `http` outlives the task.
  [[nodiscard]] Task<ToldModels> refresh(ListDialect dialect, Endpoint endpoint, net::HttpClient& http);

  // The same of many servers at once; what went wrong with one is in its row. By name.
  [[nodiscard]] Task<std::vector<ToldModels>> refresh_all(std::vector<ListingServer> servers, net::HttpClient& http);

 private:
  Task<void> refresh_into(ToldModels& told, ListingServer server, net::HttpClient& http);
  [[nodiscard]] int learned_tokens(const std::string& target) const;

  ModelTable<int> own_;
  ModelTable<int> shipped_;
  mutable std::mutex mutex_;
  std::map<std::string, ListedWindows> learned_;  // by provider
};

}  // namespace executus::llm
