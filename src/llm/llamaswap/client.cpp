#include <utility>

#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/llamaswap.hpp>
#include <executus/net/client/http_client.hpp>

#include "llm/llamaswap/answers.hpp"
#include "llm/llamaswap/chat.hpp"

namespace executus::llm::llamaswap {
namespace {

// Lists of models are short: a longer or slower answer does not come from a llama-swap server.
constexpr Milliseconds kListTimeout = std::chrono::seconds(15);
constexpr std::size_t kMaxList = std::size_t{1} << 20;

// The server answers when the model's process has ended.
constexpr Milliseconds kUnloadTimeout = std::chrono::minutes(1);

net::HttpRequest http_request(std::string method, const std::string& path, const Address& address) {
  net::HttpRequest request;
  request.method = std::move(method);
  request.url = address.base_url + path;
  request.headers.emplace_back("Accept", "application/json");  // or its errors are plain text
  if (!address.token.empty()) request.headers.emplace_back("Authorization", "Bearer " + address.token);
  request.timeout = request.method == "GET" ? kListTimeout : kUnloadTimeout;
  request.max_body = kMaxList;
  return request;
}

Server server_at(const Address& address) { return {address.name, address.base_url, address.variable, address.token}; }

bool is_unknown_path(int status) { return status == 404 || status == 405; }

Task<net::HttpResponse> exchange(net::HttpRequest request, Address address, net::HttpClient& http) {
  try {
    co_return co_await http.send(std::move(request));
  } catch (const net::HttpError& error) {
    throw transport_error(error.code(), error.message(), server_at(address));
  }
}

// The body of a success.
std::string body_of(net::HttpResponse response, const Address& address) {
  if (response.status >= 200 && response.status < 300) return std::move(response.body);
  throw status_error(response, server_at(address));
}

}  // namespace

Client::Client(Address address, net::HttpClient& http) : address_(std::move(address)), http_(http) {
  address_.base_url = std::string(root_url(address_.base_url));
}

Task<std::vector<ListedModel>> Client::list_models() const {
  auto response = co_await exchange(http_request("GET", "/v1/models", address_), address_, http_);
  co_return listed_models(body_of(std::move(response), address_), address_.name);
}

Task<std::vector<RunningModel>> Client::running() const {
  auto response = co_await exchange(http_request("GET", "/running", address_), address_, http_);
  co_return running_models(body_of(std::move(response), address_), address_.name);
}

Task<void> Client::unload(std::string id) const {
  auto response = co_await exchange(http_request("POST", unload_path(id), address_), address_, http_);
  (void)body_of(std::move(response), address_);
}

// Servers older than the API answer GET /unload.
Task<void> Client::unload_all() const {
  auto response = co_await exchange(http_request("POST", "/api/models/unload", address_), address_, http_);
  if (is_unknown_path(response.status)) {
    auto old = http_request("GET", "/unload", address_);
    old.timeout = kUnloadTimeout;
    response = co_await exchange(std::move(old), address_, http_);
  }
  (void)body_of(std::move(response), address_);
}

}  // namespace executus::llm::llamaswap
