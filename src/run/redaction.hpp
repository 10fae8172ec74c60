// What of a call's arguments people may not see: a summary is read over shoulders, and ends up in logs. Pure.
#pragma once

#include <string_view>

#include <boost/json/value.hpp>

namespace executus::run {

// Whether what goes by this name is a secret: a word such as token, password or cookie is in it, in whatever spelling.
[[nodiscard]] bool is_sensitive_name(std::string_view name);

// Whether a text carries a secret with it: "Authorization: Bearer x", "--password x", "api_key=x", "https://u:x@host".
// Errs on the side of yes.
[[nodiscard]] bool carries_secret(std::string_view text);

// Replaces with "***", at any depth: members of sensitive names, the value of {"name": SENSITIVE, "value": ...}, and
// texts that carry a secret.
void redact(boost::json::value& value);

}  // namespace executus::run
