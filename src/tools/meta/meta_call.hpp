// What the tools that ask a model about a text have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include <executus/tool/tool.hpp>

namespace executus::tools {

// The text as a message marks it off from what is asked about it.
[[nodiscard]] std::string marked_off(std::string_view text);

// Why the text is not taken, for the model; nothing: it is.
[[nodiscard]] std::optional<std::string> refusal_of_text(std::string_view text, std::size_t most_bytes);

// The model's answer. Throws Error meta.no_model outside a run, meta.no_answer where it was cut or refused, and what a
// model call throws. `call` outlives the task.
[[nodiscard]] Task<std::string> ask_model(const tool::Call& call, std::string system, std::string question);

// The JSON of an answer, also between a fence of Markdown or some words; nothing: there is none.
[[nodiscard]] std::optional<boost::json::value> json_in(std::string_view answer);

}  // namespace executus::tools
