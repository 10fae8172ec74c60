// How Anthropic's models differ in what a request may hold. Pure, by the model's id.
#pragma once

#include <string_view>

namespace executus::llm::anthropic {

struct Traits {
  // How a request asks a model to think, and what the model does when the request says nothing.
  enum class Thinking {
    budget,      // thinks when the request gives a number of tokens for it
    on_request,  // thinks when the request asks for it, as much as the effort says
    by_default,  // thinks unless the request turns it off
    always,      // thinks whatever the request says
  };
  enum class Efforts { none, up_to_high, without_xhigh, all };
  enum class Temperature { taken, refused };
  enum class ForcedTools { taken, refused };  // tool_choice any and tool
  // Whether a history that was changed before a thinking block (compacted, another system prompt, other tools) makes
  // the API refuse the request, unless it is told to drop the block.
  enum class History { free, bound };
  enum class Schemas { refused, taken };  // output_config.format

  int context_tokens = 0;     // 0: unknown
  int max_output_tokens = 0;  // thinking too; 0: unknown
  Thinking thinking = Thinking::budget;
  Efforts efforts = Efforts::none;
  Temperature temperature = Temperature::taken;
  ForcedTools forced_tools = ForcedTools::taken;
  History history = History::free;
  Schemas schemas = Schemas::refused;
  int default_output_tokens = 0;  // max_tokens where the request gives none; the API requires it
};

// Of a model at Anthropic itself. A model that is not in the table counts as the newest one, which refuses most.
[[nodiscard]] Traits traits_of(std::string_view model);

// Of a model behind another server with this API. Claude's models: what traits_of() says, without betas and schemas,
// which few such servers take. All other models: what the first version of the API had.
[[nodiscard]] Traits compatible_traits_of(std::string_view model);

}  // namespace executus::llm::anthropic
