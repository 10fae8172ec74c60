// Fields beside an answer, other than "error", with which servers say that it has failed. Pure.
#pragma once

#include <optional>

#include <boost/json/object.hpp>

namespace executus::llm {

// The error that `body` (an event, a choice, a message) tells of in one of these, as {"message": "...", "code": ...}:
//
//   {"error_code": 336003, "error_msg": "..."}    one of the two is enough, in any of their spellings; a code of 0 or
//                                                 200, and words such as "success", report nothing
//   {"status": "failed"}, {"state": "cancelled"}  with what stands beside it
//   {"success": false, "message": "..."}
//   {"code": 500, "message": "..."}               words with the HTTP status of a failure
//
// Nothing: it tells of none.
[[nodiscard]] std::optional<boost::json::object> error_in_fields(const boost::json::object& body);

// The first member that is an HTTP status of a failure; 0: none is.
[[nodiscard]] int status_in(const boost::json::object& error);

}  // namespace executus::llm
