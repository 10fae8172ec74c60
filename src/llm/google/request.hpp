// A Request as the body of models/{id}:generateContent, the same for :streamGenerateContent. Pure; equal requests give
// equal bytes: the API caches by prefix.
//
// `max_output_tokens` counts thinking too: a small one may be used up before the answer begins, which is then a length
// stop. `effort`: see thinking.hpp. `temperature`: not sent to models that ignore it (from 3.6 on, and 3.5 Flash-Lite).
//
// `schema`: as responseJsonSchema; in the system prompt where the API refuses that together with tools (before Gemini
// 3, and where a tool is forced). The schema's name is not sent. Tools: as parametersJsonSchema, JSON Schema as it is.
//
// What the API has no field for: system messages of the history join the system prompt; images and foreign opaque parts
// of the assistant are left out. A tool_choice without tools is left out. `cache`: the API caches by itself, nothing is
// to be marked, and it cannot be told not to. See also parts.hpp and contents.hpp.
#pragma once

#include <string>

#include <executus/llm/kit/tool_names.hpp>
#include <executus/llm/model.hpp>

#include "llm/google/traits.hpp"

namespace executus::llm::google {

struct Dialect {
  std::string provider;  // whose opaque parts are ours
  Traits traits;
};

[[nodiscard]] std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect);

}  // namespace executus::llm::google
