#include "net/client/request_check.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <curl/curl.h>

#include "base/ascii.hpp"

namespace executus::net {
namespace {

using ParsedUrl = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

ParsedUrl parse_url(const std::string& url) {
  ParsedUrl parsed(curl_url(), curl_url_cleanup);
  bool ok = parsed && url.find('\0') == std::string::npos &&
            curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  if (!ok) parsed.reset();
  return parsed;
}

std::string url_part(const ParsedUrl& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

std::string without_secrets(const std::string& url) {
  ParsedUrl parsed = parse_url(url);
  if (!parsed) {
    std::string rest = url.substr(url.rfind('@') + 1);  // npos + 1 is 0
    return rest.substr(0, rest.find_first_of("?#"));
  }
  for (CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT})
    curl_url_set(parsed.get(), part, nullptr, 0);
  return url_part(parsed, CURLUPART_URL);
}

[[noreturn]] void refuse(const HttpRequest& request, std::string code, const std::string& why) {
  throw HttpError(ErrorKind::failed, std::move(code), describe_request(request) + " was not sent: " + why, Sent::no);
}

void check_url(const HttpRequest& request) {
  if (auto why = url_fault(request.url)) refuse(request, "net.bad_url", *why);
}

// Values are not shown: a header that is wrong may still be a secret.
void check_headers(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name))
      refuse(request, "net.bad_request", "the name of a header is empty or has a character too many");
    if (!is_header_value(value))
      refuse(request, "net.bad_request", "the value of header '" + name + "' has a line break or control character");
  }
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_ascii_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return (c >= 0x20 || c == '\t') && c != 0x7f; });
}

std::optional<std::string> url_fault(const std::string& url) {
  ParsedUrl parsed = parse_url(url);
  if (!parsed) return "this is no URL; write scheme://host/path, other characters as %XX";
  std::string scheme = url_part(parsed, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return "'" + scheme + "' is not supported; use http or https";
  if (url_part(parsed, CURLUPART_HOST).empty()) return "the URL names no host";
  return std::nullopt;
}

void check_request(const HttpRequest& request) {
  check_url(request);
  if (!is_token(request.method)) refuse(request, "net.bad_request", "this is no HTTP method");
  check_headers(request);
  if (request.redirects == Redirects::none) return;
  if (request.method != "GET" && request.method != "HEAD")
    refuse(request, "net.bad_request", "redirects are followed for GET and HEAD only, or an effect might happen twice");
  if (request.reuse == Reuse::fresh_connection)
    refuse(request, "net.bad_request", "a request that is sent at most once follows no redirects");
}

std::string origin_of(const std::string& url) {
  ParsedUrl parsed = parse_url(url);
  if (!parsed) return {};
  return lowered(url_part(parsed, CURLUPART_SCHEME) + "://" + url_part(parsed, CURLUPART_HOST) + ":" +
                 url_part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT));
}

bool is_this_machine(std::string_view origin) {
  auto begin = origin.find("://");
  if (begin == std::string_view::npos) return false;
  auto host = origin.substr(begin + 3);
  host = host.substr(0, host.rfind(':'));
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string describe_request(const HttpRequest& request) {
  std::string url = without_secrets(request.url);
  return (is_token(request.method) ? request.method : "request") + " " + (url.empty() ? "(no URL)" : url);
}

}  // namespace executus::net
