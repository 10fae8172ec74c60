#include "llm/cassette/json_difference.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::optional<JsonDifference> difference_of(std::string_view before, std::string_view now) {
  return first_difference(boost::json::parse(before), boost::json::parse(now));
}

TEST(JsonDifference, FindsNoneInEqualValues) {
  EXPECT_FALSE(difference_of(R"({"a":[1,{"b":"x"}],"c":null})", R"({"c":null,"a":[1.0,{"b":"x"}]})"));
}

TEST(JsonDifference, SaysWhereAndWhat) {
  auto found = difference_of(R"({"a":[{"b/c":1}]})", R"({"a":[{"b/c":2}]})");

  ASSERT_TRUE(found);
  EXPECT_EQ(found->path, "/a/0/b~1c");
  EXPECT_EQ(found->before, "1");
  EXPECT_EQ(found->now, "2");
}

TEST(JsonDifference, SaysWhatOnlyOneOfThemHas) {
  auto missing = difference_of(R"({"a":1,"b":true})", R"({"a":1})");
  auto added = difference_of(R"([1])", R"([1,"x"])");

  ASSERT_TRUE(missing && added);
  EXPECT_EQ(missing->path + " " + missing->before + " " + missing->now, "/b true nothing");
  EXPECT_EQ(added->path + " " + added->before + " " + added->now, R"(/1 nothing "x")");
}

TEST(JsonDifference, ShowsLongTextsWhereTheyPart) {
  std::string same(500, 'x');
  auto found = difference_of("\"" + same + "left" + same + "\"", "\"" + same + "right" + same + "\"");

  ASSERT_TRUE(found);
  EXPECT_THAT(found->before, HasSubstr("left"));
  EXPECT_THAT(found->now, HasSubstr("right"));
  EXPECT_LT(found->before.size() + found->now.size(), 250U);
}

TEST(JsonDifference, CutsBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 40; ++i) umlauts += "ü";
  auto found = difference_of("\"" + umlauts + "a\"", "\"" + umlauts + "b\"");

  ASSERT_TRUE(found);
  EXPECT_THAT(found->before, StartsWith("...\"ü"));
  EXPECT_THAT(found->now, Not(HasSubstr("\xEF\xBF\xBD")));
}

}  // namespace
}  // namespace executus::llm
