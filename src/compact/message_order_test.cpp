// What providers ask of the order of messages, applied to what is sent after any number of compactions.
#include "run/message_order_test.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include <executus/compact/summarizer.hpp>

namespace executus::compact {
namespace {

using run::objection;

// A conversation as runs have them: steps with some calls at once, images and steer messages between, answers.
class RandomRun {
 public:
  explicit RandomRun(unsigned seed) : random_(seed) {
    if (chance(5)) add_text(llm::Role::system);
    add_text(llm::Role::user);
  }
  void step() {
    llm::Message assistant = llm::assistant_message(chance(2) ? "thinking" : "");
    llm::Message results;
    results.role = llm::Role::tool;
    for (int calls = pick(4); calls > 0; --calls) {
      std::string id = "c" + std::to_string(next_++);
      assistant.tool_calls.push_back({id, "tool", "{}"});
      results.tool_results.push_back({id, "tool", "r", {}, chance(7)});
    }
    if (assistant.tool_calls.empty()) assistant.parts = {llm::Text{"an answer"}};
    messages.push_back(assistant);
    if (!results.tool_results.empty()) messages.push_back(results);
    if (results.tool_results.empty() || chance(4)) add_text(llm::Role::user);  // steered, or the next question
    if (chance(9)) add_text(llm::Role::user);
  }
  int pick(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool chance(int one_in) { return pick(one_in) == 0; }

  llm::Transcript messages;

 private:
  void add_text(llm::Role role) {
    llm::Message message = llm::user_message("text " + std::to_string(next_++));
    message.role = role;
    if (role == llm::Role::user && chance(6)) message.parts.push_back(llm::Image{"x", "image/png"});
    messages.push_back(message);
  }
  std::mt19937 random_;
  int next_ = 0;
};

TEST(MessageOrder, TheValidatorSeesWhatIsWrong) {
  llm::Message result;
  result.role = llm::Role::tool;
  result.tool_results = {{"c", "tool", "r", {}, false}};
  auto question = llm::user_message("q");
  auto call = llm::assistant_message("", {{"c", "tool", "{}"}});
  EXPECT_EQ(objection({question, call, result}), "");
  EXPECT_NE(objection({question, result}), "") << "split before the result";
  EXPECT_NE(objection({question, call}), "");
  EXPECT_NE(objection({question, call, question, result}), "");
  EXPECT_NE(objection({call, result}), "");
  EXPECT_NE(objection({}), "");
}

// 100,000 conversations, each compacted now and then while it grows, some compactions failing.
TEST(MessageOrder, HoldsAfterAnyNumberOfCompactions) {  // [DUR-33] [CMP-04]
  for (unsigned seed = 0; seed < 100'000; ++seed) {
    RandomRun run(seed);
    auto keep = static_cast<std::size_t>(run.pick(10));
    std::uint32_t compacted = 0;
    for (int steps = 2 + run.pick(8); steps > 0; --steps) {
      run.step();
      auto cut = where_to_cut(run.messages, keep);
      if (run.chance(3) && cut > compacted) compacted = cut;
      auto sent = compacted == 0 ? run.messages : compacted_view(run.messages, compacted, "so far");
      ASSERT_EQ(objection(sent), "") << "seed " << seed;
      auto kept = std::min(keep, run.messages.size());
      ASSERT_GE(sent.size(), kept);
      for (std::size_t i = 1; compacted == cut && i <= kept; ++i)
        ASSERT_EQ(&sent[sent.size() - i], &run.messages[run.messages.size() - i]) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace executus::compact
