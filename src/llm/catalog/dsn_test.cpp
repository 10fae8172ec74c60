#include "llm/catalog/dsn.hpp"

#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Dsn, SaysWhereAProviderLivesAndItsToken) {
  EXPECT_EQ(parse_dsn("openai://k3y@llm.example.org/v1").value(), (Dsn{"openai", "https://llm.example.org/v1", "k3y"}));
  EXPECT_EQ(parse_dsn("openai+http://127.0.0.1:8080/v1/").value(), (Dsn{"openai", "http://127.0.0.1:8080/v1", ""}));
  EXPECT_EQ(parse_dsn("ollama+http://[::1]:11434").value(), (Dsn{"ollama", "http://[::1]:11434", ""}));
  EXPECT_EQ(parse_dsn("openai-responses://host").value(), (Dsn{"openai-responses", "https://host", ""}));
}

TEST(Dsn, TakesTheTokenUpToTheLastAtAndDecodesIt) {
  EXPECT_EQ(parse_dsn("openai://a@b%2Fc%3D@host").value().token, "a@b/c=");
}

TEST(Dsn, RefusesWhatIsMalformedWithoutQuotingIt) {
  for (std::string text : {"", "gpt-4", "://s3cret@host", "openai://s3cret@", "openai://s3cret@host:0/v1",
                           "openai://s3cret@host:99999", "openai://s3cret@ho st", "openai://s3cret@host/v1?key=s3cret",
                           "openai://s3cret%0d@host", "openai://s3cret%zz@host", "openai://s3/cret@host"}) {
    auto dsn = parse_dsn(text);
    ASSERT_FALSE(dsn.ok()) << text;
    EXPECT_EQ(dsn.error().code(), "model.dsn");
    EXPECT_THAT(dsn.error().message(), Not(HasSubstr("s3"))) << text;
  }
}

TEST(BaseUrl, IsAnHttpUrlWithoutCredentials) {
  EXPECT_EQ(parse_base_url("https://host/v1/").value(), "https://host/v1");
  EXPECT_EQ(parse_base_url("http://127.0.0.1:80").value(), "http://127.0.0.1:80");
  for (std::string text : {"host/v1", "ftp://host", "https://s3cret@host/v1", "https://host/v1?s3cret", "http://"}) {
    auto url = parse_base_url(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_THAT(url.error().message(), Not(HasSubstr("s3cret")));
  }
}

TEST(BaseUrl, IsServedByItsHostAndThoseBelowIt) {
  constexpr std::string_view service = "https://api.openai.com/v1";
  for (std::string url : {"https://api.openai.com", "https://eu.api.openai.com/v1"})
    EXPECT_TRUE(is_served_by(url, service)) << url;
  for (std::string url : {"https://evilapi.openai.com", "https://api.openai.com.example.org", "https://openai.com", ""})
    EXPECT_FALSE(is_served_by(url, service)) << url;
  EXPECT_FALSE(is_served_by("https://host", ""));
}

TEST(BaseUrl, HasAHost) {
  EXPECT_EQ(host_of("https://api.openai.com/v1"), "api.openai.com");
  EXPECT_EQ(host_of("http://127.0.0.1:8080/v1"), "127.0.0.1");
  EXPECT_EQ(host_of("http://[::1]:8080"), "[::1]");
}

}  // namespace
}  // namespace executus::llm
