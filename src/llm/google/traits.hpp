// How Google's models differ in what a request may hold. Pure, by the model's id: "gemini-3.8-flash", also with
// "models/" before it. A Gemini that is not in the table counts as the newest.
#pragma once

#include <string_view>

namespace executus::llm::google {

struct Traits {
  // The field that tells a model how much to think. `none`: the model has no such field.
  enum class Thinking { none, budget, levels };
  enum class LowestLevel { minimal, low };
  enum class Temperature { taken, ignored };  // ignored today, and to be refused by models to come
  enum class Schemas { without_tools, always };
  // Where the images of tool results go: Gemini 3 has a place for them, and from 3.6 on refuses any other.
  enum class ResultImages { beside, inside };
  enum class Signatures { optional, required };  // of the first call of each step

  int context_tokens = 0;  // 0: unknown
  Thinking thinking = Thinking::levels;
  LowestLevel lowest_level = LowestLevel::low;
  int least_budget = 0;  // the budget that turns thinking off, or nearly off
  int most_budget = 0;
  Temperature temperature = Temperature::ignored;
  Schemas schemas = Schemas::always;
  ResultImages result_images = ResultImages::inside;
  Signatures signatures = Signatures::required;
};

[[nodiscard]] Traits traits_of(std::string_view model);

}  // namespace executus::llm::google
