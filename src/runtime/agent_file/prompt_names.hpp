// Which names the prompts of an agent file may use, and which of those they use nothing will ever fill.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/yaml/yaml.hpp"

namespace executus {

// What a prompt may name.
struct PromptNames {
  std::vector<std::string> names;
  bool any_input = false;               // inputs.NAME whatever the name is: the file does not say which there are
  std::vector<std::string> later = {};  // phases that come after this prompt
  // Of the names, those whose members may be named too, and what these values are: an empty schema says nothing.
  std::map<std::string, boost::json::object, std::less<>> values = {};
};

// Of an agent's own prompt: its inputs.
[[nodiscard]] PromptNames names_for_prompt(const boost::json::object& inputs_schema);

// Of phase `index` of these: the inputs, Query, and the phases before it.
[[nodiscard]] PromptNames names_for_phase(const boost::json::object& inputs_schema,
                                          const std::vector<std::string>& phases, std::size_t index);

// What is wrong with one name in a prompt. `offset`: of its {{ there.
struct PromptFault {
  std::size_t offset = 0;
  std::string token;  // as it is written, with its braces; empty when there is no end to it
  std::string message;
};
[[nodiscard]] std::vector<PromptFault> faults_in_prompt(std::string_view prompt, const PromptNames& known);

// The names of inputs in a prompt, without "inputs."; none of a prompt that is malformed.
[[nodiscard]] std::vector<std::string> inputs_named_in(std::string_view prompt);

// Line and column of a byte of a text.
[[nodiscard]] TextPosition position_in(std::string_view text, std::size_t offset);

// Where `token` stands in `text` at or after `from`, else `from`: a value that YAML has unfolded does not tell.
[[nodiscard]] TextPosition position_of(std::string_view token, std::string_view text, TextPosition from);

}  // namespace executus
