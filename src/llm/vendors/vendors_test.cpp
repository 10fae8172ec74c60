#include <filesystem>
#include <latch>

#include <gmock/gmock.h>

#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/llm/image_model.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

#include "llm/catalog/context_limits.hpp"
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
    options.aliases = aliases_;
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
  std::map<std::string, std::string> aliases_;
  std::unique_ptr<FixedEnvironment> environment_;
  std::unique_ptr<ModelCatalog> catalog_;
};

TEST_F(Shipped, OneOpenAiKeyIsEnough) {
  variables_ = {{"OPENAI_API_KEY", "k"}};
  auto& models = catalog();

  EXPECT_EQ(models.resolve("").value().spec, models.resolve("fast").value().spec);
  EXPECT_THAT(models.resolve("fast").value().spec, ::testing::StartsWith("openai/"));
  EXPECT_THAT(models.resolve("thinking").value().spec, ::testing::StartsWith("openai-responses/"))
      << "Chat Completions would refuse its tools";
}

TEST_F(Shipped, OneKeySetsAllTiersAlsoBesideOthers) {
  variables_ = {{"OPENAI_API_KEY", "k"}, {"ANTHROPIC_API_KEY", "k"}};
  for (const auto& tier : catalog().list().tiers) EXPECT_THAT(tier.spec, ::testing::StartsWith("openai")) << tier.name;
}

TEST_F(Shipped, ABaseUrlLeadsElsewhere) {
  variables_ = {{"OPENAI_API_KEY", "k-1"}, {"OPENAI_BASE_URL", url() + "/"}};

  auto response = ask(*catalog().resolve("openai/some-model").value().model);

  EXPECT_EQ(response.message.text(), "Hello");
  EXPECT_EQ(server_.requests().front().target, "/v1/chat/completions");
  EXPECT_EQ(server_.requests().front().header("authorization"), "Bearer k-1");
}

// Of an env file that no shell has read; and the address of the call in the place of that of the API.
TEST_F(Shipped, TakesAKeyWithoutItsQuotesAndAnAddressWithoutItsMethod) {
  for (std::string quote : {"\"", "'"}) {
    variables_ = {{"OPENAI_API_KEY", quote + "k-1" + quote},
                  {"OPENAI_BASE_URL", quote + url() + "/chat/completions" + quote}};
    (void)ask(*catalog().resolve("openai/some-model").value().model);
    EXPECT_EQ(server_.requests().back().target, "/v1/chat/completions");
    EXPECT_EQ(server_.requests().back().header("authorization"), "Bearer k-1");
  }
  variables_ = {{"LLM_LAB", dsn("t") + "/chat/completions"}};
  (void)ask(*catalog().resolve("lab/m").value().model);
  EXPECT_EQ(server_.requests().back().target, "/v1/chat/completions");
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
  const std::map<std::string, std::string> targets{{"r/m", "/v1/responses"},
                                                   {"claude/m", "/v1/messages"},
                                                   {"gem/m", "/v1beta/models/m:streamGenerateContent?alt=sse"},
                                                   {"ollama/m", "/api/chat"},
                                                   {"swap/m", "/v1/chat/completions"},
                                                   {"queue/m", "/api/chat"}};
  for (const auto& [spec, target] : targets) {
    (void)refusal(*models.resolve(spec).value().model);
    EXPECT_EQ(server_.requests().back().target, target) << spec;
  }
}

// A vendor's own table tells what its models do with that much (how many images, how long answers); the shipped one is
// what people overlay.
TEST_F(Shipped, TablesOfContextWindowsAgree) {  // [MOD-12]
  variables_ = {{"OPENAI_API_KEY", "k"}, {"ANTHROPIC_API_KEY", "k"}, {"GEMINI_API_KEY", "k"}};
  auto& models = catalog();
  auto shipped = shipped_windows();

  ASSERT_GT(shipped.rows.size(), 30U);
  for (const auto& [target, tokens] : shipped.rows) {
    auto resolved = models.resolve(target).value();
    EXPECT_EQ(resolved.context_tokens, tokens) << target;
    EXPECT_EQ(resolved.model->capabilities().context_tokens, tokens) << target;
  }
}

TEST_F(Shipped, PaintsWithTheImagesApi) {  // [LLM-24]
  variables_ = {{"LLM_LAB", dsn("t0ken")}, {"LLM_CLAUDE", "anthropic+http://host"}};
  reply_.body = R"({"data":[{"b64_json":"iVBORw=="}]})";
  auto& models = catalog();

  auto painter = models.image_model("lab/painter").value();
  auto images = block_on(*loop_, painter->generate({.prompt = "A fjord"}));

  ASSERT_EQ(images.size(), 1U);
  EXPECT_EQ(images[0].bytes, "\x89PNG");
  EXPECT_EQ(painter->target(), "lab/painter");
  EXPECT_EQ(server_.requests().front().target, "/v1/images/generations");
  EXPECT_EQ(models.image_model("claude/painter").error().code(), "model.no_images");
  EXPECT_EQ(models.image_model("nobody/painter").error().code(), "model.unknown_provider");
  EXPECT_EQ(models.image_model("fast").error().code(), "model.spec");
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
  aliases_ = {{"mine", "openai://" + canary + "@host/v1"}};
  reply_ = {401, {}, R"({"error":{"message":"bad key )" + canary + R"("}})"};
  auto& models = catalog();

  std::string said;
  for (const char* name :
       {"", "fast", "thinking", "openai/m", "bad/m", "worse/m", "planned/m", "anthropic/m", "nobody/m", "mine"})
    if (auto resolved = models.resolve(name); !resolved.ok()) said += resolved.error().message() + "\n";
  auto listing = models.list();
  for (const auto& each : listing.providers)
    said += each.name + each.scheme + each.base_url + each.source + std::string(to_string(each.credentials)) +
            each.problem + "\n";
  for (const auto& each : listing.tiers) said += each.name + each.spec + each.source + each.problem + "\n";
  for (const auto& [name, text] : listing.aliases) said += name + text + "\n";
  auto lab = models.resolve("lab/m").value();
  said += lab.spec + lab.model->target() + refusal(*lab.model);

  EXPECT_THAT(said, AllOf(HasSubstr("bad key ***"), HasSubstr("LLM_WORSE"), HasSubstr("mine(no spec)"),
                          Not(HasSubstr("c4n4ry"))));
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

// Tells that a call has arrived, and goes on when it may.
class WaitingModel final : public Model {
 public:
  WaitingModel(std::shared_ptr<Model> model, std::latch& here, OneShot<> go_on)
      : model_(std::move(model)), here_(here), go_on_(std::move(go_on)) {}
  Task<Response> generate(Request request, StreamObserver* observer) override {
    here_.count_down();
    co_await go_on_.wait();
    co_return co_await model_->generate(std::move(request), observer);
  }
  const std::string& target() const override { return model_->target(); }

 private:
  std::shared_ptr<Model> model_;
  std::latch& here_;
  OneShot<> go_on_;
};

Task<void> ask_in_background(std::shared_ptr<Model> model) {
  Request request;
  request.messages.push_back(user_message("Hi"));
  (void)co_await model->generate(std::move(request), nullptr);
}

TEST_F(Shipped, WhatIsPutAroundModelsIsOutsideOfTheirLimits) {
  variables_ = {{"LLM_LAB", dsn("t0ken")}};
  std::latch both_here(2);
  std::vector<OneShot<>> go_on(2);
  std::vector<std::string> around;
  environment_ = std::make_unique<FixedEnvironment>(variables_);
  ResolverOptions options;
  options.environment = environment_.get();
  options.http = http_.get();
  options.limits["lab"].concurrent = 1;
  options.around_each = [&](std::shared_ptr<Model> model) -> std::shared_ptr<Model> {
    around.push_back(model->target());
    return std::make_shared<WaitingModel>(std::move(model), both_here, go_on.at(around.size() - 1));
  };
  catalog_ = make_model_resolver(std::move(options));

  RootGroup calls(*loop_);
  calls.spawn(ask_in_background(catalog_->resolve("lab/a").value().model));
  calls.spawn(ask_in_background(catalog_->resolve("lab/b").value().model));
  both_here.wait();  // neither holds the only place
  for (auto& each : go_on) each.set();
  calls.join();

  EXPECT_THAT(around, ::testing::ElementsAre("lab/a", "lab/b"));
  EXPECT_EQ(server_.request_count(), 2U);
}

}  // namespace
}  // namespace executus::llm
