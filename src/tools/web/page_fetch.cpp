#include "tools/web/page_fetch.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <executus/base/error.hpp>

#include "base/text.hpp"
#include "net/client/url.hpp"
#include "tools/web/robots.hpp"

namespace executus::tools {
namespace {

constexpr int kMostRedirects = 5;
constexpr Milliseconds kHopTime{30'000};  // of one hop
constexpr std::string_view kCrawler = "executus";

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Messages of HttpErrors may quote what was configured, so only what the model knows is passed on.
Error fetch_failure(const std::string& url, const net::HttpError& error) {
  std::string what = url + " could not be fetched (" + error.code() + ")";
  if (error.code() == "net.private_address") what += ": it leads to a loopback or private address";
  if (error.code() == "net.bad_url") what += ": it is no URL of http or https";
  if (error.code() == "net.dns") what += ": the name of the host is not known";
  return failed("web.fetch", std::move(what));
}

std::string header_of(const net::HttpHeaders& headers, std::string_view name) {
  return as_utf8(std::string(net::find_header(headers, name).value_or("")));
}

// At most so much of the body, and whether that is all of it.
Task<Part> read_into(std::string& text, std::unique_ptr<net::HttpBody> body, std::size_t most) {
  try {
    while (auto bytes = co_await body->next()) {
      text += *bytes;
      if (text.size() <= most) continue;
      text.resize(most);
      co_return Part::beginning;
    }
  } catch (const net::HttpError& error) {
    if (error.code() != "net.too_large") throw;
    co_return Part::beginning;
  }
  co_return Part::whole;
}

}  // namespace

Task<Fetched> PageFetcher::fetch(std::string url) const {
  auto robots = robots_ == WebOptions::Robots::respected ? Robots::asked : Robots::not_asked;
  return follow(std::move(url), kMaxPage, robots);
}

Task<Fetched> PageFetcher::follow(std::string url, std::size_t most, Robots robots) const {
  for (int hops = 0; hops <= kMostRedirects; ++hops) {
    if (robots == Robots::asked) co_await ask_robots(url);
    auto hop = co_await get(url, most);
    if (hop.location.empty()) co_return std::move(hop.fetched);
    auto next = net::resolved_url(url, hop.location);
    if (!next) throw failed("web.redirects", "a redirect of " + url + " leads nowhere that can be told");
    url = std::move(*next);
  }
  throw failed("web.redirects", "the page was not reached within " + std::to_string(kMostRedirects) +
                                    " redirects; the last one leads to " + url);
}

Task<PageFetcher::Hop> PageFetcher::get(std::string url, std::size_t most) const {
  auto request = access_.request_to(url);
  request.timeout = kHopTime;
  request.max_body = std::max(most, kMaxPdf);  // how much of it is wanted is known when its type is
  request.headers.emplace_back("Accept", "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.5");
  std::optional<Error> failure;
  Hop hop;
  try {
    auto stream = co_await http_.open(std::move(request));
    hop.fetched.status = stream.status;
    hop.fetched.page.url = url;
    hop.fetched.page.type = header_of(stream.headers, "Content-Type");
    if (is_redirect(stream.status)) hop.location = header_of(stream.headers, "Location");
    if (most == kMaxPage && is_pdf(hop.fetched.page)) most = kMaxPdf;
    if (hop.location.empty())
      hop.fetched.page.part = co_await read_into(hop.fetched.page.body, std::move(stream.body), most);
  } catch (const net::HttpError& error) {
    failure = fetch_failure(url, error);
  }
  if (failure) throw std::move(*failure);
  co_return hop;
}

// RFC 9309: a file that is not there forbids nothing, one that cannot be had forbids all.
Task<void> PageFetcher::ask_robots(std::string url) const {
  auto found = co_await follow(robots_url(url), kMaxRobots, Robots::not_asked);
  bool can_tell = found.status / 100 == 2 || found.status / 100 == 4;
  if (!can_tell)
    throw failed("web.robots", url + " was not fetched: its robots.txt answered with status " +
                                   std::to_string(found.status) + ", so it is not known what it allows");
  auto allow = [robots = std::move(found.page.body), target = target_of(url)] {
    return robots_allow(robots, kCrawler, target);
  };
  if (found.status / 100 == 2 && !co_await pool_.run(std::move(allow)))
    throw failed("web.robots", url + " was not fetched: the robots.txt of its server forbids it");
}

}  // namespace executus::tools
