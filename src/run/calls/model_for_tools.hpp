// Asks models for one of a run's tools: the run's own (tool::Call::generate), and others (tool::Call::pay). A call
// needs no more of them.
#pragma once

#include <cstdint>
#include <string>

#include <executus/async/task.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/tool/tool.hpp>

namespace executus::run {

class ModelForTools {
 public:
  // The `ordinal`-th question of `call`, counted from 0. A call that is repeated after a crash gets the journaled
  // answer to the same question.
  [[nodiscard]] virtual Task<llm::Response> generate(llm::CallPosition call, std::uint32_t ordinal, std::string system,
                                                     llm::Transcript messages) = 0;
  [[nodiscard]] virtual Task<void> pay(tool::PaidCall call) = 0;

 protected:
  ~ModelForTools() = default;
};

}  // namespace executus::run
