// Two models behind one provider name: what one of them signed is none of the other's business, whatever the protocol.
#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Speaker {
  std::string scheme, path, answer;  // an answer with a signature or thinking, "SIGA", that must go back
};

void PrintTo(const Speaker& speaker, std::ostream* out) { *out << speaker.scheme; }

const Speaker kSpeakers[] = {
    {"openai", "/v1",
     R"({"choices":[{"message":{"content":"t","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"SIGA"}]},"finish_reason":"stop"}]})"},
    {"openai-responses", "/v1",
     R"({"status":"completed","output":[{"type":"reasoning","id":"r","summary":[],"encrypted_content":"SIGA"},)"
     R"({"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"t"}]}]})"},
    {"anthropic", "",
     R"({"type":"message","content":[{"type":"thinking","thinking":"hm","signature":"SIGA"},{"type":"text","text":"t"}],"stop_reason":"end_turn"})"},
    {"google", "",
     R"({"candidates":[{"content":{"parts":[{"text":"t","thoughtSignature":"SIGA"}]},"finishReason":"STOP"}]})"},
    {"ollama", "",
     R"({"model":"m","message":{"role":"assistant","content":"t","thinking":"SIGA"},"done_reason":"stop","done":true})"}};

class Signatures : public ::testing::TestWithParam<Speaker> {
 protected:
  Message ask(const std::string& model, Transcript messages) {
    Request request;
    request.messages = std::move(messages);
    return block_on(*loop_, models_->resolve("router/" + model).value().model->generate(std::move(request), nullptr))
        .message;
  }
  std::string last_body() const { return server_.requests().back().body; }

  testing::HttpServer server_{[](const testing::HttpServer::Request&) {
    return testing::HttpServer::Reply{200, {{"Content-Type", "application/json"}}, GetParam().answer};
  }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  FixedEnvironment environment_{
      {{"LLM_ROUTER", GetParam().scheme + "+http://k@" + server_.url("").substr(7) + GetParam().path}}};
  std::unique_ptr<ModelCatalog> models_ = [this] {
    ResolverOptions options;
    options.environment = &environment_;
    options.http = http_.get();
    return make_model_resolver(std::move(options));
  }();
};

TEST_P(Signatures, GoOnlyToTheModelTheyCameFrom) {  // [LLM-01]
  Transcript messages{user_message("Hi")};
  messages.push_back(message_from_json(to_json(ask("a", messages))));  // as a journal has it
  messages.push_back(user_message("And?"));

  (void)ask("b", messages);
  EXPECT_THAT(last_body(), Not(HasSubstr("SIGA")));
  (void)ask("a", messages);
  EXPECT_THAT(last_body(), HasSubstr("SIGA"));
}

INSTANTIATE_TEST_SUITE_P(Vendors, Signatures, ::testing::ValuesIn(kSpeakers),
                         [](const auto& info) { return "of" + std::to_string(info.index); });

}  // namespace
}  // namespace executus::llm
