// What the model of the crash tests says, and what the effects answer: pure functions of run and place, so that a run
// that was killed any number of times has to end like one that was not.
#pragma once

#include <string>
#include <vector>

namespace executus::crash {

inline constexpr int kResponses = 5;  // the last one is the answer
inline constexpr const char* kTool = "act";

// One call the model asks for.
struct ScriptedCall {
  std::string id;         // as the model names it
  std::string label;      // "RUN/response/index": tells calls apart on the effect server
  std::string arguments;  // JSON
  std::string tool = kTool;
};

// One answer of the model, and its place: the `ordinal`-th of a conversation. Calls and text depend on the place only.
struct Answer {
  std::string thread;  // tells conversations apart
  int ordinal = 0;
  std::string text;
  std::vector<ScriptedCall> calls = {};
};

// The calls of the response number `ordinal` (from 0): one, two, one, two, none.
[[nodiscard]] std::vector<ScriptedCall> scripted_calls(const std::string& run, int ordinal);
[[nodiscard]] std::vector<ScriptedCall> scripted_calls(const std::string& run);  // of all responses
[[nodiscard]] std::string scripted_text(const std::string& run, int ordinal);
[[nodiscard]] Answer scripted_answer(const std::string& run, int ordinal);
[[nodiscard]] std::string scripted_result(const std::string& label);  // JSON

// The prompt names the run; by it the model server knows which run asks. Empty: no such marker.
[[nodiscard]] std::string prompt_for(const std::string& run);
[[nodiscard]] std::string run_in(const std::string& prompt);

}  // namespace executus::crash
