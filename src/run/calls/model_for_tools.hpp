// Asks the run's model a question for one of its tools (tool::Call::generate). A call needs no more of the model.
#pragma once

#include <cstdint>
#include <string>

#include <executus/async/task.hpp>
#include <executus/llm/conversation.hpp>

namespace executus::run {

class ModelForTools {
 public:
  // The `ordinal`-th question of `call`, counted from 0. A call that is repeated after a crash gets the journaled
  // answer to the same question.
  [[nodiscard]] virtual Task<llm::Response> generate(llm::CallPosition call, std::uint32_t ordinal, std::string system,
                                                     llm::Transcript messages) = 0;

 protected:
  ~ModelForTools() = default;
};

}  // namespace executus::run
