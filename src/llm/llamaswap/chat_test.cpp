#include "llm/llamaswap/chat.hpp"

#include <gtest/gtest.h>

namespace executus::llm::llamaswap {
namespace {

TEST(LlamaSwapChat, IsBelowTheServersRoot) {  // [LLM-10]
  for (const char* url : {"http://box:8080", "http://box:8080/", "http://box:8080/v1"}) {
    auto endpoint = chat_endpoint({"swap", url, "t0ken", "LLM_SWAP"});
    EXPECT_EQ(endpoint.base_url, "http://box:8080/v1") << url;
    EXPECT_EQ(endpoint.name, "swap");
    EXPECT_EQ(endpoint.token, "t0ken");
    EXPECT_EQ(root_url(url), "http://box:8080") << url;
  }
  EXPECT_EQ(root_url("https://host/swap/v1"), "https://host/swap");
}

}  // namespace
}  // namespace executus::llm::llamaswap
