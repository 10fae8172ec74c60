#include "llm/http/model_list.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

namespace executus::llm {
namespace {

namespace json = boost::json;

std::string versioned(const std::string& base_url, std::string_view version) {
  return base_url.ends_with(version) ? base_url : base_url + std::string(version);
}

std::string list_url(ListDialect dialect, const std::string& base_url) {
  switch (dialect) {
    case ListDialect::openai:
      return base_url + "/models";
    case ListDialect::llamaswap:
      return versioned(base_url, "/v1") + "/models";
    case ListDialect::anthropic:
      return versioned(base_url, "/v1") + "/models?limit=1000";
    case ListDialect::google:
      return versioned(base_url, "/v1beta") + "/models?pageSize=1000";
    case ListDialect::ollama:
      return base_url + "/api/ps";
  }
  return base_url;
}

void add_key(net::HttpHeaders& headers, ListDialect dialect, const std::string& token) {
  if (dialect == ListDialect::anthropic) headers.emplace_back("anthropic-version", "2023-06-01");
  if (token.empty()) return;
  if (dialect == ListDialect::anthropic)
    headers.emplace_back("x-api-key", token);
  else if (dialect == ListDialect::google)
    headers.emplace_back("x-goog-api-key", token);
  else
    headers.emplace_back("Authorization", "Bearer " + token);
}

int window_at(const json::object* object, std::string_view key) {
  return static_cast<int>(std::min<std::int64_t>(count_in(object, key), std::numeric_limits<int>::max()));
}

// What a server gives a model counts before what the model could take.
int openai_window(const json::object& model) {
  for (std::string_view key :
       {"max_model_len", "loaded_context_length", "context_length", "context_window", "max_context_length"})
    if (int tokens = window_at(&model, key)) return tokens;
  return window_at(object_in(model, "meta"), "n_ctx");
}

std::string google_id(const json::object& model) {
  auto name = text_in(model, "name");
  constexpr std::string_view collection = "models/";
  return name.starts_with(collection) ? name.substr(collection.size()) : name;
}

// Where no tag is said, the tag is "latest".
std::string ollama_id(const json::object& model) {
  auto name = text_in(model, "model");
  constexpr std::string_view tag = ":latest";
  return name.ends_with(tag) ? name.substr(0, name.size() - tag.size()) : name;
}

std::pair<std::string, int> entry_of(ListDialect dialect, const json::object& model) {
  switch (dialect) {
    case ListDialect::openai:
    case ListDialect::llamaswap:
      return {text_in(model, "id"), openai_window(model)};
    case ListDialect::anthropic:
      return {text_in(model, "id"), window_at(&model, "max_input_tokens")};
    case ListDialect::google:
      return {google_id(model), window_at(&model, "inputTokenLimit")};
    case ListDialect::ollama:
      return {ollama_id(model), window_at(&model, "context_length")};
  }
  return {};
}

Server list_server(const Endpoint& endpoint) {
  return {endpoint.name, endpoint.base_url, endpoint.variable, endpoint.token};
}

ModelError too_long(const Endpoint& endpoint) {
  return {
      Failure::permanent, "model.list",
      "the list of the models of " + endpoint.name + " (" + endpoint.base_url +
          ") is longer than 1 MiB and was not read; check that this is the address of its API, or say the windows of "
          "its models in a file"};
}

Task<net::HttpResponse> asked_for_list(ListDialect dialect, Endpoint endpoint, net::HttpClient& http) {
  try {
    co_return co_await http.send(list_request(dialect, endpoint));
  } catch (const net::HttpError& error) {
    if (error.code() == "net.too_large") throw too_long(endpoint);
    throw transport_error(error.code(), error.message(), list_server(endpoint));
  }
}

}  // namespace

net::HttpRequest list_request(ListDialect dialect, const Endpoint& endpoint) {
  net::HttpRequest request;
  request.url = list_url(dialect, endpoint.base_url);
  request.headers.emplace_back("Accept", "application/json");
  add_key(request.headers, dialect, endpoint.token);
  request.timeout = kListTimeLimit;
  request.max_body = kListSizeLimit;
  return request;
}

ModelList listed_models(ListDialect dialect, std::string_view body, const std::string& provider) {
  auto parsed = parse_json(body);
  if (!parsed) throw malformed_answer(provider, "it is no JSON (" + parsed.error().message() + ")");
  std::string key = dialect == ListDialect::google || dialect == ListDialect::ollama ? "models" : "data";
  const auto* object = parsed->if_object();
  const auto* list = object ? array_in(*object, key) : nullptr;
  if (!list) throw malformed_answer(provider, "it has no list '" + key + "' of models");
  ModelList read;
  for (const auto& each : *list) {
    const auto* model = each.if_object();
    auto [id, tokens] = model ? entry_of(dialect, *model) : std::pair<std::string, int>();
    if (id.empty()) continue;
    ++read.models;
    if (tokens > 0) read.windows.insert_or_assign(std::move(id), tokens);
  }
  return read;
}

Task<ModelList> fetch_models(ListDialect dialect, Endpoint endpoint, net::HttpClient& http) {
  auto response = co_await asked_for_list(dialect, endpoint, http);
  if (response.status < 200 || response.status >= 300) throw status_error(response, list_server(endpoint));
  co_return listed_models(dialect, response.body, endpoint.name);
}

}  // namespace executus::llm
