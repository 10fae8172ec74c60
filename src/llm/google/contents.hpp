// A history as the contents the API wants. Pure.
//
// Neighbours of one role become one content, but results of calls stay alone: newer models refuse a content that holds
// anything beside them. All results of a step are in one content, right behind the calls. Messages with nothing to send
// fall away. Where the user would not be first (calls must follow a user's content) or last (newer models refuse to
// continue an answer), a content that says "Go on." stands in.
#pragma once

#include <boost/json/array.hpp>

#include <executus/llm/model.hpp>

#include "llm/google/parts.hpp"

namespace executus::llm::google {

[[nodiscard]] boost::json::array contents_of(const Transcript& messages, const ToolNames& names, const Recipient& to);

}  // namespace executus::llm::google
