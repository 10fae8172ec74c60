// A Request as the body of Ollama's POST /api/chat. Pure; equal requests give equal bytes.
//
// What the API has no field for:
// - tool_choice: `none` offers no tools and `named` that one alone; `required` cannot be said, the model may answer in
//   text all the same.
// - schema: it goes into the system prompt, where Ollama does not put it by itself, and as `format` too where the
//   server constrains the output by it. Not together with tools: a constrained model can call none.
// - cache: the server keeps what it has in memory, nothing is to be marked.
// - error results begin with "error: "; images of tool results follow in a user message; system messages of the history
//   join the system prompt; images and foreign opaque parts of assistant messages are left out.
//
// `truncate` and `shift` are always false: by default the server drops the oldest messages without a word when the
// prompt does not fit, and an agent that forgot its task does damage. So it is an error or a length stop.
#pragma once

#include <string>

#include <executus/llm/kit/protocol.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::ollama {

struct Dialect {
  std::string provider;  // whose opaque parts are ours
  std::string model;
  Capabilities::Schemas schemas = Capabilities::Schemas::native;  // by_prompt: no `format`
  int context_tokens = 0;                                         // num_ctx; 0: the server's
};

[[nodiscard]] std::string request_body(const Request& request, const ToolNames& names, const Dialect& dialect,
                                       AnswerForm form);

}  // namespace executus::llm::ollama
