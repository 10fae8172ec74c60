// From items to calls, and from results to a list.
#include "run/step/mapping.hpp"

#include <limits>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::run {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(MappingCalls, AreNotMadeOfAMillionItems) {  // [WFL-01]
  Answers answers(journal::Checkpoint(), {});
  answers.set("list", json::array(1'000'000));
  Phase phase{.name = "each", .system_prompt = "", .kind = Phase::Kind::map, .map = {"{{list}}", "kid", "{{item}}"}};
  auto refused = calls_of_map(phase, answers, 0, std::numeric_limits<std::size_t>::max());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), "map.too_many");
  EXPECT_THAT(refused.error().message(),
              AllOf(HasSubstr("it has 1000000 items"), HasSubstr(std::to_string(kMostItems) + " are the most")));
}

TEST(MappingCalls, HaveSoManyBytesTogetherAtMost) {  // [WFL-01]
  Answers answers(journal::Checkpoint(), {});
  answers.set("list", json::array{1, 2, 3});
  answers.set("big", json::value("12345"));
  Phase phase{.name = "each", .system_prompt = "", .kind = Phase::Kind::map, .map = {"{{list}}", "kid", "{{big}}"}};
  EXPECT_TRUE(calls_of_map(phase, answers, 0, 15).ok());
  phase.map.prompt = "{{big}}{{item}}";
  auto refused = calls_of_map(phase, answers, 0, 15);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), "map.too_many");
}

// A run that continues another one has what that one's tools said in its opening.
TEST(MappingOutput, OfNoItemsIsEmptyWhateverWasSaidBefore) {  // [WFL-01]
  llm::Message said;
  said.role = llm::Role::tool;
  said.tool_results.push_back({"c", "earlier"});
  llm::Transcript opening;
  opening.push_back(llm::user_message("please"));
  opening.push_back(said);
  llm::Conversation conversation;
  conversation.begin(opening);
  conversation.add_mapped({});
  EXPECT_EQ(output_of_map(conversation, ResultIs::text).output, "[]");
}

}  // namespace
}  // namespace executus::run
