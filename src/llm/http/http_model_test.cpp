// Connections, which is what HttpModel decides by itself. Of its answers the vendors' tests tell.
#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/kit/http_model.hpp>
#include <executus/testing/http_server.hpp>

#include "llm/http/word_protocol_test.hpp"
#include "llm/model_error_test.hpp"

namespace executus::llm {
namespace {

using Reply = testing::HttpServer::Reply;

net::HttpClientOptions one_connection() {
  net::HttpClientOptions options;
  options.max_connections_per_host = 1;
  return options;
}

class WordsShown final : public StreamObserver {
 public:
  void on_text(std::string_view delta) override { text += delta; }
  void on_reset() override {}
  std::string text;
};

Reply words(std::shared_ptr<testing::Gate> before_rest) {
  Reply reply{200, {{"Content-Type", "text/event-stream"}}, ""};
  reply.chunks = {{"data: Hel\n\n", nullptr}, {"data: lo\n\ndata: END\n\n", nullptr}, {": rest\n\n", before_rest}};
  return reply;
}

// With one connection at a time a call waits until the rest of the answer before has come, or was given up.
class HttpModelTest : public ::testing::Test {
 protected:
  Response ask() { return block_on(*loop_, model_.generate(Request{}, &shown_)); }

  std::vector<std::shared_ptr<testing::Gate>> rests_;  // of the answers, in their order
  testing::HttpServer server_{
      [this](const testing::HttpServer::Request& request) { return words(rests_.at(request.number - 1)); }};
  std::unique_ptr<Loop> loop_ = make_loop(2);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_, one_connection());
  WordsShown shown_;
  HttpModel model_{std::make_shared<const Endpoint>(Endpoint{"lab", server_.url(""), "", "LLM_LAB"}), "m",
                   std::make_unique<WordProtocol>(), *http_, HttpModelOptions{}};
};

TEST_F(HttpModelTest, StreamedAnswersShareAConnection) {  // [LLM-05]
  for (int i = 0; i < 5; ++i) rests_.push_back(testing::make_gate());

  for (const auto& rest : rests_) {
    EXPECT_EQ(ask().message.text(), "Hello") << "while the server has more to say";
    rest->open();
  }

  EXPECT_EQ(server_.request_count(), 5U);
  EXPECT_EQ(server_.connection_count(), 1U);
  EXPECT_EQ(shown_.text, "HelloHelloHelloHelloHello");
}

TEST_F(HttpModelTest, AnswersAlthoughTheServerDoesNotEndItsStream) {  // [LLM-05]
  rests_ = {testing::make_gate(), testing::make_gate()};

  EXPECT_EQ(ask().message.text(), "Hello");
  server_.wait_for_hangups(1);
  EXPECT_EQ(ask().message.text(), "Hello");

  EXPECT_EQ(server_.connection_count(), 2U);
}

class Spending final : public SpentSink {
 public:
  void spent(const std::string& target, const Usage& usage) noexcept override {
    told.emplace_back(target, usage.output);
  }
  std::vector<std::pair<std::string, std::int64_t>> told;
};

// Cancels the call that shows text.
class CancelWhenShown final : public StreamObserver {
 public:
  explicit CancelWhenShown(CancelScope& scope) : scope_(scope) {}
  void on_text(std::string_view) override { scope_.cancel({Cause::caller, "enough"}); }
  void on_reset() override {}

 private:
  CancelScope& scope_;
};

Task<Response> in_scope(CancelScope& scope, Task<Response> task) {
  TaskContext context = co_await this_task();
  TaskContext inner{context.strand, &scope};
  co_return co_await std::move(task).in(inner);
}

class HttpModelAnswerTest : public ::testing::Test {
 protected:
  Response ask() { return block_on(*loop_, model_.generate(Request{}, &shown_)); }
  ModelError error() {
    return error_in([&] { return ask(); });
  }

  Reply reply_;
  testing::HttpServer server_{[this](const testing::HttpServer::Request&) { return reply_; }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_, one_connection());
  WordsShown shown_;
  HttpModel model_{std::make_shared<const Endpoint>(Endpoint{"lab", server_.url(""), "", "LLM_LAB"}), "m",
                   std::make_unique<WordProtocol>(), *http_, HttpModelOptions{}};
};

TEST_F(HttpModelAnswerTest, ReadsABodyThatIsNoStreamAsOne) {  // [LLM-05] [LLM-15]
  reply_ = {200, {{"Content-Type", "text/event-stream"}}, R"({"error":{"message":"busy"}})"};

  EXPECT_EQ(ask().message.text(), R"(whole: {"error":{"message":"busy"}})");
  EXPECT_EQ(shown_.text, R"(whole: {"error":{"message":"busy"}})");

  reply_.body = "data: Hel\n\n";
  EXPECT_EQ(error().code(), "model.truncated");
  reply_.body = "";
  EXPECT_EQ(error().code(), "model.truncated");
}

TEST_F(HttpModelAnswerTest, KnowsAStreamByItsBytesAndNotByItsType) {  // [LLM-05]
  const std::vector<net::HttpHeaders> types{
      {{"Content-Type", "application/json"}}, {{"Content-Type", "text/plain"}}, {}};
  for (const auto& headers : types) {
    reply_ = {200, headers, "data: Hel\n\ndata: \n\ndata: lo\n\ndata: END\n\n"};
    EXPECT_EQ(ask().message.text(), "Hello");
  }
  EXPECT_EQ(shown_.text, "HelloHelloHello");
}

TEST_F(HttpModelAnswerTest, TakesALastEventThatItsBodyEnds) {  // [LLM-05]
  reply_ = {200, {{"Content-Type", "text/event-stream"}}, "data: Hello\n\ndata: END"};

  EXPECT_EQ(ask().message.text(), "Hello");
}

TEST_F(HttpModelAnswerTest, MakesNoCallsOfARefusedAnswer) {  // [LLM-15]
  reply_ = {200, {{"Content-Type", "text/event-stream"}}, "data: refused\n\ndata: END\n\n"};

  auto response = ask();

  EXPECT_EQ(response.finish, FinishReason::refusal);
  EXPECT_EQ(response.message, assistant_message("refused"));
}

TEST_F(HttpModelAnswerTest, TellsWhatAnAnswerUsedThatBrokeOff) {  // [LLM-05]
  reply_ = {200, {{"Content-Type", "text/event-stream"}}, "data: Hel\n\n"};
  Spending spending;
  Request request;
  request.spent = &spending;
  EXPECT_THROW((void)block_on(*loop_, model_.generate(request, &shown_)), ModelError);
  EXPECT_THAT(spending.told, ::testing::ElementsAre(std::pair("lab/m", 3)));
  reply_.body += "data: lo\n\ndata: END\n\n";
  EXPECT_EQ(block_on(*loop_, model_.generate(request, &shown_)).message.text(), "Hello");
  EXPECT_EQ(spending.told.size(), 1u) << "of an answer the response tells";
}

TEST_F(HttpModelAnswerTest, TellsWhatAnAnswerInOnePieceUsedThatIsOfNoUse) {  // [LLM-05]
  reply_ = {200, {{"Content-Type", "application/json"}}, "useless"};
  Spending spending;
  Request request;
  request.spent = &spending;
  EXPECT_THROW((void)block_on(*loop_, model_.generate(request, &shown_)), ModelError);
  EXPECT_THAT(spending.told, ::testing::ElementsAre(std::pair("lab/m", 7)));
}

TEST_F(HttpModelAnswerTest, TellsWhatAnAnswerUsedThatWasCancelled) {  // [LLM-05]
  reply_ = {200, {{"Content-Type", "text/event-stream"}}, ""};
  reply_.chunks = {{"data: Hel\n\n", nullptr}, {"data: lo\n\n", testing::make_gate()}};
  Spending spending;
  Request request;
  request.spent = &spending;
  CancelScope scope;
  CancelWhenShown observer(scope);
  EXPECT_THROW((void)block_on(*loop_, in_scope(scope, model_.generate(request, &observer))), Cancelled);
  EXPECT_THAT(spending.told, ::testing::ElementsAre(std::pair("lab/m", 3)));
}

// Once all was said, a connection that breaks off takes nothing away: the answer is not bought again.
TEST_F(HttpModelAnswerTest, IsWholeThoughItsConnectionBreaksBeforeTheEndMark) {  // [LLM-05] [LLM-15]
  auto broken_after = [](const std::string& events) {
    Reply reply;
    reply.raw = {
        {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n\r\n" + events, nullptr}};
    return reply;
  };
  reply_ = broken_after("data: Hello\n\ndata: stop\n\n");
  EXPECT_EQ(ask().message.text(), "Hello");
  for (const char* cut : {"data: Hello\n\ndata: stop\n", "data: Hello\n\ndata: stop\n\ndata: unreadable\n"}) {
    reply_ = broken_after(cut);
    EXPECT_EQ(ask().message.text(), "Hello") << cut;
  }
  for (const char* events : {"data: Hello\n\n", "data: Hello\n\ndata: unreadable\n"}) {
    reply_ = broken_after(events);
    EXPECT_EQ(error().code(), "model.truncated") << events;
  }
}

TEST_F(HttpModelAnswerTest, InOnePieceIsWholeThoughItsConnectionBreaksBehindIt) {  // [LLM-05] [LLM-15]
  auto broken_after = [](const std::string& body) {
    Reply reply;
    reply.raw = {{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + body, nullptr}};
    return reply;
  };
  reply_ = broken_after(R"({"stop":1})");
  EXPECT_EQ(ask().message.text(), R"(whole: {"stop":1})");
  for (const char* body : {R"({"more":1})", R"({"stop":1)", R"({"stop":1} {)", "no JSON", ""}) {
    reply_ = broken_after(body);
    EXPECT_EQ(error().code(), "model.truncated") << body;
  }
}

// Sends all that was said, and then fails with `code`.
class BreakingClient final : public net::HttpClient {
 public:
  explicit BreakingClient(std::string code) : code_(std::move(code)) {}
  Task<net::HttpStream> open(net::HttpRequest) override {
    net::HttpStream stream;
    stream.status = 200;
    stream.body = std::make_unique<Body>(code_);
    co_return stream;
  }

 private:
  struct Body final : net::HttpBody {
    explicit Body(std::string error) : code(std::move(error)) {}
    Task<std::optional<std::string>> next() override {
      if (!std::exchange(begun, true)) co_return "data: Hello\n\ndata: stop\n\n";
      throw net::HttpError(ErrorKind::disconnected, code, "it ended", net::Sent::maybe);
    }
    void discard() override {}
    std::string code;
    bool begun = false;
  };
  std::string code_;
};

// Silence, too, takes nothing away; but an end of our own is none of the server's.
TEST(HttpModelAnswer, IsWholeWhateverBreaksItsConnectionButWe) {  // [LLM-05] [LLM-15]
  auto loop = make_loop(1);
  for (const char* code : {"net.reset", "net.timeout", "net.protocol", "net.failed", "net.closed", "net.too_large"}) {
    BreakingClient client(code);
    HttpModel model(std::make_shared<const Endpoint>(Endpoint{"lab", "http://lab", "", "LLM_LAB"}), "m",
                    std::make_unique<WordProtocol>(), client, HttpModelOptions{});
    std::string answer;
    try {
      answer = block_on(*loop, model.generate(Request{}, nullptr)).message.text();
    } catch (const ModelError&) {
      answer = "error";
    }
    bool ours = std::string_view(code) == "net.closed" || std::string_view(code) == "net.too_large";
    EXPECT_EQ(answer, ours ? "error" : "Hello") << code;
  }
}

TEST_F(HttpModelAnswerTest, ReplacesWhatIsLeftOfACutCharacter) {
  reply_ = {200, {{"Content-Type", "text/event-stream"}}, "data: Hi\xC3\n\ndata: END\n\n"};

  EXPECT_EQ(ask().message.text(), "Hi\xEF\xBF\xBD");

  EXPECT_EQ(shown_.text, "Hi\xEF\xBF\xBD");
}

TEST_F(HttpModelAnswerTest, SaysThatAnEventIsTooLarge) {  // [LLM-15]
  reply_ = {200, {{"Content-Type", "text/event-stream"}}, "data: " + std::string(17'000'000, '.') + "\n\n"};

  EXPECT_EQ(error().code(), "model.too_large");
  EXPECT_EQ(error().failure(), Failure::permanent);
}

TEST_F(HttpModelAnswerTest, JudgesARefusalThatDoesNotEndByItsStatus) {  // [LLM-15]
  reply_ = {503, {{"Content-Type", "text/html"}}, ""};
  auto never = testing::make_gate();
  reply_.chunks = {{std::string(1'100'000, '.'), nullptr}, {"the rest", never}};

  EXPECT_EQ(error().code(), "model.unavailable");
  EXPECT_EQ(error().http_status(), 503);
}

TEST_F(HttpModelAnswerTest, SaysWhereARedirectLeads) {  // [LLM-15]
  reply_ = {308, {{"Location", "https://else.example/v1/chat"}}, ""};

  EXPECT_EQ(error().failure(), Failure::permanent);
  EXPECT_THAT(error().message(), ::testing::HasSubstr("a redirect to https://else.example,"));
}

TEST_F(HttpModelTest, EndsWithItsClientWhileARestIsToCome) {  // [LLM-05]
  rests_ = {testing::make_gate()};

  EXPECT_EQ(ask().message.text(), "Hello");
  http_.reset();

  server_.wait_for_hangups(1);
}

}  // namespace
}  // namespace executus::llm
