#include "llm/ollama/host.hpp"

#include <gtest/gtest.h>

namespace executus::llm::ollama {
namespace {

std::string url_of(std::string_view host) {
  auto url = base_url_of_host(host);
  return url ? *url : url.error().code();
}

TEST(OllamaHost, IsReadAsOllamaReadsIt) {  // [LLM-10]
  EXPECT_EQ(url_of(""), "http://127.0.0.1:11434");
  EXPECT_EQ(url_of("  "), "http://127.0.0.1:11434");
  EXPECT_EQ(url_of("gpu-box"), "http://gpu-box:11434");
  EXPECT_EQ(url_of("gpu-box:8080"), "http://gpu-box:8080");
  EXPECT_EQ(url_of(":8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(url_of("\"10.0.0.7:1\""), "http://10.0.0.7:1");
  EXPECT_EQ(url_of("gpu-box/ollama/"), "http://gpu-box:11434/ollama");
  EXPECT_EQ(url_of("https://gpu-box"), "https://gpu-box");
  EXPECT_EQ(url_of("http://gpu-box:8080/"), "http://gpu-box:8080");
}

TEST(OllamaHost, MayBeAnIpv6Address) {
  EXPECT_EQ(url_of("[::1]"), "http://[::1]:11434");
  EXPECT_EQ(url_of("[::1]:8080"), "http://[::1]:8080");
  EXPECT_EQ(url_of("fe80::1"), "http://[fe80::1]:11434");
}

TEST(OllamaHost, ThatIsAnAddressToListenOnMeansThisMachine) {
  EXPECT_EQ(url_of("0.0.0.0"), "http://127.0.0.1:11434");
  EXPECT_EQ(url_of("0.0.0.0:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(url_of("http://0.0.0.0:80"), "http://127.0.0.1:80");
  EXPECT_EQ(url_of("[::]:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(url_of("::"), "http://127.0.0.1:11434");
}

TEST(OllamaHost, ThatIsNoneIsAnErrorThatQuotesNothing) {
  for (std::string_view value :
       {"ftp://c4n4ry", "http://", "user:c4n4ry@host", "http://c4n4ry@host", "host:port", "a b"}) {
    auto url = base_url_of_host(value);
    ASSERT_FALSE(url.ok()) << value;
    EXPECT_EQ(url.error().code(), "model.base_url");
    EXPECT_EQ(url.error().message().find("c4n4ry"), std::string::npos);
  }
}

}  // namespace
}  // namespace executus::llm::ollama
