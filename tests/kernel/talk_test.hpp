// A conversation of several runs, for tests of Invocation::continues.
#pragma once

#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "run/harness_test.hpp"

namespace executus::run {

inline std::string text_of(const llm::Request& request) {
  std::string all = request.system;
  for (const auto& message : request.messages) all += '\n' + write_json(llm::to_json(message));
  for (const auto& tool : request.tools) all += '\n' + tool.name;
  return all;
}

inline std::vector<std::string> texts(const llm::Transcript& messages) {
  std::vector<std::string> all;
  for (const auto& message : messages) all.push_back(message.text());
  return all;
}

// Every call has its result right behind it.
inline void expect_valid(const llm::Transcript& messages) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].tool_calls.empty()) continue;
    ASSERT_LT(i + 1, messages.size());
    ASSERT_EQ(messages[i + 1].tool_results.size(), messages[i].tool_calls.size());
    for (std::size_t c = 0; c < messages[i].tool_calls.size(); ++c)
      EXPECT_EQ(messages[i + 1].tool_results[c].call_id, messages[i].tool_calls[c].id);
  }
}

class Talk : public Harness {
 public:
  template <class Answer>
  explicit Talk(Answer answer) : Harness(std::move(answer)) {}

  Invocation saying(const std::string& id, const std::string& prompt, const std::string& base) {
    auto wanted = invocation(id);
    wanted.prompt = prompt;
    if (!base.empty()) wanted.continues = *RunId::parse(base);
    return wanted;
  }
  RunOutcome say(const std::string& id, const std::string& prompt, const std::string& base = "") {
    return submit(saying(id, prompt, base));
  }
  RunOutcome submit(Invocation wanted) { return loop.run(executor->run(agent, std::move(wanted))); }
  journal::RunRow row(const std::string& id) { return *loop.run(store->inner().find(*RunId::parse(id))); }
  const llm::Transcript& asked_last() const { return model->requests.back().messages; }
};

inline auto echo() {
  return [](const llm::Request& request, std::size_t) { return says("re: " + request.messages.back().text()); };
}
}  // namespace executus::run
