#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/compact/summarizer.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::compact {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

llm::Message results(std::vector<std::string> ids) {
  llm::Message message;
  message.role = llm::Role::tool;
  for (auto& id : ids) message.tool_results.push_back({id, "grep", "found " + id, {}, false});
  return message;
}

struct Scribe final : llm::Model {
  Task<llm::Response> generate(llm::Request request, llm::StreamObserver*) override {
    asked.push_back(request);
    llm::Response response;
    response.message = llm::assistant_message(answer);
    response.usage = {50, 5, 0, 0, 0};
    response.finish = finish;
    co_return response;
  }
  const std::string& target() const override { return name; }
  std::string name = "test/fast";
  std::string answer = " what was said \n";
  llm::FinishReason finish = llm::FinishReason::stop;
  std::vector<llm::Request> asked;
};

struct Summarizing : ::testing::Test {
  Compaction compact(llm::Transcript messages, std::uint32_t compacted = 0, std::string summary = "") {
    CompactionRequest request{std::move(messages), compacted, std::move(summary), scribe};
    return loop.run(summarizer.compact(std::move(request)));
  }
  const std::string text() { return scribe->asked.back().messages[0].text(); }

  testing::ManualLoop loop;
  std::shared_ptr<Scribe> scribe = std::make_shared<Scribe>();
  SummarizerOptions options = [] {
    SummarizerOptions few;
    few.keep_recent = 2;
    return few;
  }();
  Summarizer summarizer{options};
};

llm::Transcript conversation() {
  return {llm::user_message("why is it down?"), llm::assistant_message("looking", {{"c", "grep", R"({"q":"error"})"}}),
          results({"c"}), llm::assistant_message("the disk is full"), llm::user_message("sure?")};
}

TEST(WhereToCut, NeverPartsCallsAndResults) {  // [CMP-04] [DUR-33]
  EXPECT_EQ(where_to_cut(conversation(), 2), 3u);
  EXPECT_EQ(where_to_cut(conversation(), 3), 1u) << "results would begin what stays";
  EXPECT_EQ(where_to_cut(conversation(), 5), 0u);
  EXPECT_EQ(where_to_cut({}, 0), 0u);
}

TEST_F(Summarizing, FoldsTheHeadWithOneCall) {  // [CMP-05] [CMP-06]
  auto done = compact(conversation());
  EXPECT_EQ(done.upto, 3u);
  EXPECT_EQ(done.summary, "what was said");
  EXPECT_EQ(done.usage.input, 50);
  ASSERT_EQ(scribe->asked.size(), 1u);
  EXPECT_THAT(text(), HasSubstr("why is it down?"));
  EXPECT_THAT(text(), HasSubstr("RESULT of grep: found c"));
  EXPECT_THAT(text(), Not(HasSubstr("sure?")));
  for (const char* wanted : {"URL", "ids of files", "findings", "goal"})
    EXPECT_THAT(scribe->asked[0].system, HasSubstr(wanted));
}

TEST_F(Summarizing, CarriesAnEarlierSummaryOn) {  // [CMP-07]
  auto messages = conversation();
  messages.push_back(llm::assistant_message("yes"));
  messages.push_back(llm::user_message("and now?"));
  auto done = compact(messages, 3, "first summary");
  EXPECT_EQ(done.upto, 5u);
  EXPECT_THAT(text(), HasSubstr("first summary"));
  EXPECT_THAT(text(), HasSubstr("the disk is full"));
  EXPECT_THAT(text(), Not(HasSubstr("why is it down?"))) << "it is in the summary";
}

TEST_F(Summarizing, LeavesSystemMessagesAlone) {  // [CMP-03]
  llm::Message system = llm::user_message("house rules");
  system.role = llm::Role::system;
  llm::Transcript messages{system};
  messages.append(conversation());
  (void)compact(messages);
  EXPECT_THAT(text(), Not(HasSubstr("house rules")));
}

TEST_F(Summarizing, FoldsNothingWhenThereIsNothingNew) {
  EXPECT_EQ(compact(conversation(), 3, "s").upto, 0u);
  EXPECT_EQ(compact({llm::user_message("hi")}).upto, 0u);
  EXPECT_TRUE(scribe->asked.empty());
}

TEST_F(Summarizing, DoesNotShowArgumentsThatMayHoldSecrets) {  // [CMP-09]
  for (const char* tool : {"mcp_call", "email_send", "http_post", "webhook_fire"}) {
    llm::Transcript messages{llm::user_message("go"),
                             llm::assistant_message("", {{"c", tool, R"({"token":"c4n4ry"})"}}), results({"c"}),
                             llm::assistant_message("a"), llm::user_message("b")};
    (void)compact(messages);
    EXPECT_THAT(text(), Not(HasSubstr("c4n4ry"))) << tool;
    EXPECT_THAT(text(), HasSubstr("found c")) << "results are shown";
  }
}

// A model may think for longer than a summary is long.
TEST_F(Summarizing, LeavesTheLimitOfTheAnswerToTheTier) {
  (void)compact(conversation());
  EXPECT_EQ(scribe->asked[0].max_output_tokens, std::nullopt);
  EXPECT_THAT(scribe->asked[0].system, HasSubstr("a thousand words at most"));
}

TEST_F(Summarizing, RefusesHalfASummary) {  // [CMP-08]
  for (auto [finish, code] :
       {std::pair(llm::FinishReason::length, "compact.cut"), std::pair(llm::FinishReason::other, "compact.cut"),
        std::pair(llm::FinishReason::refusal, "compact.refused")}) {
    scribe->finish = finish;
    try {
      (void)compact(conversation());
      ADD_FAILURE() << code;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code);
    }
  }
}

TEST_F(Summarizing, RefusesAnEmptySummary) {  // [CMP-08]
  scribe->answer = "  \n";
  EXPECT_THROW((void)compact(conversation()), Error);
}

}  // namespace
}  // namespace executus::compact
