// A model that calls a tool once, and then answers.
#pragma once

#include <functional>
#include <string>

#include "run/harness_test.hpp"

namespace executus::run {

inline std::function<llm::Response(std::size_t)> call_then_answer(std::string tool) {
  return [tool](std::size_t turn) {
    return turn == 0 ? calls({{"c" + std::to_string(turn), tool, R"({"amount":5})"}}) : says("done");
  };
}

}  // namespace executus::run
