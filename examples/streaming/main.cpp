// What a run does, on a terminal, while it does it: text as it is written, tools as they are called.
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/streaming/script.yaml example_streaming
#include <iostream>

#include <executus/executus.hpp>

using namespace executus;

// Committed events are the run's journal: each comes once, with its number. Provisional ones are pieces of a response
// that is being made: they may be taken back, and those of before we looked are not there. The response has all of it.
class Terminal {
 public:
  void show(const Event& event) {
    if (const auto* piece = event.as<TextDelta>()) print(piece->text);
    if (event.as<AttemptReset>()) reset();
    if (const auto* lost = event.as<Lagged>()) print("(" + std::to_string(lost->lost) + " events came too fast)");
    if (const auto* said = event.as<journal::Responded>()) finish(said->response.message);
    if (const auto* waiting = event.as<Waiting>()) print(waiting->how_to_answer + "\n");
    if (const auto* ended = event.as<Ended>())
      print("[" + std::to_string(event.seq) + "] " + std::string(to_string(ended->outcome.status)) + "\n");
  }

 private:
  void print(const std::string& text) {
    std::cout << text << std::flush;
    shown_ = true;
  }
  void reset() {
    print("\n(the model is asked again)\n");
    shown_ = false;
  }
  void finish(const llm::Message& message) {
    if (!shown_) print(message.text());
    print("\n");
    for (const auto& call : message.tool_calls) print("  > " + call.name + " " + call.arguments + "\n");
    shown_ = false;
  }

  bool shown_ = false;  // a piece of the response that is being made
};

int main() {
  Runtime runtime;
  Agent agent{.name = "guide", .system_prompt = "Explain this project.", .tools = {"grep"}};

  // The reply is there once the run is durable. From then on it goes on by itself: whoever stops reading stops nothing.
  RunHandle run = runtime.start(agent, "What is an effect class?").get();
  Terminal terminal;
  for (const Event& event : run.events()) terminal.show(event);

  return run.wait().ok() ? 0 : 1;
}
