// Errors in answers under status 200 and in streams: {"error": {"code", "message", "status", "details"}}. Pure.
#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include <executus/llm/model.hpp>

#include "llm/asked.hpp"

namespace executus::llm::google {

// Throws what an error in `body` says; its code is an HTTP status. Nothing happens where there is none.
void throw_if_api_error(const boost::json::object& body, const Asked& asked);

// How long the API wants us to wait: the retryDelay ("34.4s") of a google.rpc.RetryInfo among the details.
[[nodiscard]] std::optional<Milliseconds> retry_delay_in(const boost::json::object& error);

// The model made no answer that can be used, although the exchange went well: a tool call that cannot be read, a
// history it does not accept.
[[nodiscard]] ModelError unusable_answer(const std::string& finish, const std::string& words, const Asked& asked);

}  // namespace executus::llm::google
