#include <gmock/gmock.h>

#include <executus/llm/kit/failure.hpp>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Failure, OfAStatus) {  // [LLM-15]
  for (int status : {408, 409, 425, 429, 500, 502, 503, 504, 529})
    EXPECT_EQ(failure_of_status(status), Failure::transient);
  for (int status : {400, 401, 402, 403, 404, 405, 413, 422}) EXPECT_EQ(failure_of_status(status), Failure::permanent);
  for (int status : {300, 302, 307, 308}) EXPECT_EQ(failure_of_status(status), Failure::permanent) << "not followed";
  EXPECT_EQ(failure_of_status(101), Failure::unknown);
}

TEST(Failure, HasACodeForWhatToDo) {  // [LLM-15]
  EXPECT_EQ(code_of_status(308), "model.redirected");
  EXPECT_EQ(code_of_status(400), "model.rejected");
  EXPECT_EQ(code_of_status(401), "model.unauthorized");
  EXPECT_EQ(code_of_status(402), "model.no_credit");
  EXPECT_EQ(code_of_status(404), "model.not_found");
  EXPECT_EQ(code_of_status(413), "model.request_too_large");
  EXPECT_EQ(code_of_status(429), "model.overloaded");
  EXPECT_EQ(code_of_status(500), "model.unavailable");
}

TEST(Quotable, MasksKeys) {
  auto text = quotable("wrong key c4n4ry-0123456789, or sk-proj-AbC_12*** of risk-free use", "c4n4ry-0123456789");

  EXPECT_EQ(text, "wrong key ***, or *** of risk-free use");
  EXPECT_EQ(quotable("AIzaSy0123 gsk_a xai-b hf_c shelf_life", ""), "*** *** *** *** shelf_life");
}

TEST(Quotable, MasksAKeyThatIsWrittenDifferently) {
  EXPECT_EQ(quotable("no c4n4ry%2D0123, no c4n4ry\r\n-0123\nhere", "c4n4ry-0123"), "no ***, no *** here");
}

TEST(Quotable, ShowsNothingOfAKeyThatReachesFarIntoALongText) {
  std::string key = "c4n4ry" + std::string(10'000, '-');
  std::string text = std::string(7, '.') + std::string(16'000, ' ') + key + " " + key + std::string(100'000, ' ') + key;

  auto quoted = quotable("no " + key + key + text, key);

  EXPECT_EQ(quoted.find("c4n4ry"), std::string::npos);
  EXPECT_EQ(quoted.find("--"), std::string::npos);
}

TEST(Quotable, MasksAShortSecretAsAWholeWord) { EXPECT_EQ(quotable("key x: no example", "x"), "key ***: no example"); }

TEST(Quotable, IsOneClippedLine) {
  auto text = quotable("a\nb\x01" + std::string(10'000, 'c'), "");

  EXPECT_EQ(text.substr(0, 5), "a b c");
  EXPECT_LT(text.size(), 520U);
  EXPECT_EQ(quotable("\xff", ""), "\xef\xbf\xbd");
}

}  // namespace
}  // namespace executus::llm
