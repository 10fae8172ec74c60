// References inside one JSON Schema document.
#pragma once

#include <string_view>

#include <boost/json/value.hpp>

namespace executus {

// What "#", "#/$defs/x" or the like points to in `root` (RFC 6901, percent-encoding undone), or "#name" to the schema
// with that $anchor; nullptr when it leads nowhere or out of the document.
[[nodiscard]] const boost::json::value* resolve_ref(const boost::json::value& root, std::string_view ref);

}  // namespace executus
