#include "tools/http_tool.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/json_schema.hpp>

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kMaxResult = 256u << 10;
constexpr std::size_t kMaxErrorBody = 500;
constexpr std::size_t kMaxBody = 4u << 20;
constexpr std::size_t kShortestKey = 8;  // shorter ones are in every second word

std::string readable(std::string body, std::size_t max_bytes) {
  if (!is_valid_utf8(body)) body = repair_utf8(body);
  if (body.size() <= max_bytes) return body;
  std::string cut(clip_bytes(body, max_bytes));
  return cut + "\n[cut: the answer has " + std::to_string(body.size()) + " bytes]";
}

std::string url_encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (unsigned char c : text) {
    bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain)
      encoded += static_cast<char>(c);
    else
      (encoded += '%') += std::string{digits[c >> 4], digits[c & 15]};
  }
  return encoded;
}

// GET has no body: the arguments become the query.
std::string with_query(std::string url, const boost::json::object& arguments) {
  char separator = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [key, value] : arguments) {
    std::string text = value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
    url += separator + url_encoded(std::string_view(key)) + "=" + url_encoded(text);
    separator = '&';
  }
  return url;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// Of a header or a variable.
bool names_a_secret(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::array<std::string_view, 7> words{"key", "token", "secret", "passw", "auth", "cookie", "credential"};
  return std::ranges::any_of(words, [&](auto word) { return lower.find(word) != std::string::npos; });
}

class HttpTool final : public tool::Tool {
 public:
  HttpTool(HttpToolConfig config, net::HttpClient& http, const Environment& environment)
      : config_(std::move(config)), http_(http), environment_(environment) {}

  const tool::ToolInfo& info() const override { return config_.info; }

  Task<tool::Outcome> call(tool::Call call) override {
    if (auto wrong = validate(config_.info.spec.parameters, call.arguments); !wrong.empty()) {
      tool::Outcome refused = tool::Failed{"the arguments do not fit: " + wrong.front()};
      co_return refused;
    }
    std::optional<net::HttpError> problem;
    try {
      auto response = co_await http_.send(request_for(call));
      co_return outcome_of(response.status, masked(std::move(response.body)));
    } catch (const net::HttpError& error) {
      problem = error;
    }
    co_return outcome_of(*problem, config_.method + " " + config_.url);
  }

  Task<tool::Probe> probe(tool::Call call) override {
    net::HttpRequest request =
        base_request(replaced(config_.probe_url, "{idempotency_key}", url_encoded(call.idempotency_key)));
    std::string unclear;
    try {
      auto response = co_await http_.send(std::move(request));
      tool::Probe answer = tool::Unclear{"the probe answered with status " + std::to_string(response.status)};
      if (response.status == 200) answer = tool::Done{readable(masked(std::move(response.body)), kMaxResult), {}};
      if (response.status == 404) answer = tool::DidNotHappen{};
      co_return answer;
    } catch (const net::HttpError& error) {
      unclear = "the probe failed (" + error.code() + ")";
    }
    tool::Probe answer = tool::Unclear{std::move(unclear)};
    co_return answer;
  }

 private:
  // Some servers quote the key they were sent; the answer goes to the journal, and to a model.
  std::string masked(std::string answer) const {
    for (const auto& [name, value] : config_.headers)
      answer = masked(std::move(answer), value, names_a_secret(name) ? Variables::all : Variables::secrets);
    answer = masked(std::move(answer), config_.url, Variables::secrets);
    return masked(std::move(answer), config_.probe_url, Variables::secrets);
  }

  // Without what the variables of `text` are expanded to.
  enum class Variables { all, secrets };
  std::string masked(std::string answer, std::string_view text, Variables which) const {
    for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 1)) {
      auto variable = text.substr(at, text.find('}', at) - at + 1);
      if (which == Variables::secrets && !names_a_secret(variable)) continue;
      auto value = expand_variables(variable, environment_);
      for (auto word : value ? split(*value, ' ') : std::vector<std::string_view>())
        if (word.size() >= kShortestKey) answer = replaced(std::move(answer), word, "***");
    }
    return answer;
  }

  net::HttpRequest base_request(const std::string& url) const {
    net::HttpRequest request;
    request.url = expand_variables(url, environment_).value();
    for (const auto& [name, value] : config_.headers)
      request.headers.emplace_back(name, expand_variables(value, environment_).value());
    request.timeout = config_.info.timeout;
    request.network = config_.network;
    request.max_body = kMaxBody;
    return request;
  }

  // A call that must not happen twice goes out on a connection of its own: on a kept-alive one that just died, libcurl
  // would repeat it by itself.
  net::HttpRequest request_for(const tool::Call& call) const {
    auto request = base_request(config_.url);
    request.method = config_.method;
    bool once = config_.info.effect == tool::Effect::irreversible || config_.info.effect == tool::Effect::probeable;
    if (once) request.reuse = net::Reuse::fresh_connection;
    request.headers.emplace_back("Idempotency-Key", call.idempotency_key);
    if (config_.method == "GET") {
      request.url = with_query(std::move(request.url), call.arguments);
    } else {
      request.headers.emplace_back("Content-Type", "application/json");
      request.body = boost::json::serialize(call.arguments);
    }
    return request;
  }

  const HttpToolConfig config_;
  net::HttpClient& http_;
  const Environment& environment_;
};

}  // namespace

tool::Outcome outcome_of(int status, std::string body) {
  if (status >= 200 && status < 300) return tool::Done{readable(std::move(body), kMaxResult), {}};
  std::string said = "the server answered with status " + std::to_string(status);
  if (status == 408 || status == 502 || status == 504) return tool::Unknown{said};
  if (status >= 300 && status < 400) return tool::Failed{said + " (a redirect, which is not followed)"};
  std::string detail = readable(std::move(body), kMaxErrorBody);
  return tool::Failed{detail.empty() ? said : said + ": " + detail};
}

// The library's own words may quote a URL with expanded variables: only its code is passed on.
tool::Outcome outcome_of(const net::HttpError& error, const std::string& attempted) {
  std::string what = attempted + " failed (" + error.code() + ")";
  if (error.sent() == net::Sent::maybe) return tool::Unknown{what};
  if (error.code() == "net.private_address")
    what += ": it leads to a loopback or private address; set allow_private_network if that is meant";
  return tool::Failed{what + "; nothing was sent"};
}

std::shared_ptr<tool::Tool> make_http_tool(HttpToolConfig config, net::HttpClient& http,
                                           const Environment& environment) {
  return std::make_shared<HttpTool>(std::move(config), http, environment);
}

}  // namespace executus::tools
