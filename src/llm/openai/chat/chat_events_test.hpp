// Events of a chat stream, and what a reader makes of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/model_error_test.hpp"
#include "llm/openai/chat/stream.hpp"

namespace executus::llm::openai {

inline Asked streaming() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

inline std::string delta(std::string_view delta, std::string_view finish = "null") {
  return "{\"choices\":[{\"index\":0,\"delta\":" + std::string(delta) + ",\"finish_reason\":" + std::string(finish) +
         "}]}";
}

inline Response read_events(const std::vector<std::string>& events) {
  ChatReader reader(streaming());
  for (const auto& event : events) (void)reader.add(event);
  return reader.finish();
}

inline std::string event(std::string_view data, std::string_view end = "\n\n") {
  return "data: " + std::string(data) + std::string(end);
}

inline const std::string kFinish = event(R"({"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})");

inline std::string choice(std::string_view fields) { return "{\"choices\":[{" + std::string(fields) + "}]}"; }

inline std::string code_of(const std::vector<std::string>& events) {
  return error_in([&] { return read_events(events); }).code();
}

}  // namespace executus::llm::openai
