// Fields beside an answer, other than "error", with which servers say that it has failed. Pure.
#pragma once

#include <optional>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace executus::llm {

// The error that `body` (an event, a choice, a message) tells of in one of these, as {"message": "...", "code": ...}:
//
//   {"error_code": 336003, "error_msg": "..."}    one of the two is enough, in any of their spellings; a code of 0,
//                                                 "00000" or 200, and words such as "success", report nothing, nor
//                                                 does any code beside words of success that is not known for a failure
//   {"status": "failed"}, {"state": "cancelled"}  with what stands beside it
//   {"success": false, "message": "..."}
//   {"code": 500, "message": "..."}               words with the HTTP status of a failure
//
// Nothing: it tells of none.
[[nodiscard]] std::optional<boost::json::object> error_in_fields(const boost::json::object& body);

// "success", "OK", "No error", in any case, with - or _ and with a full stop.
[[nodiscard]] bool says_success(std::string_view word);

// Whether says_success(), or the word is "0", "0000", "200", "none", "null" or empty.
[[nodiscard]] bool is_no_error(std::string_view word);

// Whether what stands in the place of an error is one: it reports something (executus/llm/kit/answer_errors.hpp), and
// that is not that all went well, as {"code": 0, "message": "success"} and "None" say.
[[nodiscard]] bool tells_of_an_error(const boost::json::value& error);

// Whether an event, or a delta, is about a tool that runs at the server, by its type: "response.mcp_call.failed",
// "tool_status". Its errors are those of the tool, and the answer goes on.
[[nodiscard]] bool is_about_a_tool(const boost::json::object& said);

// The first member that is an HTTP status of a failure; 0: none is.
[[nodiscard]] int status_in(const boost::json::object& error);

}  // namespace executus::llm
