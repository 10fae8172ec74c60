#include "llm/llamaswap/answers.hpp"

#include <gmock/gmock.h>

#include <executus/llm/model.hpp>

namespace executus::llm::llamaswap {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LlamaSwapAnswers, ListModels) {
  auto models = listed_models(R"({"object":"list","data":[
    {"id":"llama","object":"model","created":1234567890,"owned_by":"llama-swap","name":"llama 3.1 8B",
     "description":"A small but capable model","meta":{"llamaswap":{"type":"model"}},"status":{"value":"loaded"}},
    {"id":"author/qwen3","object":"model","created":1,"owned_by":"llama-swap"},
    {"object":"model"}, null]})",
                              "swap");

  EXPECT_THAT(models, ElementsAre(ListedModel{"llama", "llama 3.1 8B", "A small but capable model"},
                                  ListedModel{"author/qwen3", "", ""}));
}

TEST(LlamaSwapAnswers, TellWhatRuns) {
  EXPECT_THAT(running_models(R"({"running":[{"model":"llama","state":"ready","cmd":"llama-server","proxy":"http://x",
                                 "ttl":60,"name":"","description":""},{"model":"qwen3","state":"starting"}]})",
                             "swap"),
              ElementsAre(RunningModel{"llama", "ready"}, RunningModel{"qwen3", "starting"}));
  EXPECT_THAT(running_models(R"({"running":[]})", "swap"), IsEmpty());
}

TEST(LlamaSwapAnswers, ThatAreNoneAreErrors) {
  for (const char* body : {"", "OK", "[]", "{}", R"({"data":{}})", R"({"running":null})"}) {
    EXPECT_THROW((void)listed_models(body, "swap"), ModelError) << body;
    EXPECT_THROW((void)running_models(body, "swap"), ModelError) << body;
  }
}

TEST(LlamaSwapAnswers, AreAskedForByPath) {
  EXPECT_EQ(unload_path("author/qwen3-8b.Q4_K~"), "/api/models/unload/author/qwen3-8b.Q4_K~");
  EXPECT_EQ(unload_path("a b?c#d%\xc3\xa4"), "/api/models/unload/a%20b%3Fc%23d%25%C3%A4");
}

}  // namespace
}  // namespace executus::llm::llamaswap
