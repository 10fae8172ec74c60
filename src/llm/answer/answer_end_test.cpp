#include <gmock/gmock.h>

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {
namespace {

Asked ended_of_lab() { return {"lab", "lab/m", "c4n4ry-secret", {}, {}}; }

std::string end_of(AnswerEnd end, bool after_results = false) {
  auto asked = ended_of_lab();
  asked.after_results = after_results;
  try {
    return std::string(to_string(finish_of(end, asked)));
  } catch (const ModelError& error) {
    EXPECT_EQ(error.failure(), Failure::transient);
    return error.code() + ": " + error.message();
  }
}

const AnswerEnd kSaysText{.word = "", .has_text = true}, kSaysNothing{}, kHasCalls{.word = "", .has_calls = true};

std::string end_of(std::string_view word, AnswerEnd what) {
  what.word = word;
  return end_of(what);
}

TEST(AnswerEnd, IsToldByItsWord) {  // [LLM-15]
  for (auto word :
       {"stop", "STOP", "end", "end_turn", "stop_sequence", "eos", "eos_token", "complete", "completed", ""})
    EXPECT_EQ(end_of(word, kSaysText), "stop") << word;
  for (auto word : {"length", "max_tokens", "MAX_TOKENS", "max_output_tokens", "max_length", "model_length",
                    "model_context_window_exceeded"})
    EXPECT_EQ(end_of(word, kSaysText), "length") << word;
  for (auto word : {"content_filter", "content_filtered", "refusal", "safety", "sensitive", "recitation", "blocklist",
                    "prohibited_content", "spii", "guardrail_intervened", "language", "image_safety",
                    "image_prohibited_content", "image_recitation", "model_armor"})
    EXPECT_EQ(end_of(word, kSaysText), "refusal") << word;
  for (auto word : {"stop", "tool_calls", "tool_call", "tool_use", "function_call", ""})
    EXPECT_EQ(end_of(word, kHasCalls), "tool_calls") << word;
}

TEST(AnswerEnd, OfAnUnknownWordIsAFailedAttempt) {  // [LLM-15]
  for (auto word : {"error", "pause_turn", "load", "abort", "network_error", "c4n4ry-secret"})
    for (const auto& what : {kSaysText, kSaysNothing, kHasCalls}) {
      auto end = end_of(word, what);
      EXPECT_THAT(end, ::testing::StartsWith("model.broken: ")) << word;
      EXPECT_THAT(end, ::testing::Not(::testing::HasSubstr("c4n4ry")));
    }
  EXPECT_THAT(end_of("network_error", kSaysText), ::testing::HasSubstr("'network_error'"));
}

TEST(AnswerEnd, OfCallsThatAreNotThereIsAFailedAttempt) {  // [LLM-15]
  EXPECT_THAT(end_of("tool_calls", kSaysText), ::testing::HasSubstr("announces tool calls"));
  EXPECT_THAT(end_of("tool_use", kSaysNothing), ::testing::HasSubstr("announces tool calls"));
}

TEST(AnswerEnd, OfNothingIsAFailedAttemptUnlessItFollowsResults) {  // [LLM-15] [AGT-10]
  EXPECT_THAT(end_of("stop", kSaysNothing), ::testing::HasSubstr("there is nothing in it"));
  AnswerEnd silent{.word = "stop"}, announced{.word = "tool_calls"};
  EXPECT_EQ(end_of(silent, true), "stop") << "all was said before";
  EXPECT_THAT(end_of(announced, true), ::testing::StartsWith("model.broken"));
  EXPECT_EQ(end_of("length", kSaysNothing), "length") << "the limit was used up by thinking";
}

TEST(AnswerEnd, OfSeveralWordsIsTheWorst) {
  EXPECT_EQ(worse_finish("length", "stop"), "length");
  EXPECT_EQ(worse_finish("stop", "length"), "length");
  EXPECT_EQ(worse_finish("stop", "error"), "error");
  EXPECT_EQ(worse_finish("error", "content_filter"), "error");
  EXPECT_EQ(worse_finish("length", "content_filter"), "content_filter");
  EXPECT_EQ(worse_finish("content_filter", "length"), "content_filter");
  EXPECT_EQ(worse_finish("stop", "tool_calls"), "tool_calls");
  EXPECT_EQ(worse_finish("", "stop"), "stop");
  EXPECT_EQ(worse_finish("stop", ""), "stop");
}

TEST(AnswerEnd, IsToldByItsWordHoweverItIsWritten) {  // [LLM-15]
  for (auto word : {"content_filter: RECITATION", "Content-Filter", "guardrail_intervened", "language", "IMAGE_SAFETY"})
    EXPECT_EQ(end_of(word, kSaysText), "refusal") << word;
  EXPECT_EQ(end_of("max-tokens", kSaysText), "length");
  for (auto word : {"null", "None", " "}) {
    EXPECT_EQ(end_of(word, kSaysText), "stop") << word;
    EXPECT_EQ(worse_finish("", word), "") << word;
  }
}

}  // namespace
}  // namespace executus::llm
