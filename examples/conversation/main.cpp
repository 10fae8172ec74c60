// A conversation over days and processes: each call of this program asks one thing, and goes on from the run that it is
// given. What was said before is taken from the journal, not sent along.
//
//   export EXECUTUS_MODEL_TIER_FAST=scripted/examples/conversation/script.yaml
//   example_conversation "Which service is slow?"              # prints the run's id, in its first line
//   example_conversation "Since when?" ID
#include <iostream>
#include <optional>

#include <executus/executus.hpp>

using namespace executus;

int main(int argc, char** argv) try {
  if (argc < 2) throw failed("usage", "say what to ask: example_conversation QUESTION [ID]");
  Runtime runtime;
  Agent agent{.name = "operator", .system_prompt = "Be brief."};

  Invocation question{.prompt = argv[1]};
  if (argc > 2) {
    // It may have ended in any way. One that did not end, since its process died, is driven to its end first.
    std::optional<RunId> id = RunId::parse(argv[2]);
    if (!id) throw failed("usage", "the second argument is no id of a run: take what the program printed first");
    RunHandle before = runtime.attach(*id).get();
    (void)before.wait();
    question.continues = before.id();
  }
  RunOutcome outcome = runtime.run(agent, std::move(question));

  std::cout << outcome.run_id.str() << "\n" << outcome.output << outcome.error << "\n";
  std::cout << "(" << outcome.inherited_messages << " messages before this one)\n";
  return outcome.ok() ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 2;
}
