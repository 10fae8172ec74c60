// Fetches pages: each hop of a redirect is a request of its own, held to the same rules as the first.
#pragma once

#include <cstddef>
#include <string>

#include <executus/async/blocking_pool.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/tools/web.hpp>

#include "tools/web/page.hpp"
#include "tools/web/web_access.hpp"

namespace executus::tools {

struct Fetched {
  int status = 0;  // no redirect that leads anywhere
  FetchedPage page;
};

class PageFetcher final {
 public:
  // All outlive it. `pool` reads robots.txt, which may be made to take long.
  PageFetcher(net::HttpClient& http, const WebAccess& access, BlockingPool& pool, WebOptions::Robots robots)
      : http_(http), access_(access), pool_(pool), robots_(robots) {}

  // The page at `url`, or where that leads within five redirects; the beginning of one that is longer than kMaxPage, or
  // kMaxPdf.
  // Throws Error web.fetch, web.redirects, web.robots, config.variable.
  [[nodiscard]] Task<Fetched> fetch(std::string url) const;

 private:
  struct Hop {
    std::string location;  // empty: it is no redirect
    Fetched fetched;
  };
  enum class Robots { asked, not_asked };
  [[nodiscard]] Task<Fetched> follow(std::string url, std::size_t most, Robots robots) const;
  [[nodiscard]] Task<Hop> get(std::string url, std::size_t most) const;
  [[nodiscard]] Task<void> ask_robots(std::string url) const;

  net::HttpClient& http_;
  const WebAccess& access_;
  BlockingPool& pool_;
  const WebOptions::Robots robots_;
};

}  // namespace executus::tools
