#include <bit>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

namespace executus {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

boost::json::value parsed(std::string_view text) { return parse_json(text).value(); }

std::string canonical(std::string_view text) { return canonical_json(parsed(text)); }

std::string parse_failure(std::string_view text) {
  auto result = parse_json(text);
  return result ? "no error" : result.error().message();
}

TEST(CanonicalJson, WritesTheExampleOfTheRfc) {  // RFC 8785 section 3.2.2
  EXPECT_EQ(canonical(R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  })"),
            R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
            "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(CanonicalJson, SortsKeysByUtf16CodeUnits) {  // RFC 8785 section 3.2.3
  EXPECT_EQ(canonical(R"({"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
                          "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
                          "\u00f6": "Latin Small Letter O With Diaeresis"})"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
            "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
            "\"\U0001f600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(CanonicalJson, WritesTheNumbersOfAppendixB) {
  const std::pair<std::uint64_t, const char*> samples[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (auto [bits, text] : samples) EXPECT_EQ(canonical_json(std::bit_cast<double>(bits)), text);
}

TEST(CanonicalJson, WritesEqualNumbersAlikeAndKeepsBigIntegersWhole) {
  EXPECT_EQ(canonical("[1, 1.0, 1e0, 10E-1, -0, -0.0]"), "[1,1,1,1,0,0]");
  EXPECT_EQ(canonical("[9223372036854775807, 18446744073709551615, -9223372036854775808]"),
            "[9223372036854775807,18446744073709551615,-9223372036854775808]");
}

TEST(CanonicalJson, RefusesWhatIsNoNumber) {
  EXPECT_THROW((void)canonical_json(std::numeric_limits<double>::quiet_NaN()), Error);
  EXPECT_THROW((void)canonical_json(std::numeric_limits<double>::infinity()), Error);
}

TEST(CanonicalJson, EscapesOnlyWhatItMust) {
  EXPECT_EQ(canonical_json(boost::json::value("\b\t\n\f\r\x01\x1f\x7f/</\"\\")),
            "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f/</\\\"\\\\\"");
}

TEST(CanonicalJson, ReadsBackAsEveryDoubleItWrote) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    double number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    std::string text = canonical_json(number);
    EXPECT_EQ(parsed(text).to_number<double>(), number) << text;
  }
}

boost::json::value random_value(std::mt19937& random, int depth) {
  auto below = [&](unsigned n) { return random() % n; };
  static const char* words[] = {"", "a", "b", "ä", "€", "\U0001f600", "\ufb33", "\n", "\"", "long key with spaces"};
  switch (below(depth > 3 ? 5 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return below(2) == 0;
    case 2:
      return static_cast<std::int64_t>(random()) - (std::int64_t{1} << 31);
    case 3:
      return static_cast<double>(random()) / 7.0;
    case 4:
      return boost::json::value(words[below(10)]);
    case 5: {
      boost::json::array array;
      for (unsigned n = below(5); n > 0; --n) array.push_back(random_value(random, depth + 1));
      return array;
    }
    default: {
      boost::json::object object;
      for (unsigned n = below(6); n > 0; --n) object[words[below(10)]] = random_value(random, depth + 1);
      return object;
    }
  }
}

TEST(CanonicalJson, IsStableOverReadingAndWriting) {
  std::mt19937 random(2);
  for (int i = 0; i < 2000; ++i) {
    boost::json::value value = random_value(random, 0);
    std::string text = canonical_json(value);
    EXPECT_EQ(canonical(text), text);
  }
}

TEST(ParseJson, ReadsOneValue) {
  EXPECT_EQ(parsed(" {\"a\": [1, \"x\"]} \n").at("a").at(1), "x");
  EXPECT_EQ(parsed("{\"a\":1,\"a\":2}").at("a"), 2);
}

TEST(ParseJson, SaysWhereTheTextIsMalformed) {
  EXPECT_THAT(parse_failure("{\n  \"a\": tru }"), HasSubstr("offset 9 (line 2, column 8)"));
  EXPECT_THAT(parse_failure("{} x"), HasSubstr("offset 3 (line 1, column 4)"));
  EXPECT_THAT(parse_failure("[1, 2"), HasSubstr("offset 5"));
  EXPECT_THAT(parse_failure(""), HasSubstr("offset 0"));
}

TEST(ParseJson, QuotesNothingOfTheText) {
  EXPECT_THAT(parse_failure(R"({"token": "hunter2" x})"), Not(HasSubstr("hunter2")));
}

TEST(ParseJson, TakesRawControlCharactersInStrings) {
  EXPECT_EQ(parsed("{\"a\\\"\":\n\"b\x01\n\"}").at("a\""), "b\x01\n");
  EXPECT_EQ(parsed("[\"\\\\\", \"\t\"]").at(1), "\t");
  EXPECT_THAT(parse_failure("[\"\n\", x"), HasSubstr("offset"));
  EXPECT_FALSE(parse_json("[1,\x01 2]"));
}

TEST(ParseJson, PutsNoOtherNumberInThePlaceOfALongOne) {
  for (const char* exact : {"18446744073709551615", "-9223372036854775808", "19.9", "1e+22", "295147905179352830000"})
    EXPECT_EQ(write_json(parsed(exact)), exact);
  for (const char* text : {"12345678901234567890123", "-9223372036854775809", "10000000000000000000000",
                           "12345678901234567.89", "9007199254740993.0", "1.2345678901234567891e30"})
    EXPECT_EQ(parsed(text), boost::json::value(text));
  EXPECT_EQ(parsed("0.1000000000000000055511151231257827").to_number<double>(), 0.1);
}

TEST(ParseTolerantJson, ReadsWhatServersWrite) {
  auto read = [](std::string_view text) { return parse_tolerant_json(text).value(); };
  EXPECT_EQ(read("\xef\xbb\xbf{\"text\":\"a\x01\",\"n\":NaN,\"i\":[Infinity,-Infinity,1e400]}").at("text"), "a\x01");
  EXPECT_TRUE(std::isnan(read("[NaN]").at(0).to_number<double>()));
  EXPECT_EQ(read("-Infinity").to_number<double>(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(read(R"(["NaN", "-Infinity \"NaN"])").at(1), "-Infinity \"NaN");
  EXPECT_EQ(read("\"\xe2\x82\""), "\xe2\x82");
  EXPECT_EQ(read(R"("\ud83d")"), "\xed\xa0\xbd");
  EXPECT_EQ(read(R"("\ud83d\ude00 \ud83d \\ud83d")"), "\U0001f600 \xed\xa0\xbd \\ud83d");
  for (const char* bad : {"{", "NaNa", "[1,]", "Infinit", "\"\\ud83\"", "\"\\", "tru"})
    EXPECT_FALSE(parse_tolerant_json(bad)) << bad;
}

TEST(WriteJson, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(write_json(parsed(R"({"z":19.90,"a":[0.05,1.0,1e5,-0.0,5e-7]})")),
            R"({"z":19.9,"a":[0.05,1,100000,0,5e-7]})");
  EXPECT_EQ(write_json(boost::json::object{{"b", 1.5}, {"a", "\n"}}), R"({"b":1.5,"a":"\n"})");
  EXPECT_EQ(write_json(boost::json::array{std::numeric_limits<double>::quiet_NaN()}), "[null]");
}

TEST(ParseJson, RefusesBadUtf8LoneSurrogatesAndHugeNumbers) {
  for (const char* bad : {"\"\xff\"", "\"\\ud800\"", "1e400", "[1,]", "{'a':1}", "NaN", "01", "\x01 1", "1 2"})
    EXPECT_FALSE(parse_json(bad)) << bad;
}

TEST(ParseJson, TakesTinyNumbersForZero) { EXPECT_EQ(parsed("1e-400").to_number<double>(), 0); }

TEST(ParseJson, LimitsTheDepth) {
  auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(max_json_depth)));
  EXPECT_FALSE(parse_json(nested(max_json_depth + 1)));
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
}

TEST(PointerTo, EscapesAsTheRfcSays) {  // RFC 6901 section 5
  EXPECT_EQ(pointer_to("", "a/b"), "/a~1b");
  EXPECT_EQ(pointer_to("/x", "m~n"), "/x/m~0n");
  EXPECT_EQ(pointer_to("", ""), "/");
  EXPECT_EQ(pointer_to("/items", 2), "/items/2");
}

}  // namespace
}  // namespace executus
