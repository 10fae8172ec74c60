// What the Responses API answers, as a Response. Pure.
#pragma once

#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::openai {

// A response object, whole or at the end of a stream: {"status", "output", "usage", "error", "incomplete_details"}.
// Throws ModelError: what its error says, or model.malformed when it is not finished.
[[nodiscard]] Response read_response_object(const boost::json::object& object, Asked asked);

// The same with these items in place of its "output".
[[nodiscard]] Response read_response_object(const boost::json::object& object,
                                            const std::vector<boost::json::object>& items, Asked asked);

[[nodiscard]] Usage response_usage(const boost::json::object& object);

// A body that was not streamed.
[[nodiscard]] Response read_responses_body(std::string_view body, Asked asked);

[[nodiscard]] std::vector<boost::json::object> output_items_in(const boost::json::object& object);

// An error of the API, {"code", "message"}, as a ModelError with the failure that its code means.
[[noreturn]] void throw_response_error(const boost::json::object& error, const Asked& asked);

}  // namespace executus::llm::openai
