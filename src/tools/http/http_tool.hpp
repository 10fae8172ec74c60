// A tool that is an HTTP call, declared as data: the arguments are the JSON body, the answer's body is the result.
//
// ${VAR} in URLs and headers is expanded when a call is sent, and appears nowhere else: not in the stored definition,
// not in results, not in errors.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include <executus/base/environment.hpp>
#include <executus/base/result.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/tool/tool.hpp>

namespace executus::tools {

struct HttpToolConfig {
  tool::ToolInfo info;
  std::string method = "POST";
  std::string url;
  std::map<std::string, std::string> headers;  // besides Idempotency-Key and Content-Type, which every call has
  std::string probe_url;                       // with {idempotency_key}; only for probeable
  net::Network network = net::Network::public_only;
};

// `http` and `environment` outlive the tool. Throws Error "tool.declared" where http_rules.hpp has an objection.
[[nodiscard]] std::shared_ptr<tool::Tool> make_http_tool(HttpToolConfig config, net::HttpClient& http,
                                                         const Environment& environment);

}  // namespace executus::tools
