// What the configuration gives requests of web tools, by where they go. Pure but for the environment's variables.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/tools/web.hpp>

#include "base/secrets/secrets.hpp"

namespace executus::tools {

// "https://docs.example:443" for an origin as it is configured; "": it is none (it has a path, or another scheme).
[[nodiscard]] std::string configured_origin(const std::string& origin);

class WebAccess final {
 public:
  // Throws Error config.web. `environment` outlives it.
  WebAccess(const WebOptions& options, const Environment& environment);

  // A GET with the headers that its origin has, and the network that it may be in. No redirects are followed. Throws
  // Error config.variable.
  [[nodiscard]] net::HttpRequest request_to(std::string url) const;

  // Whether a header of that name is configured for the origin of `url`.
  [[nodiscard]] bool has_header(const std::string& url, std::string_view name) const;

  // What of an answer is not to be seen.
  [[nodiscard]] Secrets secrets() const;

  // Variables that are not set.
  [[nodiscard]] std::vector<std::string> missing() const;

 private:
  using Headers = std::map<std::string, std::string>;
  [[nodiscard]] const Headers* headers_for(const std::string& url) const;

  std::map<std::string, Headers> headers_;  // by origin, with its port
  std::set<std::string> private_origins_;
  const Environment& environment_;
};

}  // namespace executus::tools
