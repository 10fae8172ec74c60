// What names a model: `provider/model?effort=high`. Everything after the first slash, up to a comma, is the provider's
// own id, verbatim (openai/ft:gpt-4.1:acme, lab/meta-llama/Llama-3, scripted//tmp/turns.yaml). Parameters may follow a
// question mark, with & between them:
//
//   effort=high               reasoning effort, as the provider calls it
//   max_output_tokens=8000    of one answer, reasoning included where the provider counts it so; 1 to 10,000,000
//   temperature=0.2           0 to 2
//
// They hold for every request that does not say the same itself. Several specs with commas between them are a chain:
// the next is asked when the one before cannot answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

namespace executus::llm {

// What is not set is left to the request, or to the model.
struct ModelParameters {
  std::string effort = {};  // [a-z0-9_-]*
  std::optional<int> max_output_tokens = {};
  std::optional<double> temperature = {};
  bool operator==(const ModelParameters&) const = default;
};

// `text` without its parameters, and what they say. Also for names of tiers and aliases: `fast?effort=low`.
struct NameAndParameters {
  std::string name;
  ModelParameters parameters = {};
};
[[nodiscard]] Result<NameAndParameters> split_parameters(std::string_view text);

// "?effort=high&temperature=0.2", as split_parameters reads it; "" when nothing is set.
[[nodiscard]] std::string to_string(const ModelParameters& parameters);

struct ModelSpec {
  std::string provider;  // [a-z0-9_-]+
  std::string id;        // any text
  ModelParameters parameters = {};
  bool operator==(const ModelSpec&) const = default;
};

// A spec of one element. Error model.spec; a text with "://" is not quoted, it may hold a token.
[[nodiscard]] Result<ModelSpec> parse_spec(std::string_view text);

// The text parse_spec reads as `spec`.
[[nodiscard]] std::string to_string(const ModelSpec& spec);

using ModelChain = std::vector<ModelSpec>;  // in the order they are asked; never empty
[[nodiscard]] std::string to_string(const ModelChain& chain);

// "provider/model", without parameters: what a Model calls its target.
[[nodiscard]] std::string target_of(const ModelSpec& spec);

}  // namespace executus::llm
