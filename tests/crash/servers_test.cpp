// The servers count right, also for clients that die in the middle.
#include <string>

#include <arpa/inet.h>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "effect_server.hpp"
#include "model_server.hpp"
#include "script.hpp"

namespace executus::crash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

int port_in(const std::string& url) { return std::stoi(url.substr(url.find(':', 7) + 1)); }

// A client that says `text` and, unless it waits for the answer, is gone at once.
class Client {
 public:
  explicit Client(const std::string& url) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_in(url)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void say(const std::string& text) const { ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  // All that the server sends until it has no more to say.
  [[nodiscard]] std::string answer() const {
    ::shutdown(socket_, SHUT_WR);
    std::string text;
    char chunk[4096];
    for (ssize_t got = 0; (got = ::recv(socket_, chunk, sizeof chunk, 0)) > 0;)
      text.append(chunk, static_cast<std::size_t>(got));
    return text;
  }

 private:
  int socket_;
};

std::string post(const std::string& path, const std::string& body, const std::string& key = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\nIdempotency-Key: " + key +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string answer_to(const std::string& url, const std::string& request) {
  Client client(url);
  client.say(request);
  return client.answer();
}

std::string model_request(int assistant_messages, bool stream) {
  boost::json::array messages{boost::json::object{{"role", "user"}, {"content", prompt_for("r-1")}}};
  for (int i = 0; i < assistant_messages; ++i)
    messages.push_back(boost::json::object{{"role", "assistant"}, {"content", "x"}});
  boost::json::object body{{"model", "test"}, {"stream", stream}, {"messages", std::move(messages)}};
  return post("/v1/chat/completions", boost::json::serialize(body));
}

TEST(ModelServer, FollowsTheScriptAndCountsByPlace) {
  ModelServer server(Stage{});

  auto first = answer_to(server.url(), model_request(0, false));
  auto last = answer_to(server.url(), model_request(kResponses - 1, false));
  (void)answer_to(server.url(), model_request(0, false));

  EXPECT_THAT(first, HasSubstr(R"("finish_reason":"tool_calls")"));
  EXPECT_THAT(first, HasSubstr(R"("id":"call_0_0")"));
  EXPECT_THAT(last, HasSubstr("All done for r-1."));
  EXPECT_THAT(server.log("r-1").asked, ElementsAre(Pair(0, 2), Pair(kResponses - 1, 1)));
  EXPECT_EQ(server.log("another").total(), 0);
}

TEST(ModelServer, StreamsWhenAsked) {
  ModelServer server(Stage{});

  auto answer = answer_to(server.url(), model_request(1, true));

  EXPECT_THAT(answer, HasSubstr("Content-Type: text/event-stream"));
  EXPECT_THAT(answer, HasSubstr(R"("id":"call_1_1")"));
  EXPECT_THAT(answer, HasSubstr(R"("prompt_tokens":101)"));
  EXPECT_THAT(answer, HasSubstr("data: [DONE]\n\n"));
}

TEST(EffectServer, CountsEveryRepeat) {
  EffectServer server(EffectServer::Repeats::happen, Stage{});
  auto request = post("/effect", R"({"label":"a"})", "k");

  (void)answer_to(server.effect_url(), request);
  EXPECT_THAT(answer_to(server.effect_url(), request), HasSubstr(scripted_result("a")));

  EXPECT_EQ(server.log().calls.at("a").executions, 2);
}

TEST(EffectServer, DedupesByKeyAndCountsThatApart) {
  EffectServer server(EffectServer::Repeats::deduped_by_key, Stage{});

  (void)answer_to(server.effect_url(), post("/effect", R"({"label":"a"})", "k"));
  EXPECT_THAT(answer_to(server.effect_url(), post("/effect", R"({"label":"a"})", "k")),
              HasSubstr(scripted_result("a")));
  (void)answer_to(server.effect_url(), post("/effect", R"({"label":"a"})", "other"));

  EXPECT_EQ(server.log().calls.at("a").executions, 2);
  EXPECT_EQ(server.log().calls.at("a").deduped, 1);
}

TEST(EffectServer, AnswersProbes) {
  EffectServer server(EffectServer::Repeats::happen, Stage{});
  std::string probe = "GET /probe/k HTTP/1.1\r\n\r\n";

  EXPECT_THAT(answer_to(server.effect_url(), probe), HasSubstr("404"));
  (void)answer_to(server.effect_url(), post("/effect", R"({"label":"a"})", "k"));
  EXPECT_THAT(answer_to(server.effect_url(), probe), HasSubstr(scripted_result("a")));

  EXPECT_EQ(server.log().probes_no, 1);
  EXPECT_EQ(server.log().probes_yes, 1);
}

TEST(EffectServer, ActsForAClientThatDiedAfterAsking) {
  EffectServer server(EffectServer::Repeats::happen, Stage{});

  Client(server.effect_url()).say(post("/effect", R"({"label":"a"})", "k"));
  server.let_arrive();

  EXPECT_EQ(server.log().executions("a"), 1);
}

TEST(EffectServer, DropsWhatArrivedInPart) {
  EffectServer server(EffectServer::Repeats::happen, Stage{});
  auto request = post("/effect", R"({"label":"a"})", "k");

  Client(server.effect_url()).say(request.substr(0, request.size() - 1));
  server.let_arrive();

  EXPECT_EQ(server.log().executions("a"), 0);
}

}  // namespace
}  // namespace executus::crash
