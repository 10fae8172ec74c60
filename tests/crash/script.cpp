#include "script.hpp"

#include <string_view>

namespace executus::crash {
namespace {

constexpr std::string_view kMarker = "The run is <";

std::string label_of(const std::string& run, int ordinal, int index) {
  return run + "/" + std::to_string(ordinal) + "/" + std::to_string(index);
}

}  // namespace

std::vector<ScriptedCall> scripted_calls(const std::string& run, int ordinal) {
  std::vector<ScriptedCall> calls;
  if (ordinal + 1 >= kResponses) return calls;
  for (int index = 0; index <= ordinal % 2; ++index) {
    auto label = label_of(run, ordinal, index);
    calls.push_back({"call_" + std::to_string(ordinal) + "_" + std::to_string(index), label,
                     R"({"label":")" + label + R"(","amount":)" + std::to_string(10 * ordinal + index) + "}"});
  }
  return calls;
}

std::vector<ScriptedCall> scripted_calls(const std::string& run) {
  std::vector<ScriptedCall> all;
  for (int ordinal = 0; ordinal < kResponses; ++ordinal)
    for (auto& call : scripted_calls(run, ordinal)) all.push_back(std::move(call));
  return all;
}

std::string scripted_text(const std::string& run, int ordinal) {
  if (ordinal + 1 >= kResponses) return "All done for " + run + ".";
  return ordinal == 0 ? "" : "Step " + std::to_string(ordinal) + " of " + run + ".";
}

Answer scripted_answer(const std::string& run, int ordinal) {
  return {run, ordinal, scripted_text(run, ordinal), scripted_calls(run, ordinal)};
}

std::string scripted_result(const std::string& label) {
  return R"({"done":")" + label + R"(","receipt":")" + std::to_string(label.size() * 7919 % 1000) + R"("})";
}

std::string prompt_for(const std::string& run) { return std::string(kMarker) + run + ">. Act step by step."; }

std::string run_in(const std::string& prompt) {
  auto at = prompt.find(kMarker);
  if (at == std::string::npos) return {};
  at += kMarker.size();
  return prompt.substr(at, prompt.find('>', at) - at);
}

}  // namespace executus::crash
