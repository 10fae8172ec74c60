// What the parts of an agent file are read with, and what several of them say of models and prompts.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/yaml/fields.hpp"
#include "runtime/agent_file/agent_file.hpp"
#include "runtime/agent_file/extended_file.hpp"
#include "runtime/agent_file/prompt_names.hpp"

namespace executus {

struct Reading {
  Problems& problems;
  const ExtendedFile& file;
  const KnownNames& known;
};

// The key `model`, checked; "" when it is not there. `meanwhile`: what happens where that model cannot be asked.
[[nodiscard]] std::string read_model(Fields& fields, const KnownNames& known, const std::string& meanwhile);

// A prompt that stands in the file itself.
struct PromptText {
  std::string_view text;
  const PromptNames& known;
  const boost::json::object& inputs_schema;  // of the agent; empty: it declares no inputs
};
void report_prompt(Fields& fields, std::string_view key, const PromptText& prompt, const Reading& reading);

}  // namespace executus
