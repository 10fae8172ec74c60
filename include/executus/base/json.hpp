// JSON as this library reads and writes it. The tree itself is boost::json::value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <executus/base/result.hpp>

namespace executus {

// Nesting that parse_json accepts: recursive readers of a parsed value need no check of their own.
inline constexpr std::size_t max_json_depth = 128;

// One JSON text; what follows it other than white space is an error, and so is invalid UTF-8. Of equal keys the last
// one counts. Control characters in strings may stand there raw. The error (json.malformed) says offset, line and
// column; it quotes nothing of the text, which may be secret.
//
// Numbers: what fits 64 bits is an integer, the rest the nearest double (Boost 1.81's own reader can be off by a bit).
// A number above 2^53 that a double does not say to its last digit, and an integer of more than 21 digits, is no number
// here but a string of its digits: another value never takes its place. What no double holds (1e400) is an error.
[[nodiscard]] Result<boost::json::value> parse_json(std::string_view text, std::size_t max_depth = max_json_depth);

// The same for texts of programs that keep to fewer rules, such as servers of models. NaN, infinities and 1e400 become
// doubles that are not finite; invalid UTF-8 stays in strings as it is, and half a surrogate pair becomes its three
// bytes: a reader finds what is no text, and parts of characters can be joined.
[[nodiscard]] Result<boost::json::value> parse_tolerant_json(std::string_view text);

// JSON for people, models, tools and files: no white space, members in their order, numbers as people write them (19.9,
// 0.05, 1; never 1.99E1), those that are not finite as null. The one writer: boost::json::serialize has other numbers.
[[nodiscard]] std::string write_json(const boost::json::value& value);
[[nodiscard]] std::string write_json(const boost::json::object& object);
[[nodiscard]] std::string write_json(const boost::json::array& array);

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
