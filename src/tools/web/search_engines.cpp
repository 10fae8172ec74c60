#include "tools/web/search_engines.hpp"

#include <optional>
#include <utility>

#include <executus/base/error.hpp>

#include "base/percent.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"
#include "tools/shared/variables.hpp"
#include "tools/web/search_results.hpp"

namespace executus::tools {
namespace {

using Api = SearchServer::Api;

constexpr std::size_t kMostBytes = std::size_t{2} << 20;  // of an answer
constexpr Milliseconds kSearchTime{30'000};
constexpr const char* kBrave = "https://api.search.brave.com";

bool has_value_of(const Environment& environment, std::string_view name) {
  return !environment.get(name).value_or("").empty();
}

std::optional<SearchServer> server_of(const Environment& environment) {
  if (has_value_of(environment, "SEARXNG_URL")) return SearchServer{Api::searxng, "${SEARXNG_URL}"};
  if (!has_value_of(environment, "BRAVE_API_KEY")) return std::nullopt;
  return SearchServer{Api::brave, std::string("${BRAVE_SEARCH_URL:-") + kBrave + "}", "${BRAVE_API_KEY}"};
}

std::string key_of(const SearchServer& server, const Environment& environment) {
  if (server.key_file.empty()) return expand_variables(server.key, environment).value();
  std::string key(trim(read_text_file(server.key_file).value()));
  if (key.empty())
    throw failed("web_search.engine", "the file '" + server.key_file + "' of the search engine's key is empty");
  return key;
}

class ServedEngine final : public SearchEngine {
 public:
  ServedEngine(std::optional<SearchServer> server, net::HttpClient& http, const Environment& environment)
      : configured_(std::move(server)), http_(http), environment_(environment) {}

  Task<std::vector<SearchResult>> search(std::string query, int count) override {
    auto asked = server();
    if (!asked) throw failed("web_search.engine", missing().front());
    auto body = co_await answer_to(request_for(*asked, query, count));
    co_return (asked->api == Api::searxng ? searxng_results(body) : brave_results(body)).value();
  }

  std::vector<std::string> missing() const override {
    auto asked = server();
    if (!asked)
      return {"web_search has no search engine: set SEARXNG_URL or BRAVE_API_KEY, or web.search in executus.yaml"};
    std::vector<std::string> missing;
    for (const auto& text : {asked->url, asked->key}) add_missing(missing, text, environment_);
    if (!asked->key_file.empty())
      if (auto file = read_text_file(asked->key_file); !file.ok()) missing.push_back(file.error().message());
    return missing;
  }

 private:
  [[nodiscard]] std::optional<SearchServer> server() const {
    return configured_ ? configured_ : server_of(environment_);
  }

  [[nodiscard]] net::HttpRequest request_for(const SearchServer& asked, const std::string& query, int count) const {
    net::HttpRequest request;
    request.url = expand_variables(asked.url.empty() ? kBrave : asked.url, environment_).value();
    while (request.url.ends_with('/')) request.url.pop_back();
    auto encoded = percent_encoded(query, "-_.");
    if (asked.api == Api::searxng) {
      request.url += "/search?format=json&q=" + encoded;
    } else {
      request.url += "/res/v1/web/search?count=" + std::to_string(count) + "&q=" + encoded;
      request.headers.emplace_back("X-Subscription-Token", key_of(asked, environment_));
    }
    request.headers.emplace_back("Accept", "application/json");
    request.timeout = kSearchTime;
    request.max_body = kMostBytes;
    return request;
  }

  // Messages of HttpErrors may quote the URL, and an answer the key: only code and status are passed on.
  [[nodiscard]] Task<std::string> answer_to(net::HttpRequest request) const {
    std::string problem;
    try {
      auto response = co_await http_.send(std::move(request));
      if (response.status == 200) co_return std::move(response.body);
      problem = "it answered with status " + std::to_string(response.status);
    } catch (const net::HttpError& error) {
      problem = error.code();
    }
    throw failed("web_search.engine", "the search engine could not be asked: " + problem);
  }

  const std::optional<SearchServer> configured_;
  net::HttpClient& http_;
  const Environment& environment_;
};

}  // namespace

std::shared_ptr<SearchEngine> search_engine_of(const WebOptions& options, net::HttpClient& http,
                                               const Environment& environment) {
  if (options.engine) return options.engine;
  return std::make_shared<ServedEngine>(options.search, http, environment);
}

std::string said_of_search_engine(const WebOptions& options, const Environment& environment) {
  if (options.engine) return "the program's own";
  auto server = options.search ? options.search : server_of(environment);
  if (!server) return "";
  std::string name = server->api == Api::searxng ? "SearXNG" : "Brave";
  return name + (options.search ? ", from executus.yaml" : ", from the environment");
}

}  // namespace executus::tools
