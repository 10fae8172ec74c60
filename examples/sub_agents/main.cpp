// A team as a value: an editor who has a researcher. Each call of one is a durable run of its own, below the run that
// asked.
//
//   export EXECUTUS_MODEL_TIER_THINKING=scripted/examples/sub_agents/script_thinking.yaml   # the editor
//   export EXECUTUS_MODEL_TIER_FAST=scripted/examples/sub_agents/script.yaml                # the researcher
//   example_sub_agents
#include <iostream>

#include <executus/executus.hpp>

using namespace executus;

void print(const RunTree& tree, const std::string& indent = "") {
  std::cout << indent << tree.row.agent << ": " << to_string(tree.row.status) << "\n";
  for (const RunTree& child : tree.children) print(child, indent + "  ");
}

int main() {
  Runtime runtime;
  Agent researcher{.name = "researcher",
                   .description = "Finds out what the sources say about a word.",  // read by the agent that chooses
                   .model = "fast",
                   .tools = {"grep"}};
  Agent editor{.name = "editor",
               .system_prompt = "Have things looked up, and write the report.",
               .model = "thinking",
               .sub_agents = {researcher}};

  RunOutcome outcome = runtime.run(editor, "What is a lease, and what is an epoch?");
  std::cout << outcome.output << outcome.error << "\n";
  print(runtime.runs().tree(outcome.run_id).get().root);
  return outcome.ok() ? 0 : 1;
}
