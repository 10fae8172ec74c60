#include <gtest/gtest.h>

#include <executus/agent/final_answer.hpp>

namespace executus::agent {
namespace {

std::string text_of(std::size_t characters, const std::string& start = "") {
  std::string text = start;
  while (text.size() < characters) text += "é";
  return text;
}
std::string characters(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "é";
  return text;
}

std::string answer_of(std::vector<std::string> assistant_texts) {
  llm::Transcript transcript{llm::user_message("why?")};
  for (auto& text : assistant_texts) {
    transcript.push_back(llm::assistant_message(std::move(text)));
    transcript.push_back(llm::user_message("go on"));
  }
  return final_answer(transcript);
}

TEST(FinalAnswer, IsTheLastText) { EXPECT_EQ(answer_of({characters(300), "It was the disk."}), "It was the disk."); }

TEST(FinalAnswer, IsTheTextBeforeAnEmptyOne) {  // [AGT-10]
  EXPECT_EQ(answer_of({characters(200), ""}), characters(200));
  EXPECT_EQ(answer_of({characters(79), ""}), "") << "too little to be an answer";
  EXPECT_EQ(answer_of({characters(80), ""}), characters(80));
}

TEST(FinalAnswer, IsTheTextBeforeAShortOneThatRefersBack) {  // [AGT-10]
  EXPECT_EQ(answer_of({characters(200), "See above."}), characters(200));
  EXPECT_EQ(answer_of({characters(200), characters(121) + " above"}), characters(121) + " above") << "too long";
  EXPECT_EQ(answer_of({characters(85), "As mentioned, that is my answer."}), "As mentioned, that is my answer.")
      << "less than three times as long";
}

TEST(FinalAnswer, IsNoAnnouncement) {  // [AGT-10]
  auto announcement = text_of(190, "Let me look at the log first. ");
  EXPECT_EQ(answer_of({characters(300), announcement.substr(0, 100), ""}), characters(300));
}

TEST(FinalAnswer, OfNobodyIsEmpty) {
  EXPECT_EQ(answer_of({}), "");
  EXPECT_EQ(final_answer({}), "");
}

}  // namespace
}  // namespace executus::agent
