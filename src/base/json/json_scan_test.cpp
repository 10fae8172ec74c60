#include <gtest/gtest.h>

#include <executus/base/json_scan.hpp>

namespace executus {
namespace {

using enum JsonScan::State;

JsonScan::State state_after(std::string_view text) {
  JsonScan scan;
  (void)scan.feed(text);
  return scan.state();
}

TEST(JsonScan, KnowsAWholeValueFromABegunOne) {
  EXPECT_EQ(state_after(""), blank);
  EXPECT_EQ(state_after(" \n"), blank);
  for (auto text : {"{", "[1", R"({"a)", R"({"a":"}")", R"({"a":"\"})", R"("te\")", "{\"a\":[}"})
    EXPECT_EQ(state_after(text), open) << text;
  for (auto text : {"{}", " [1]", R"({"a":"}"})", R"({"a":"\\"})", R"("te\"xt")", "{\"a\":tru}"})
    EXPECT_EQ(state_after(text), whole) << text;
  for (auto text : {"1", "null", "hello {}", "}"}) EXPECT_EQ(state_after(text), bare) << text;
}

TEST(JsonScan, StopsBehindTheValue) {
  JsonScan scan;
  EXPECT_EQ(scan.feed("{\"a\":1}{\"b\":2}"), 7U);
  EXPECT_EQ(scan.feed("more"), 0U);
}

TEST(JsonScan, IsTheSameWhereverTheTextIsCut) {
  const std::string_view text = R"( {"a":["\"}]", {"b":"\\"}]})";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    JsonScan scan;
    EXPECT_EQ(scan.feed(text.substr(0, cut)), cut);
    EXPECT_NE(scan.state() == whole, cut < text.size());
    (void)scan.feed(text.substr(cut));
    EXPECT_EQ(scan.state(), whole);
  }
}

}  // namespace
}  // namespace executus
