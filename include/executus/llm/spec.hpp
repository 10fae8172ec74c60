// What names a model: `provider/model?effort=high`. Everything after the first slash, up to a comma, is the provider's
// own id, verbatim (openai/ft:gpt-4.1:acme, lab/meta-llama/Llama-3, scripted//tmp/turns.yaml); a trailing `?effort=...`
// sets the reasoning effort of every request. Several with commas between them are a chain: the next is asked when the
// one before cannot answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

namespace executus::llm {

struct ModelSpec {
  std::string provider;  // [a-z0-9_-]+
  std::string id;        // any text
  std::string effort;    // [a-z0-9_-]*, empty: what the request or the model says
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

// `text` without its parameters, and what they say. Also for names of tiers and aliases: `fast?effort=low`.
struct NameAndEffort {
  std::string name;
  std::string effort;
};
[[nodiscard]] Result<NameAndEffort> split_effort(std::string_view text);

}  // namespace executus::llm
