#include "llm/masked.hpp"

#include <gtest/gtest.h>

#include "llm/message/base64.hpp"

namespace executus::llm {
namespace {

constexpr std::string_view kKey = "tok-canary-99/x+y";

TEST(Masked, HidesASecretHoweverItIsWritten) {
  for (const char* spelling : {
           "tok-canary-99/x+y",                // as it is
           "tok%2Dcanary%2D99/x+y",            // percent-encoded where it need not be
           "tok-canary-99%2Fx%2By",            // where it must be
           "tok-canary-99%252fx%252by",        // twice
           "%74%6F%6B%2d%63anary-99/x+y",      // from its first character on
           "tok-canary-99\\/x+y",              // JSON
           "tok\\u002dcanary\\u002D99\\/x+y",  // JSON
           "tok\\\\u002dcanary-99\\\\/x+y",    // JSON in JSON
           "tok\\\\\\\\u002dcanary-99/x+y",    // four times
           "tok-can\nary-99/x+y",              // broken by a line end
           "tok-can\r\n    ary-99/x+y",        // folded
           "tok-can\\nary-99\\r\\n/x+y",       // broken, then JSON
           "tok-can%0D%0A ary-99/x+y",         // broken, then percent-encoded
           "t\x01ok-ca\x7fnary-99/x+\ty",      // with control characters
       })
    EXPECT_EQ(masked("key: " + std::string(spelling) + ", no", kKey), "key: ***, no") << spelling;
}

TEST(Masked, HidesASecretBehindWhatLooksLikeAnEscape) {
  EXPECT_EQ(masked("%c4n4ry-s3cr3t \\tok%2Dcanary", "c4n4ry-s3cr3t"), "%*** \\tok%2Dcanary");
  EXPECT_EQ(masked("\\tok%2Dcanary", "tok-canary"), "\\***");
  EXPECT_EQ(masked("a%2Dbcdefgh a%252Dbcdefgh a-bcdefgh", "a%2Dbcdefgh"), "*** *** a-bcdefgh");
  EXPECT_EQ(masked("ab\\cdefgh ab\\\\cdefgh", "ab\\cdefgh"), "*** ***");
}

TEST(Masked, HidesASecretInBase64) {
  for (std::string user : {"", "u", "me", "bob", "c++?"}) {
    for (std::string rest : {"", ":", "::", "more"}) {
      auto basic = base64_encode(user + std::string(kKey) + rest);
      EXPECT_EQ(masked("Basic " + basic + " is wrong", kKey), "Basic *** is wrong") << user << rest;
      EXPECT_EQ(masked("Basic " + basic.substr(0, 9) + "\r\n" + basic.substr(9) + "!", kKey), "Basic ***!");
    }
  }
  EXPECT_EQ(masked("fn5-Pz8_fn5-Pw", "~~~???~~~?"), "***") << "the alphabet of addresses";
}

TEST(Masked, LeavesTheRest) {
  for (std::string text :
       {"", "tok-canary-99", "tok-canary-99/x", "tok%2Dcanary", "%", "%2", "\\", "\\u00", "dG9r", "***"})
    EXPECT_EQ(masked(text, kKey), text);
  EXPECT_EQ(masked("anything", ""), "anything");
}

TEST(Masked, HidesAShortSecretAsAWholeWord) {
  EXPECT_EQ(masked("key x: no example, %78", "x"), "key ***: no example, ***");
  EXPECT_EQ(masked("hunter2 hunter22 hunter%32", "hunter2"), "*** hunter22 ***");
}

// A server may send what it likes: this ends soon, since no text costs the square of its length.
TEST(Masked, ReadsLongTextsThatAreWrittenToBeSlow) {
  for (std::string piece : {"%25", "\\", "\\n", "t\\n", "t", "t ", "%74", "dG9r"}) {
    std::string text;
    while (text.size() < 32'000) text += piece;
    EXPECT_EQ(masked(text, kKey), text);
    EXPECT_EQ(masked(text + std::string(kKey), kKey).find("canary"), std::string::npos);
  }
}

TEST(Masked, ShowsNoPartOfASecretAtItsEnd) {
  std::string text = "1234" + std::string(kKey) + "5678";

  EXPECT_EQ(masked(text, kKey, 3), "123");
  EXPECT_EQ(masked(text, kKey, 4), "1234");
  EXPECT_EQ(masked(text, kKey, 5), "1234***");
  EXPECT_EQ(masked(text, kKey, 4 + kKey.size()), "1234***");
  EXPECT_EQ(masked(text, kKey, 5 + kKey.size()), "1234***5");
  EXPECT_EQ(masked("12", "", 1), "1");
}

}  // namespace
}  // namespace executus::llm
