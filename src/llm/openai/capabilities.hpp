// What OpenAI's models take, and which fields of a request only some of them know. Pure, by the model's id: dated ids
// and fine-tuned ones count as what they were made of.
#pragma once

#include <string_view>

#include <executus/llm/model.hpp>

namespace executus::llm::openai {

// Of a model at OpenAI itself. A model that is not in the table takes images and schemas; its context is unknown.
[[nodiscard]] Capabilities capabilities_of(std::string_view model);

// Of a model of any other server with this API: nothing is known, so nothing is kept from it, schemas neither.
[[nodiscard]] Capabilities compatible_capabilities();

// Whether its responses hold reasoning. A model that does not reason refuses to be asked for reasoning's content.
[[nodiscard]] bool is_reasoning_model(std::string_view model);

// Whether prompt_cache_options is understood: by gpt-5.6 and what came after it.
[[nodiscard]] bool has_cache_options(std::string_view model);

}  // namespace executus::llm::openai
