#include "tools/masking.hpp"

#include <gtest/gtest.h>

namespace executus::tools {
namespace {

std::string said(std::string answer, const std::map<std::string, std::string>& texts) {
  FixedEnvironment environment({{"TOKEN", "canary-4711"},
                                {"LONG_TOKEN", "canary-4711-and-more"},
                                {"PLAIN", "well-known"},
                                {"SHORT_KEY", "abc"}});
  std::vector<std::string> secrets;
  add_secrets(secrets, texts, environment);
  return masked(std::move(answer), std::move(secrets));
}

TEST(Masking, TakesOutWhatVariablesOfSecretsStandFor) {
  EXPECT_EQ(said("got canary-4711, well-known", {{"A", "x ${TOKEN} ${PLAIN}"}}), "got ***, well-known");
  EXPECT_EQ(said("got well-known", {{"API_KEY", "${PLAIN}"}}), "got ***") << "named by what it is given as";
  EXPECT_EQ(said("abc is in every word", {{"A", "${SHORT_KEY}"}}), "abc is in every word");
  EXPECT_EQ(said("fallback", {{"A_KEY", "${ABSENT}"}}), "fallback");
}

TEST(Masking, LeavesNoEndOfALongerSecret) {
  EXPECT_EQ(said("canary-4711-and-more", {{"A", "${TOKEN}"}, {"B", "${LONG_TOKEN}"}}), "***");
}

}  // namespace
}  // namespace executus::tools
