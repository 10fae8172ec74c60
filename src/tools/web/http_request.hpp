// The tool `http_request`: one HTTP request that a model writes, and its answer.
#pragma once

#include <memory>

#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/tool/tool.hpp>
#include <executus/tools/web.hpp>

namespace executus::tools {

// Both outlive it. Throws Error config.web.
[[nodiscard]] std::shared_ptr<tool::Tool> http_request_tool(net::HttpClient& http, const Environment& environment,
                                                            const WebOptions& options = {});

}  // namespace executus::tools
