#include <gtest/gtest.h>

#include <executus/agent/final_answer.hpp>

namespace executus::agent {
namespace {

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
  for (const char* start :
       {"Let me look. ", "Okay, I'll look. ", "Now let\u2019s see. ", "Sure! First, I will look. "}) {
    auto announcement = start + characters(100);
    EXPECT_EQ(answer_of({characters(300), announcement, ""}), characters(300)) << start;
    EXPECT_EQ(answer_of({start + characters(200), ""}), start + characters(200)) << "long enough to be an answer";
  }
  for (const char* start : {"Let meters be. ", "Now it is clear: ", "I illustrate. ", "Okay. "}) {
    auto answer = start + characters(100);
    EXPECT_EQ(answer_of({characters(300), answer, ""}), answer) << start;
  }
}

TEST(FinalAnswer, RefersBackInThesePhrases) {  // [AGT-10]
  for (const char* last : {"See above.", "My review is above; nothing else.", "As I said.", "That\u2019s my answer.",
                           "See my previous message", "The above covers it.", "Already answered.", "(as listed above)"})
    EXPECT_EQ(answer_of({characters(300), last}), characters(300)) << last;
  for (const char* last :
       {"Disk usage is above 90%.", "Yes, it works as described.", "42", "I see my mistake: a typo."})
    EXPECT_EQ(answer_of({characters(300), last}), last) << "an answer of its own";
}

TEST(FinalAnswer, CountsNoWhiteSpaceAroundATextAndNoBytes) {  // [AGT-10]
  EXPECT_EQ(answer_of({characters(100), std::string(150, ' ')}), characters(100)) << "blank is empty";
  EXPECT_EQ(answer_of({characters(79) + "  \n", ""}), "");
  EXPECT_EQ(answer_of({characters(90), "See above." + std::string(150, '\n')}), characters(90));
}

TEST(FinalAnswer, OfNobodyIsEmpty) {
  EXPECT_EQ(answer_of({}), "");
  EXPECT_EQ(final_answer({}), "");
}

}  // namespace
}  // namespace executus::agent
