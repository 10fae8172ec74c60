// Masks the parts of a call's arguments that people may not see, since summaries end up in logs. Pure.
#pragma once

#include <boost/json/value.hpp>

namespace executus {

// Replaces with "***", at any depth: members whose names are those of secrets (secret_names.hpp), the value of
// {"name": SUCH_A_NAME, "value": ...}, and texts that carry a secret (secret_parts.hpp).
void redact(boost::json::value& value);

}  // namespace executus
