// Runs an agent that lies in a file, with inputs. From the root of the sources, or with the folder as argument.
#include <iostream>

#include <executus/executus.hpp>

int main(int argc, char** argv) {
  executus::RuntimeOptions options;
  options.agent_folders = {argc > 1 ? argv[1] : "examples/agent_files/agents"};
  executus::Runtime runtime(std::move(options));

  auto triage = runtime.load_agent("triage");
  if (!triage.ok()) {
    std::cerr << triage.error().message() << "\n";  // file:line:col: error: ...
    return 2;
  }
  executus::Invocation invocation;
  invocation.prompt = "Why did the build fail?";
  invocation.inputs = executus::apply_inputs(*triage, {{"service", "shop"}}).value();
  auto outcome = runtime.run(triage->agent, std::move(invocation));
  std::cout << outcome.output << outcome.error << "\n";
  return outcome.ok() ? 0 : 1;
}
