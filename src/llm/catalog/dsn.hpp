// Where a provider lives, as environment variables say it: LLM_<NAME>=scheme://[token@]host[:port][/path]. HTTPS,
// unless the scheme ends in +http. What stands before the last '@' is the token; %XX in it is decoded, so that it may
// hold any character. No error of this file quotes the text it read.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/result.hpp>

namespace executus::llm {

struct Dsn {
  std::string scheme;    // of the protocol, without +http: "openai"
  std::string base_url;  // "https://host:port/path", no token in it, no slash at its end
  std::string token;     // empty: none
  bool operator==(const Dsn&) const = default;
};

// Error model.dsn.
[[nodiscard]] Result<Dsn> parse_dsn(std::string_view text);

// An http or https URL without credentials, query and fragment, as the *_BASE_URL variables hold; without slashes at
// its end. Error model.base_url.
[[nodiscard]] Result<std::string> parse_base_url(std::string_view text);

// The host of such a URL: "api.openai.com".
[[nodiscard]] std::string_view host_of(std::string_view base_url);

// Whether its host is that of `service`, or one below it: "eu.api.openai.com".
[[nodiscard]] bool is_served_by(std::string_view base_url, std::string_view service);

}  // namespace executus::llm
