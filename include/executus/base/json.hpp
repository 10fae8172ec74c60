// JSON as this library reads and writes it. The tree itself is boost::json::value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include <executus/base/result.hpp>

namespace executus {

// Nesting that parse_json accepts: recursive readers of a parsed value need no check of their own.
inline constexpr std::size_t max_json_depth = 128;

// One JSON text; what follows it other than white space is an error, and so is invalid UTF-8. Of equal keys the last
// one counts. Doubles are read to the nearest value (Boost 1.81's own reader can be off by a bit). The error
// (json.malformed) says offset, line and column; it quotes nothing of the text, which may be secret.
[[nodiscard]] Result<boost::json::value> parse_json(std::string_view text);

// The canonical form of RFC 8785: no white space, keys sorted by UTF-16 code units, numbers as ECMAScript writes them.
// Equal values give equal bytes, 1 and 1.0 alike. Beyond the RFC: integers above 2^53 (the RFC has none) keep all their
// digits. Throws json.not_finite for NaN and infinity, which JSON cannot say.
[[nodiscard]] std::string canonical_json(const boost::json::value& value);

// JSON Pointer (RFC 6901) of a member or element of what `parent` points to; "" is the root.
[[nodiscard]] std::string pointer_to(std::string_view parent, std::string_view key);
[[nodiscard]] std::string pointer_to(std::string_view parent, std::size_t index);

// "null", "a boolean", "an integer", "a number", "a string", "an array" or "an object", for messages to people and
// models.
[[nodiscard]] std::string_view kind_in_words(const boost::json::value& value);

}  // namespace executus
