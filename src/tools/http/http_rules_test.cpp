#include "tools/http/http_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ProbeUrl, HasToNameTheCallItAsksAfter) {  // [DUR-05]
  EXPECT_EQ(probe_url_problem("https://h/charge/{idempotency_key}"), std::nullopt);
  EXPECT_EQ(probe_url_problem("${BASE:-https://h}/charge?key={idempotency_key}&t=${TOKEN}"), std::nullopt);
  for (const char* url : {"https://h/charge", "https://h/charge#{idempotency_key}", "https://h/${idempotency_key}"})
    EXPECT_THAT(probe_url_problem(url).value_or(""), HasSubstr("has to hold '{idempotency_key}'")) << url;
}

TEST(ProbeUrl, WithAnUnknownPlaceholderIsTold) {  // [DUR-05]
  for (const char* placeholder : {"{key}", "{idempotency-key}", "{}", "{{idempotency_key}", "{idempotency_key"})
    EXPECT_THAT(probe_url_problem(std::string("https://h/") + placeholder).value_or(""),
                AllOf(HasSubstr("'" + std::string(placeholder) + "'"), HasSubstr("did you mean '{idempotency_key}'")));
  EXPECT_NE(probe_url_problem("https://h/{idempotency_key}/{account}"), std::nullopt);
}

TEST(ToolUrl, HasNoPlaceholders) {
  EXPECT_EQ(url_problem("https://h/${PATH_OF_IT:-charge}?t=$${literal}"), std::nullopt);
  EXPECT_THAT(url_problem("https://h/{idempotency_key}").value_or(""), HasSubstr("header Idempotency-Key"));
  EXPECT_THAT(url_problem("https://h/{CITY}").value_or(""), HasSubstr("did you mean '${CITY}'"));
}

TEST(ToolHeader, ThatIsSentAnywayIsRefused) {  // [DUR-04]
  for (const char* name : {"Idempotency-Key", "idempotency-key", "HOST", "Content-Length", "transfer-encoding",
                           "Connection", "Content-Type"})
    EXPECT_THAT(header_problem(name, "x", "POST").value_or(""), HasSubstr(name));
  EXPECT_EQ(header_problem("Content-Type", "text/plain", "GET"), std::nullopt) << "where we send none";
  EXPECT_EQ(header_problem("Authorization", "Bearer ${TOKEN}", "POST"), std::nullopt);
  EXPECT_EQ(header_problem("X-Idempotency-Key", "x", "POST"), std::nullopt);
}

TEST(ToolHeader, ThatIsNoHeaderIsRefused) {
  for (const char* name : {"X Y", "", "A:", "Ärger", "A\n"})
    EXPECT_THAT(header_problem(name, "x", "POST").value_or(""), HasSubstr("no name of a header")) << name;
  EXPECT_THAT(header_problem("A", "a\nb: c", "POST").value_or(""), HasSubstr("control character"));
  EXPECT_EQ(header_problem("A", "\ttab and ü", "POST"), std::nullopt);
}

}  // namespace
}  // namespace executus::tools
