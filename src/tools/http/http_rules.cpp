#include "tools/http/http_rules.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "net/client/request_check.hpp"

namespace executus::tools {
namespace {

// The {...} of a URL as they stand there, without those of ${VAR}; one that is not closed goes on to the end. The
// fragment (#...) is never sent.
std::vector<std::string_view> placeholders(std::string_view url) {
  std::vector<std::string_view> found;
  url = url.substr(0, url.find('#'));
  for (auto at = url.find('{'); at != std::string_view::npos; at = url.find('{', at)) {
    auto end = std::min(url.find('}', at), url.size() - 1) + 1;
    if (at == 0 || url[at - 1] != '$') found.push_back(url.substr(at, end - at));
    at = end;
  }
  return found;
}

std::string quoted_excerpt(std::string_view text) { return "'" + std::string(clip(text, 80)) + "'"; }

}  // namespace

bool is_url_text(std::string_view url) {
  return net::is_header_value(url) && url.find_first_of(" \t") == std::string_view::npos;
}

std::optional<std::string> probe_url_problem(std::string_view url) {
  auto found = placeholders(url);
  for (auto each : found)
    if (each != kKeyPlaceholder)
      return "unknown placeholder " + quoted_excerpt(each) + " in the URL of a probe; did you mean '" +
             std::string(kKeyPlaceholder) + "'? (write %7B for a brace)";
  if (!found.empty()) return std::nullopt;
  return "the URL of a probe has to hold '" + std::string(kKeyPlaceholder) +
         "' before any '#', or it cannot tell which call it asks after";
}

std::optional<std::string> url_problem(std::string_view url) {
  for (auto each : placeholders(url)) {
    if (each == kKeyPlaceholder || closest(each, std::array{kKeyPlaceholder}) == kKeyPlaceholder)
      return quoted_excerpt(each) +
             " is replaced in the URL of a probe only; the call itself carries its key in the header Idempotency-Key";
    return "unknown placeholder " + quoted_excerpt(each) +
           " in 'url'; arguments are sent as the JSON body, with GET as the query; did you mean '$" +
           std::string(clip(each, 80)) + "'? (write %7B for a brace)";
  }
  return std::nullopt;
}

std::optional<std::string> header_problem(std::string_view name, std::string_view value, std::string_view method) {
  if (!net::is_token(name))
    return quoted_excerpt(name) + " is no name of a header; it has letters, digits and -, without blanks or ':'";
  if (equals_ignoring_case(name, "Idempotency-Key"))
    return "header " + quoted_excerpt(name) +
           " is sent by executus, with a key of its own for each call; a second one would make the target drop calls";
  for (std::string_view framing :
       {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "TE", "Trailer"})
    if (equals_ignoring_case(name, framing))
      return "header " + quoted_excerpt(name) +
             " is a matter of the connection or follows from the request, and cannot be set";
  if (equals_ignoring_case(name, "Content-Type") && method != "GET")
    return "header " + quoted_excerpt(name) + " is sent by executus: the arguments are the body, as application/json";
  if (!net::is_header_value(value))
    return "the value of header " + quoted_excerpt(name) + " holds a line break or another control character";
  return std::nullopt;
}

}  // namespace executus::tools
