// Requests that a model refuses for their size: what is left out of them, and how the run goes on.
#include "run/step/withholding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = llm::MessagePart::Kind;

llm::ModelError too_large(int status = 400) {
  return {llm::Failure::permanent, std::string(llm::kRequestTooLarge), "too long", status};
}
llm::ModelError image_too_large() { return {llm::Failure::permanent, std::string(llm::kImageTooLarge), "5 MB", 400}; }

llm::Message results(std::vector<std::size_t> sizes) {
  llm::Message message;
  message.role = llm::Role::tool;
  for (auto size : sizes) message.tool_results.push_back({"c", "look", std::string(size, 'x'), {}, false});
  return message;
}

llm::Message picture(std::size_t bytes) {
  llm::Message message = llm::user_message("look");
  message.parts.emplace_back(llm::Image{std::string(bytes, 'p'), "image/png"});
  return message;
}

std::vector<llm::MessagePart> parts_of(const std::vector<journal::Withheld::Item>& items) {
  std::vector<llm::MessagePart> parts;
  for (const auto& item : items) parts.push_back(item.part);
  return parts;
}

TEST(Withholding, LeavesOutTheLargestResult) {
  llm::Transcript messages{llm::user_message("q"), results({900, 20'000}), results({800})};
  EXPECT_EQ(parts_of(to_withhold(messages, 0, too_large())),
            (std::vector<llm::MessagePart>{{1, Kind::result_text, 1}}));
}

TEST(Withholding, LeavesOutAQuarterWhereNoResultIsLarge) {
  llm::Transcript messages;
  for (int i = 0; i < 40; ++i) messages.push_back(results({1'000}));
  EXPECT_EQ(to_withhold(messages, 0, too_large()).size(), 10u);
}

TEST(Withholding, KeepsWhatPeopleAndTheModelSaidAndWhatIsShort) {
  llm::Transcript messages{llm::user_message(std::string(90'000, 'q')),
                           llm::assistant_message(std::string(90'000, 'a')), results({100})};
  EXPECT_TRUE(to_withhold(messages, 0, too_large()).empty());
}

TEST(Withholding, PassesOverWhatIsFolded) {
  llm::Transcript messages{results({90'000}), results({2'000})};
  EXPECT_EQ(parts_of(to_withhold(messages, 1, too_large())),
            (std::vector<llm::MessagePart>{{1, Kind::result_text, 0}}));
}

// An image has a price in tokens, whatever its bytes.
TEST(Withholding, CountsImagesByWhatTheServerCounts) {
  llm::Transcript messages{picture(900'000), results({50'000})};
  EXPECT_EQ(parts_of(to_withhold(messages, 0, too_large(400))),
            (std::vector<llm::MessagePart>{{1, Kind::result_text, 0}}));
  EXPECT_EQ(parts_of(to_withhold(messages, 0, too_large(413))), (std::vector<llm::MessagePart>{{0, Kind::images, 0}}));
}

TEST(Withholding, LeavesOutOnlyImagesWhereOneIsRefused) {
  auto shown = results({50'000});
  shown.tool_results[0].images = {{"small", "image/png"}};
  llm::Transcript messages{picture(10), shown, picture(900)};
  EXPECT_EQ(parts_of(to_withhold(messages, 0, image_too_large())),
            (std::vector<llm::MessagePart>{{2, Kind::images, 0}}));
}

TEST(Withholding, LeavesOutTheImagesThatCameLastWhereOneCannotBeRead) {
  llm::ModelError refused{llm::Failure::permanent, std::string(llm::kImageRefused), "what is this?", 400};
  auto shown = results({50'000});
  shown.tool_results[0].images = {{"small", "image/png"}};
  llm::Transcript messages{picture(900), llm::assistant_message("nice"), picture(10), shown};

  auto items = to_withhold(messages, 0, refused);

  EXPECT_EQ(parts_of(items), (std::vector<llm::MessagePart>{{2, Kind::images, 0}, {3, Kind::result_images, 0}}));
  EXPECT_THAT(items[0].note, HasSubstr("could not read"));
  messages.push_back(llm::assistant_message("hm"));
  EXPECT_EQ(to_withhold(messages, 0, refused).size(), 3u) << "none came since";
}

// --- in a run

// A model that takes no more than so many bytes.
struct Narrow : Harness {
  explicit Narrow(std::size_t result)
      : Harness([this](const llm::Request& r, std::size_t turn) { return answer(r, turn); }) {
    add_tool("look", tool::Effect::pure).act = [result] { return tool::Done{std::string(result, 'x'), {}}; };
    agent.system_prompt = "Be good.";
  }
  llm::Response answer(const llm::Request& request, std::size_t turn) {
    std::size_t bytes = 0;
    for (const auto& message : request.messages) {
      bytes += message.text().size();
      for (const auto& each : message.tool_results) bytes += each.text.size();
    }
    if (bytes > most) ++refusals, throw too_large();
    return turn < steps ? calls({{"c", "look", R"({"n":)" + std::to_string(turn) + "}"}}) : says("done");
  }
  std::size_t most = 10'000;
  std::size_t steps = 1;
  int refusals = 0;
};

TEST(TooLarge, AResultBecomesANoteAndTheRunGoesOn) {
  Narrow run(90'000);
  auto outcome = run.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  EXPECT_EQ(run.refusals, 1);
  EXPECT_THAT(run.model->requests.back().messages.back().tool_results.at(0).text, HasSubstr("90000 bytes"));
  EXPECT_THAT(run.kinds(), Contains("withheld"));
}

TEST(TooLarge, IsJournaledSoThatAResumedRunDoesNotSendItAgain) {  // [DUR-34]
  Narrow run(90'000);
  run.steps = 2;
  run.store->writes_left = 2;  // dies with the second response
  (void)run.run();
  ASSERT_THAT(run.kinds(), Contains("withheld"));
  auto refused = run.refusals;
  run.new_process();
  run.most = 400'000;
  EXPECT_TRUE(run.recover()->ok());
  EXPECT_EQ(run.refusals, refused);
  EXPECT_THAT(run.model->requests.back().messages[2].tool_results.at(0).text, HasSubstr("90000 bytes"));
}

TEST(TooLarge, TakesAsManyNotesAsItNeeds) {
  Narrow run(3'000);
  run.steps = 9;
  EXPECT_TRUE(run.run().ok());
  EXPECT_LT(run.refusals, 9);
}

TEST(TooLarge, WhatCannotBeReducedIsAnErrorThatSaysSo) {
  Narrow run(10);
  run.most = 3;
  auto outcome = run.run();
  EXPECT_EQ(outcome.status, RunStatus::error);
  EXPECT_EQ(outcome.error_code, llm::kRequestTooLarge);
  EXPECT_THAT(outcome.error, HasSubstr("nothing is left"));
  EXPECT_THAT(run.kinds(), Not(Contains("withheld")));
}

}  // namespace
}  // namespace executus::run
