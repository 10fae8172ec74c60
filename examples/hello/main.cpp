// One agent, one question, one answer. From the root of the sources, with a script in the place of a model:
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/hello/script.yaml example_hello
//
// With OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY or OLLAMA_HOST it asks a real one. Either way the run is
// journaled while it happens: kill this program in the middle, and `executus recover` ends what it began.
#include <iostream>

#include <executus/executus.hpp>

int main() {
  executus::Runtime runtime;
  auto outcome = runtime.run({.name = "clerk", .system_prompt = "Be brief.", .tools = {"read_file"}},
                             "Which license does this project have?");
  std::cout << outcome.output << outcome.error << "\n";
  return outcome.ok() ? 0 : 1;
}
