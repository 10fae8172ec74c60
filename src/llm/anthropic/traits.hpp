// How Anthropic's models differ in what a request may hold. Pure, by the model's id.
#pragma once

#include <string_view>

namespace executus::llm::anthropic {

struct Traits {
  // How a model is told to think, and whether it does so untold.
  enum class Thinking {
    budget,      // untold it does not; told, by a number of tokens
    on_request,  // untold it does not; told, it finds the measure by its effort
    by_default,  // untold it does; may be told not to
    always,      // cannot be told not to
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
  int default_output_tokens = 0;  // max_tokens where the request says none: the API wants one
};

// Of a model at Anthropic itself. One that is not in the table counts as the newest: it takes least.
[[nodiscard]] Traits traits_of(std::string_view model);

// Of a model behind another server with this API: what traits_of() knows of Claude's models but for betas and schemas,
// which few such servers take; of all others what the first version of the API had.
[[nodiscard]] Traits compatible_traits_of(std::string_view model);

}  // namespace executus::llm::anthropic
