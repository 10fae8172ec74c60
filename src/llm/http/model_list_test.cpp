#include "llm/http/model_list.hpp"

#include <chrono>

#include <gmock/gmock.h>

#include <executus/async/timing.hpp>
#include <executus/llm/model.hpp>
#include <executus/testing/manual_loop.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(ModelList, OfCompatibleServersTellsWindowsByManyNames) {  // [MOD-13]
  constexpr auto body = R"({"object":"list","data":[
    {"id":"vllm","max_model_len":32768},
    {"id":"router/x","context_length":131072,"top_provider":{"context_length":8192}},
    {"id":"groq","context_window":65536},
    {"id":"mistral","max_context_length":256000},
    {"id":"studio","loaded_context_length":4096,"max_context_length":131072},
    {"id":"llama.cpp","meta":{"n_ctx":8192,"n_ctx_train":131072}},
    {"id":"old-llama.cpp","meta":{"n_ctx_train":131072}},
    {"id":"gpt-5","object":"model"},
    {"id":"zero","context_length":0}, {"id":"text","context_length":"9"}, {"context_length":9}, 7]})";

  EXPECT_THAT(listed_models(ListDialect::openai, body, "lab").windows,
              UnorderedElementsAre(Pair("vllm", 32'768), Pair("router/x", 131'072), Pair("groq", 65'536),
                                   Pair("mistral", 256'000), Pair("studio", 4'096), Pair("llama.cpp", 8'192)));
}

TEST(ModelList, CountsAlsoModelsOfWhichNoWindowIsTold) {  // [MOD-13]
  constexpr auto body = R"({"data":[{"id":"a","context_length":9},{"id":"b"},{"object":"no id"},7]})";
  for (auto dialect : {ListDialect::openai, ListDialect::llamaswap})
    EXPECT_EQ(listed_models(dialect, body, "lab").models, 2U);
}

TEST(ModelList, OfAnthropic) {  // [MOD-13]
  constexpr auto body = R"({"data":[{"type":"model","id":"claude-x","max_input_tokens":1000000,"max_tokens":128000},
                                     {"type":"model","id":"claude-old","max_input_tokens":null}],"has_more":false})";
  EXPECT_THAT(listed_models(ListDialect::anthropic, body, "a").windows, ElementsAre(Pair("claude-x", 1'000'000)));
}

TEST(ModelList, OfGoogle) {  // [MOD-13]
  constexpr auto body = R"({"models":[{"name":"models/gemini-x","inputTokenLimit":1048576,"outputTokenLimit":65536}]})";
  EXPECT_THAT(listed_models(ListDialect::google, body, "g").windows, ElementsAre(Pair("gemini-x", 1'048'576)));
}

TEST(ModelList, OfOllama) {  // [MOD-13]
  constexpr auto body = R"({"models":[{"name":"gemma3:latest","model":"gemma3:latest","context_length":4096},
                                       {"name":"qwen3:8b","model":"qwen3:8b","context_length":32768}]})";
  EXPECT_THAT(listed_models(ListDialect::ollama, body, "o").windows,
              ElementsAre(Pair("gemma3", 4'096), Pair("qwen3:8b", 32'768)));
  EXPECT_THAT(listed_models(ListDialect::ollama, R"({"models":[]})", "o").windows, IsEmpty());
}

TEST(ModelList, ThatIsNoneIsAnError) {  // [MOD-13]
  for (const char* body : {"<html>", "[]", "{}", R"({"data":{}})", R"({"models":[]})", ""}) {
    auto error = error_in([&] { return listed_models(ListDialect::openai, body, "lab"); }, body);
    EXPECT_EQ(error.code(), "model.malformed");
    EXPECT_THAT(error.message(), HasSubstr("lab"));
  }
}

TEST(ModelList, IsAskedForWhereEachApiHasIt) {  // [MOD-13]
  auto url = [](ListDialect dialect, std::string base) {
    return list_request(dialect, {"p", std::move(base), "", ""}).url;
  };

  EXPECT_EQ(url(ListDialect::openai, "http://lab/v1"), "http://lab/v1/models");
  EXPECT_EQ(url(ListDialect::anthropic, "http://a"), "http://a/v1/models?limit=1000");
  EXPECT_EQ(url(ListDialect::anthropic, "http://a/v1"), "http://a/v1/models?limit=1000");
  EXPECT_EQ(url(ListDialect::google, "http://g"), "http://g/v1beta/models?pageSize=1000");
  EXPECT_EQ(url(ListDialect::google, "http://g/v1beta"), "http://g/v1beta/models?pageSize=1000");
  EXPECT_EQ(url(ListDialect::llamaswap, "http://s"), "http://s/v1/models");
  EXPECT_EQ(url(ListDialect::ollama, "http://o"), "http://o/api/ps");
}

TEST(ModelList, IsWaitedForFifteenSecondsAndReadUpToAMebibyte) {  // [MOD-13]
  auto request = list_request(ListDialect::openai, {"lab", "http://lab/v1", "", ""});
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.timeout, Milliseconds(15'000));
  EXPECT_EQ(request.max_body, std::size_t{1'048'576});
}

// A server that never answers: the request's own time is all that ends it.
class SilentServer final : public net::HttpClient {
 public:
  Task<net::HttpStream> open(net::HttpRequest request) override {
    co_await sleep_for(request.timeout.value_or(std::chrono::hours(1)));
    throw net::HttpError(ErrorKind::disconnected, "net.timeout", "no answer came in time", net::Sent::maybe);
  }
};

TEST(ModelList, IsGivenUpAfterFifteenSecondsWithAClearError) {  // [MOD-13]
  for (auto dialect : {ListDialect::openai, ListDialect::llamaswap, ListDialect::anthropic, ListDialect::google,
                       ListDialect::ollama}) {
    testing::ManualLoop loop;
    SilentServer server;
    auto begin = loop.clock().mono();
    const Endpoint lab{"lab", "http://lab/v1", "key", "LLM_LAB"};
    auto error = error_in([&] { return loop.run(fetch_models(dialect, lab, server)); });
    EXPECT_EQ(error.code(), "model.timeout");
    EXPECT_THAT(error.message(), HasSubstr("lab"));
    EXPECT_EQ(loop.clock().mono() - begin, Milliseconds(15'000)) << static_cast<int>(dialect);
  }
}

TEST(ModelList, IsAskedForWithTheKeyWhereEachApiWantsIt) {  // [MOD-13]
  auto header = [](ListDialect dialect, std::string_view name) {
    auto request = list_request(dialect, {"p", "http://p", "key", ""});
    return std::string(net::find_header(request.headers, name).value_or("none"));
  };
  EXPECT_EQ(header(ListDialect::openai, "authorization"), "Bearer key");
  EXPECT_EQ(header(ListDialect::ollama, "authorization"), "Bearer key");
  EXPECT_EQ(header(ListDialect::anthropic, "x-api-key"), "key");
  EXPECT_EQ(header(ListDialect::anthropic, "authorization"), "none");
  EXPECT_EQ(header(ListDialect::anthropic, "anthropic-version"), "2023-06-01");
  EXPECT_EQ(header(ListDialect::google, "x-goog-api-key"), "key");
}

}  // namespace
}  // namespace executus::llm
