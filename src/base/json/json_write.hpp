// How JSON is written.
#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace executus {

// NaN and infinity, which JSON cannot say: refused (json.not_finite), written as null, or as words, which makes the
// text malformed.
enum class NotFinite { refuse, null, words };
enum class Members { in_their_order, sorted };  // by UTF-16 code units

void append_json(std::string& out, const boost::json::value& value, Members order, NotFinite how);

}  // namespace executus
