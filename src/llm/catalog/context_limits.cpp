#include "llm/catalog/context_limits.hpp"

#include <limits>
#include <utility>

#include <executus/async/task_group.hpp>

#include "llm/context_windows_text.hpp"
#include "llm/tables/model_table_file.hpp"

namespace executus::llm {
namespace {

ModelTable<int> table_of(ModelTable<int>::Layer layer) {
  ModelTable<int> table;
  table.put_above(std::move(layer));
  return table;
}

// A user's likenesses hold for the shipped rows too.
ModelTable<int>::Layer shipped_below(const ModelTable<int>::Layer& own) {
  auto layer = shipped_windows();
  for (const auto& [provider, other] : own.like) layer.like.insert_or_assign(provider, other);
  return layer;
}

// Of Ollama "llama" and "llama:latest" are one.
std::string_view without_default_tag(std::string_view id) {
  constexpr std::string_view tag = ":latest";
  return id.ends_with(tag) ? id.substr(0, id.size() - tag.size()) : id;
}

}  // namespace

Result<ModelTable<int>::Layer> read_windows(std::string_view yaml, std::string file) {
  ModelTable<int>::Layer layer;
  auto problem = read_model_table(yaml, std::move(file), layer.like, [&](Fields& fields) {
    auto rows = fields.json_object("windows").value_or(boost::json::object{});
    for (const auto& row : rows) check_row(fields, "windows", std::string(std::string_view(row.key())));
    if (rows.empty()) return;
    fields.object("windows", [&](Fields& windows) {
      for (const auto& row : rows) {
        std::string target(std::string_view(row.key()));
        auto tokens = windows.integer(target, {.min = 1, .max = std::numeric_limits<int>::max()});
        layer.rows.insert_or_assign(target, static_cast<int>(tokens.value_or(0)));
      }
    });
  });
  if (problem) return *problem;
  return layer;
}

ModelTable<int>::Layer shipped_windows() { return read_windows(kShippedWindows, "context_windows.yaml").value(); }

ContextLimits::ContextLimits(const ModelTable<int>::Layer& own)
    : own_(table_of(own)), shipped_(table_of(shipped_below(own))) {}

int ContextLimits::tokens(const std::string& target) const {
  if (const int* own = own_.find(target)) return *own;
  if (int learned = learned_tokens(target)) return learned;
  const int* shipped = shipped_.find(target);
  return shipped ? *shipped : 0;
}

int ContextLimits::learned_tokens(const std::string& target) const {
  auto slash = target.find('/');
  if (slash == std::string::npos) return 0;
  std::lock_guard lock(mutex_);
  auto provider = learned_.find(target.substr(0, slash));
  if (provider == learned_.end()) return 0;
  auto id = target.substr(slash + 1);
  auto told = provider->second.find(id);
  if (told == provider->second.end()) told = provider->second.find(std::string(without_default_tag(id)));
  return told == provider->second.end() ? 0 : told->second;
}

void ContextLimits::learn(const std::string& provider, const ListedWindows& windows) {
  std::lock_guard lock(mutex_);
  learned_.insert_or_assign(provider, windows);
}

Task<ToldModels> ContextLimits::refresh(ListDialect dialect, Endpoint endpoint, net::HttpClient& http) {
  auto provider = endpoint.name;
  auto list = co_await fetch_models(dialect, std::move(endpoint), http);
  learn(provider, list.windows);
  co_return ToldModels{std::move(provider), list.models, list.windows.size(), {}};
}

// `told` outlives the group this belongs to. A failure of one provider does not end the others.
Task<void> ContextLimits::refresh_into(ToldModels& told, ListingServer server, net::HttpClient& http) {
  TaskContext context = co_await this_task();
  told.provider = server.endpoint.name;
  try {
    told = co_await refresh(server.dialect, std::move(server.endpoint), http);
  } catch (...) {
    if (context.scope->cancelled()) throw;
    told.problem = current_error().message();
  }
}

Task<std::vector<ToldModels>> ContextLimits::refresh_all(std::vector<ListingServer> servers, net::HttpClient& http) {
  std::vector<ToldModels> told(servers.size());
  TaskGroup group(co_await this_task());
  for (std::size_t i = 0; i < servers.size(); ++i) group.spawn(refresh_into(told[i], std::move(servers[i]), http));
  co_await group.join();
  co_return told;
}

}  // namespace executus::llm
