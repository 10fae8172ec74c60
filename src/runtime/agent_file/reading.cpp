#include "runtime/agent_file/reading.hpp"

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus {

// What cannot be asked here may be there where the agent runs.
std::string read_model(Fields& fields, const KnownNames& known, const std::string& meanwhile) {
  auto model = fields.string("model");
  if (!model) return "";
  auto fault = fault_of_model(*model, known.model_obstacle);
  if (fault && fault->of == ModelFault::Of::file) fields.error("model", "'model': " + fault->message);
  if (fault && fault->of == ModelFault::Of::surroundings) fields.warning("model", meanwhile + fault->message);
  return *model;
}

void report_prompt(Fields& fields, std::string_view key, const PromptText& prompt, const Reading& reading) {
  const auto& [problems, file, known] = reading;
  auto pointer = pointer_to(fields.pointer(), key);
  auto at = file.document.value_at(pointer);
  for (const auto& fault : faults_in_prompt(prompt.text, prompt.known))
    problems.error(file.document.file_at(pointer), position_of(fault.token, file.text_at(pointer), at), fault.message);
  if (!prompt.inputs_schema.empty()) return;
  for (const auto& input : inputs_named_in(prompt.text))
    fields.warning(key, "'{{inputs." + std::string(clip(input, 80)) +
                            "}}' has to be given with each run: 'inputs' declares nothing");
}

}  // namespace executus
