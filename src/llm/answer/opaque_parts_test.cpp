#include <gmock/gmock.h>

#include <executus/llm/kit/opaque_parts.hpp>

#include "llm/answer/foreign_parts.hpp"

namespace executus::llm {
namespace {

using ::testing::ElementsAre;

Opaque signed_by(const std::string& provider, const std::string& model) {
  return {provider, {{"signature", provider + "/" + model}}, model};
}

Message answer_of(std::vector<Part> parts) { return {Role::assistant, std::move(parts), {}, {}}; }

TEST(OpaqueParts, GoBackToTheModelTheyCameFrom) {  // [LLM-01]
  Message answer = answer_of({signed_by("router", ""), Text{"t"}});
  mark_opaque_parts(answer, "a");
  Transcript messages{message_from_json(to_json(answer))};

  Transcript for_a = messages, for_b = messages;
  drop_parts_of_other_models(for_a, "router", "a");
  drop_parts_of_other_models(for_b, "router", "b");

  EXPECT_EQ(for_a[0], answer);
  EXPECT_THAT(for_b[0].parts, ElementsAre(Part(Text{"t"})));
  EXPECT_EQ(messages[0], answer) << "and the conversation keeps them";
}

TEST(OpaqueParts, OfOlderJournalsGoToAnyModelOfTheirProvider) {  // [LLM-01]
  auto stored = boost::json::value{
      {"role", "assistant"},
      {"parts", {boost::json::object{{"opaque", "router"}, {"data", boost::json::object{{"signature", "s"}}}}}}};
  Transcript messages{message_from_json(stored)};

  drop_parts_of_other_models(messages, "router", "b");

  ASSERT_EQ(messages[0].parts.size(), 1U);
  EXPECT_EQ(std::get<Opaque>(messages[0].parts[0]).model, "");
  EXPECT_EQ(to_json(messages[0]), stored) << "and are stored as they were";
}

TEST(OpaqueParts, OfOtherProvidersAreLeftToTheVendor) {
  Transcript messages{answer_of({signed_by("lab", "a"), Text{"t"}})};

  drop_parts_of_other_models(messages, "router", "b");

  EXPECT_EQ(messages[0].parts.size(), 2U);
}

}  // namespace
}  // namespace executus::llm
