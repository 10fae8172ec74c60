#include <gmock/gmock.h>

#include <executus/base/error.hpp>
#include <executus/llm/kit/json_values.hpp>

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> values_of(std::string_view body, std::size_t cut) {
  JsonValues parser;
  auto all = parser.feed(body.substr(0, cut));
  for (auto& value : parser.feed(body.substr(cut))) all.push_back(std::move(value));
  return all;
}

TEST(JsonValues, AreLinesOrGluedOrSpreadOverManyLines) {  // [LLM-05]
  const std::string_view body = "\n{\"a\":\"}\\n\"}\n{\"b\":\n [1]\n}{\"c\":2}\r\n\r\n, [3]";
  for (std::size_t cut = 0; cut <= body.size(); ++cut)
    ASSERT_THAT(values_of(body, cut), ElementsAre("{\"a\":\"}\\n\"}", "{\"b\":\n [1]\n}", "{\"c\":2}", "[3]")) << cut;
}

TEST(JsonValues, MayHaveThePartsOfEventsBetweenThem) {  // [LLM-05]
  for (std::string_view rest : {"data: [DONE]\n\n", "\n\ndata: [DONE]\n\n", "\n[DONE]", "\n: bye\nevent: end\nid: 7\n"})
    EXPECT_THAT(values_of("{\"a\":1}" + std::string(rest), 5), ElementsAre("{\"a\":1}")) << rest;
  EXPECT_THAT(values_of("{\"a\":1}\ndata: {\"b\":2}\n\n", 9), ElementsAre("{\"a\":1}", "{\"b\":2}"));
}

TEST(JsonValues, GiveOutALineOfSomethingElse) {
  EXPECT_THAT(values_of("{\"a\":1}\nevent:error\ndata: {}\nevent: errors\n", 12),
              ElementsAre("{\"a\":1}", "event:error", "{}"));
  EXPECT_THAT(values_of("{\"a\":1}\noops {}\n", 9), ElementsAre("{\"a\":1}", "oops {}"));
}

TEST(JsonValues, KeepWhatIsNotComplete) {
  JsonValues parser;
  EXPECT_THAT(parser.feed("{\"a\":"), IsEmpty());
  EXPECT_EQ(parser.pending(), "{\"a\":");
}

TEST(JsonValues, HaveALimit) {
  JsonValues parser(16);
  try {
    (void)parser.feed("[\"0123456789abcdef\"]");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "net.too_large");
  }
}

}  // namespace
}  // namespace executus::llm
