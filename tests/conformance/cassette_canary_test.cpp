// What a provider knows and a cassette must not: keys, tokens and headers, through the real resolver and HTTP client.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/cassette.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "base/ascii.hpp"

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Reply = testing::HttpServer::Reply;

constexpr const char* kKeyCanary = "sk-c4n4ry-0123456789abcdef";
constexpr const char* kTokenCanary = "t0k3n-c4n4ry-0123456789";

const std::string kAnswered = R"({"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]})";

Reply refusal_with(const std::string& key) {
  return {401,
          {{"Content-Type", "application/json"}},
          boost::json::serialize(boost::json::object{{"error", {{"message", "Incorrect API key provided: " + key}}}})};
}

struct Deaf final : StreamObserver {
  void on_text(std::string_view) override {}
  void on_reset() override {}
};

class CassetteCanary : public ::testing::Test {
 protected:
  // Records one call to `spec`; the server must have been told `secret`.
  void record(const std::string& spec, const std::string& secret, StreamObserver* observer = nullptr) {
    FixedEnvironment environment(
        {{"OPENAI_API_KEY", kKeyCanary},
         {"OPENAI_BASE_URL", server_.url("/v1")},
         {"LLM_LAB", "openai+http://" + std::string(kTokenCanary) + "@" + server_.url("/v1").substr(7)}});
    ResolverOptions options;
    options.environment = &environment;
    options.http = http_.get();
    auto catalog = make_model_resolver(std::move(options));
    auto recorder = record_all(*catalog, folder_ / "run.jsonl");
    auto model = recorder->resolve(spec).value().model;
    Request request;
    request.messages.push_back(user_message("Hi"));
    request.keep_raw = true;
    try {
      (void)block_on(*loop_, model->generate(std::move(request), observer));
    } catch (const ModelError&) {
    }
    ASSERT_GT(server_.request_count(), 0U);
    EXPECT_EQ(server_.requests().back().header("authorization"), "Bearer " + secret);
  }
  // In lower case.
  std::string cassette() const {
    std::ifstream file(folder_ / "run.jsonl");
    std::stringstream text;
    text << file.rdbuf();
    return lowered(text.str());
  }
  void expect_no_secret() const {
    auto text = cassette();
    EXPECT_THAT(text, HasSubstr("\"request\""));
    for (const char* secret : {"c4n4ry", "authorization", "bearer", "api-key"})
      EXPECT_THAT(text, Not(HasSubstr(secret)));
  }

  testing::TemporaryFolder folder_;
  Reply reply_{200, {{"Content-Type", "application/json"}}, kAnswered};
  testing::HttpServer server_{[this](const testing::HttpServer::Request&) { return reply_; }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
};

TEST_F(CassetteCanary, NoKeyOfTheEnvironment) {  // [LLM-10]
  record("openai/m", kKeyCanary);

  EXPECT_THAT(cassette(), HasSubstr("hello"));
  expect_no_secret();
}

TEST_F(CassetteCanary, NoTokenOfADsn) {  // [LLM-10]
  record("lab/m", kTokenCanary);

  EXPECT_THAT(cassette(), HasSubstr("hello"));
  expect_no_secret();
}

TEST_F(CassetteCanary, NoTokenOfAStream) {  // [LLM-10]
  reply_ = {200, {{"Content-Type", "text/event-stream"}}, ""};
  reply_.chunks = {{R"(data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]})"
                    "\n\ndata: [DONE]\n\n",
                    nullptr}};
  Deaf deaf;
  record("lab/m", kTokenCanary, &deaf);

  EXPECT_THAT(cassette(), HasSubstr("hello"));
  expect_no_secret();
}

TEST_F(CassetteCanary, NoKeyThatAProviderQuotesInItsError) {  // [LLM-10]
  reply_ = refusal_with(kKeyCanary);
  record("openai/m", kKeyCanary);

  EXPECT_THAT(cassette(), HasSubstr("\"error\""));
  expect_no_secret();
}

}  // namespace
}  // namespace executus::llm
