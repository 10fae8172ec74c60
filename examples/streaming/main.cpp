// What a run does, on a terminal, while it does it: text as it is written, tools as they are called.
//
//   EXECUTUS_MODEL_TIER_FAST=scripted/examples/streaming/script.yaml example_streaming
#include <iostream>

#include <executus/executus.hpp>

using namespace executus;

// Committed events are the run's journal, each with its number. Provisional ones (text as it comes) may be taken back.
void show(const Event& event) {
  if (const auto* text = event.as<TextDelta>()) std::cout << text->text << std::flush;
  if (event.as<AttemptReset>()) std::cout << "\n(the model is asked again)\n";
  if (const auto* lost = event.as<Lagged>()) std::cout << "(" << lost->lost << " pieces came too fast)\n";
  if (event.as<journal::Responded>()) std::cout << "\n";
  if (const auto* changed = event.as<ActivityChanged>(); changed && changed->activity.state == Activity::State::running)
    std::cout << "  > " << changed->activity.summary << "\n";
  if (const auto* waiting = event.as<Waiting>()) std::cout << waiting->how_to_answer << "\n";
  if (const auto* ended = event.as<Ended>())
    std::cout << "[" << event.seq << "] " << to_string(ended->outcome.status) << " after " << ended->outcome.iterations
              << " answers\n";
}

int main() {
  Runtime runtime;
  Agent agent{.name = "guide", .system_prompt = "Explain this project.", .tools = {"grep"}};

  // The reply is there once the run is durable. From then on it goes on by itself: whoever stops reading stops nothing.
  RunHandle run = runtime.start(agent, "What is an effect class?").get();
  for (const Event& event : run.events()) show(event);

  return run.wait().ok() ? 0 : 1;
}
