// Search engines that are servers: their URLs and keys, asked over HTTP.
#pragma once

#include <memory>
#include <string>

#include <executus/base/environment.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/tools/web.hpp>

namespace executus::tools {

// The host's own of `options`, else the server there, else the one that the environment names at each search:
// SEARXNG_URL, or BRAVE_API_KEY, with BRAVE_SEARCH_URL for what answers as Brave does. Both services outlive it.
[[nodiscard]] std::shared_ptr<SearchEngine> search_engine_of(const WebOptions& options, net::HttpClient& http,
                                                             const Environment& environment);

// "SearXNG", "Brave", "the program's own", and where it was named; for people. "": there is none.
[[nodiscard]] std::string said_of_search_engine(const WebOptions& options, const Environment& environment);

}  // namespace executus::tools
