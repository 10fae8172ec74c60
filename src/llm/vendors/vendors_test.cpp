#include <filesystem>

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/providers.hpp>
#include <executus/testing/http_server.hpp>

#include "net/client/http_client.hpp"

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The shipped resolver as a program has it: real client, variables of the test, a server that answers everything.
class Shipped : public ::testing::Test {
 protected:
  ModelCatalog& catalog() {
    environment_ = std::make_unique<FixedEnvironment>(variables_);
    ResolverOptions options;
    options.environment = environment_.get();
    options.http = http_.get();
    catalog_ = make_model_resolver(std::move(options));
    return *catalog_;
  }
  std::string url() const { return server_.url("/v1"); }
  std::string dsn(const std::string& token) const { return "openai+http://" + token + "@" + url().substr(7); }
  Response ask(Model& model) {
    Request request;
    request.messages.push_back(user_message("Hi"));
    return block_on(*loop_, model.generate(std::move(request), nullptr));
  }
  std::string refusal(Model& model) {
    try {
      (void)ask(model);
    } catch (const ModelError& error) {
      return error.message();
    }
    return "no error";
  }

  testing::HttpServer::Reply reply_{
      200, {{"Content-Type", "application/json"}}, R"({"choices":[{"message":{"content":"Hello"}}]})"};
  testing::HttpServer server_{[this](const testing::HttpServer::Request&) { return reply_; }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  FixedEnvironment::Variables variables_;
  std::unique_ptr<FixedEnvironment> environment_;
  std::unique_ptr<ModelCatalog> catalog_;
};

TEST_F(Shipped, OneOpenAiKeyIsEnough) {
  variables_ = {{"OPENAI_API_KEY", "k"}};
  auto& models = catalog();

  EXPECT_EQ(models.resolve("").value().spec, models.resolve("fast").value().spec);
  EXPECT_THAT(models.resolve("fast").value().spec, ::testing::StartsWith("openai/"));
  EXPECT_THAT(models.resolve("thinking").value().spec, ::testing::StartsWith("openai/"));
}

TEST_F(Shipped, ABaseUrlLeadsElsewhere) {
  variables_ = {{"OPENAI_API_KEY", "k-1"}, {"OPENAI_BASE_URL", url() + "/"}};

  auto response = ask(*catalog().resolve("openai/some-model").value().model);

  EXPECT_EQ(response.message.text(), "Hello");
  EXPECT_EQ(server_.requests().front().target, "/v1/chat/completions");
  EXPECT_EQ(server_.requests().front().header("authorization"), "Bearer k-1");
}

TEST_F(Shipped, ADsnMakesAProvider) {  // [LLM-13]
  variables_ = {{"LLM_LAB", dsn("t0ken")}};

  auto resolved = catalog().resolve("lab/meta-llama/any?effort=low").value();

  EXPECT_EQ(resolved.spec, "lab/meta-llama/any?effort=low");
  EXPECT_EQ(ask(*resolved.model).target, "lab/meta-llama/any");
  EXPECT_EQ(server_.requests().front().header("authorization"), "Bearer t0ken");
  EXPECT_THAT(server_.requests().front().body, HasSubstr(R"("reasoning_effort":"low")"));
}

TEST_F(Shipped, OpenAiWithoutAKeyResolvesAndRefusesWhenAsked) {  // [LLM-09]
  auto resolved = catalog().resolve("openai/gpt-x");

  ASSERT_TRUE(resolved.ok());
  EXPECT_THAT(refusal(*resolved->model), HasSubstr("set OPENAI_API_KEY"));
}

TEST_F(Shipped, WithNoProviderTheVariablesThatHelpAreNamed) {
  auto error = catalog().resolve("fast").error();

  EXPECT_EQ(error.code(), "model.no_provider");
  EXPECT_THAT(error.message(), AllOf(HasSubstr("OPENAI_API_KEY"), HasSubstr("OPENAI_BASE_URL"), HasSubstr("LLM_LAB="),
                                     HasSubstr("EXECUTUS_MODEL_TIER_FAST=")));
}

TEST_F(Shipped, ARelativeScriptIsStoredAbsolute) {
  auto resolved = catalog().resolve("scripted/turns.yaml").value();

  EXPECT_EQ(resolved.spec, "scripted/" + (std::filesystem::current_path() / "turns.yaml").string());
}

TEST_F(Shipped, EachApiHasItsScheme) {  // [LLM-10]
  auto base = "http://127.0.0.1:" + url().substr(url().rfind(':') + 1);
  base = base.substr(0, base.find("/v1"));
  auto host = base.substr(7);
  variables_ = {{"LLM_R", "openai-responses+http://" + host + "/v1"},
                {"OLLAMA_HOST", host},
                {"LLM_SWAP", "llamaswap+http://" + host},
                {"LLM_CLAUDE", "anthropic+http://" + host},
                {"LLM_GEM", "google+http://" + host},
                {"LLM_QUEUE", "foreman+http://t0ken@" + host}};
  reply_ = {500, {}, "{}"};
  auto& models = catalog();
  const std::map<std::string, std::string> targets{
      {"r/m", "/v1/responses"},  {"claude/m", "/v1/messages"},       {"gem/m", "/v1beta/models/m:generateContent"},
      {"ollama/m", "/api/chat"}, {"swap/m", "/v1/chat/completions"}, {"queue/m", "/api/chat"}};
  for (const auto& [spec, target] : targets) {
    (void)refusal(*models.resolve(spec).value().model);
    EXPECT_EQ(server_.requests().back().target, target) << spec;
  }
}

TEST_F(Shipped, AnOllamaOfThisMachineNeedsNoKey) {  // [LLM-10]
  variables_ = {{"OLLAMA_HOST", "127.0.0.1:11434"}};
  auto& models = catalog();
  EXPECT_EQ(models.resolve("fast")->spec, "ollama/gpt-oss:20b?effort=low");
  EXPECT_EQ(models.list().providers.at(0).base_url, "http://127.0.0.1:11434");
  EXPECT_EQ(models.list().providers.at(0).credentials, Credentials::not_needed);
}

// Everything the resolver and its models say, with a token wherever one can stand.
TEST_F(Shipped, NoTokenIsEverSaid) {
  const std::string canary = "c4n4ry-t0ken-5up3r";
  variables_ = {{"OPENAI_API_KEY", canary},
                {"OPENAI_BASE_URL", "http://" + canary + "@host/v1"},
                {"LLM_LAB", dsn(canary)},
                {"LLM_BAD", canary},
                {"LLM_WORSE", "openai://" + canary + "@:99999"},
                {"LLM_PLANNED", "google://" + canary + "@host"},
                {"ANTHROPIC_API_KEY", canary},
                {"EXECUTUS_MODEL_TIER_FAST", "openai://" + canary + "@host"}};
  reply_ = {401, {}, R"({"error":{"message":"bad key )" + canary + R"("}})"};
  auto& models = catalog();

  std::string said;
  for (const char* name :
       {"", "fast", "thinking", "openai/m", "bad/m", "worse/m", "planned/m", "anthropic/m", "nobody/m"})
    if (auto resolved = models.resolve(name); !resolved.ok()) said += resolved.error().message() + "\n";
  auto listing = models.list();
  for (const auto& each : listing.providers)
    said += each.name + each.scheme + each.base_url + each.source + std::string(to_string(each.credentials)) +
            each.problem + "\n";
  for (const auto& each : listing.tiers) said += each.name + each.spec + each.source + each.problem + "\n";
  auto lab = models.resolve("lab/m").value();
  said += lab.spec + lab.model->target() + refusal(*lab.model);

  EXPECT_THAT(said, AllOf(HasSubstr("bad key ***"), HasSubstr("LLM_WORSE"), Not(HasSubstr("c4n4ry"))));
  EXPECT_EQ(server_.requests().front().header("authorization"), "Bearer " + canary);
}

TEST_F(Shipped, ListsWhatThereIs) {
  variables_ = {{"LLM_LAB", "openai+http://127.0.0.1:1/v1"}, {"OPENAI_API_KEY", "k"}};

  auto listing = catalog().list();

  std::string text;
  for (const auto& each : listing.providers)
    text += each.name + " " + each.scheme + " " + each.base_url + " " + std::string(to_string(each.credentials)) +
            each.problem + "\n";
  EXPECT_EQ(text,
            "lab openai http://127.0.0.1:1/v1 not needed\n"
            "openai openai https://api.openai.com/v1 present\n"
            "openai-responses openai-responses https://api.openai.com/v1 present\n"
            "scripted scripted  not needed\n");
}

}  // namespace
}  // namespace executus::llm
