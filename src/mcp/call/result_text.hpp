// What a model reads of a result: everything that is in it, and equal data once. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/message.hpp>

#include "mcp/wire/call_result.hpp"

namespace executus::mcp {

struct Shown {
  std::string text;
  std::vector<llm::Image> images = {};
};

// Images of a kind that models take, up to 5 MiB, are images. Of other bytes (sound, files, large images) the text says
// what they are, and that they are not kept. Structured content follows unless a text has the same data. What breaks
// `output`, the schema of the tool's results, is named at the end.
[[nodiscard]] Shown shown(const CallResult& result, const std::optional<boost::json::object>& output);

// The same as text alone: for an error result, which has no images.
[[nodiscard]] std::string text_of_error(const CallResult& result);

}  // namespace executus::mcp
