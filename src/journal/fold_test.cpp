// What the fold of a journal keeps of each entry, where no run of the kernel's tests looks.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <executus/journal/checkpoint.hpp>

namespace executus::journal {
namespace {

// A journal that grows, and its fold.
class Journal {
 public:
  Journal() { add(Admitted{{}, {}, {llm::user_message("why?")}}); }
  Checkpoint& add(Payload payload) {
    auto seq = folded_.last_seq + 1;
    apply(folded_, {seq, WallTime(Milliseconds(seq)), Milliseconds(10 * seq), std::move(payload)});
    return folded_;
  }
  Checkpoint& add_call() {
    llm::Response response;
    response.message = llm::assistant_message("", {{"c1", "ask", "{}"}});
    response.finish = llm::FinishReason::tool_calls;
    return add(Responded{response});
  }

 private:
  Checkpoint folded_;
};

llm::Response cut_answer() {
  llm::Response response;
  response.message = llm::assistant_message("half an ans");
  response.finish = llm::FinishReason::length;
  response.usage = {7, 1, 0, 0, 0};
  return response;
}

TEST(Fold, CountsHowOftenTheRunWasTakenUp) {  // [DUR-11]
  Journal journal;
  EXPECT_EQ(journal.add(Opened{1, "w"}).attempts, 1);
  EXPECT_EQ(journal.add(Opened{2, "w"}).attempts, 2);
}

TEST(Fold, KeepsHowTheLastAnswerEnded) {
  Journal journal;
  EXPECT_FALSE(journal.add(Opened{1, "w"}).finish);
  EXPECT_EQ(journal.add_call().finish, llm::FinishReason::tool_calls);
  journal.add(Settled{{0, 0}, llm::CallState::done, "", "seen", {}});
  EXPECT_EQ(journal.add(Responded{cut_answer()}).finish, llm::FinishReason::length);
}

// They answer questions of the open batch's tools; ten thousand of them must not stay.
TEST(Fold, DropsWhatModelsAnsweredToolsWhenTheBatchIsOver) {  // [DUR-09]
  Journal journal;
  journal.add_call();
  const auto& open = journal.add(Generated{{0, 0}, 1, "digest", cut_answer()});
  EXPECT_EQ(open.generated.size(), 1u);
  EXPECT_EQ(open.side_usage.input, 7);
  EXPECT_TRUE(journal.add(Settled{{0, 0}, llm::CallState::done, "", "seen", {}}).generated.empty());
}

}  // namespace
}  // namespace executus::journal
