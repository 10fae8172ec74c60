#include "mcp/http/http_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/testing/manual_loop.hpp>

#include "mcp/auth/fake_http_test.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct HeardByHttp final : Inbound {
  void message(Message message, std::optional<RpcId> on) override {
    messages.push_back(write(message) + (on ? " on " + to_text(*on) : ""));
  }
  void lost(RpcId request, Loss loss) override { losses.emplace_back(to_text(request), std::move(loss)); }
  void closed(Error) override { ADD_FAILURE() << "HTTP has nothing that closes"; }

  std::vector<std::string> messages;
  std::vector<std::pair<std::string, Loss>> losses;
};

std::string result_of(int id, std::string_view result = "{}") {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + std::string(result) + "}";
}
std::string event_of(const std::string& data, const std::string& id = "") {
  return (id.empty() ? "" : "id: " + id + "\n") + "data: " + data + "\n\n";
}
std::string method_of(const net::HttpRequest& request) {
  if (request.method != "POST") return request.method;
  auto body = parse_json(request.body).value().as_object();
  return body.contains("method") ? std::string(body.at("method").as_string()) : "answer";
}

class HttpTransportTest : public ::testing::Test {
 protected:
  using Answers = std::function<FakeReply(const net::HttpRequest&)>;

  HttpTransport& begin(Answers answers) {
    http_ = std::make_unique<FakeHttp>(std::move(answers));
    transport_ = std::make_unique<HttpTransport>(
        Strand::make(loop_), HttpChannel::Where{http_.get(), "fs", "http://h/mcp", {{"X-Key", "k"}}, authorization_});
    transport_->open(heard_);
    return *transport_;
  }
  // A legacy server without a standing stream that gives the session "s1", then "s2"...
  Answers legacy(Answers answers) {
    return [this, answers = std::move(answers)](const net::HttpRequest& request) {
      auto method = method_of(request);
      if (method == "GET" && header_in(request, "Last-Event-ID") == "(none)") return json_reply("", 405);
      if (method == "notifications/initialized") return json_reply("", 202);
      if (method != "initialize") return answers(request);
      auto id = parse_json(request.body).value().at("id").to_number<int>();
      auto reply = json_reply(result_of(id, R"({"protocolVersion":"2025-11-25"})"));
      reply.headers.emplace_back("Mcp-Session-Id", "s" + std::to_string(++sessions_));
      return reply;
    };
  }
  void begin_session(Answers answers) {
    begin(legacy(std::move(answers))).send({.message = Request{1, "initialize", {}}});
    loop_.run_ready();
    transport_->use({.version = Version::v2025_11_25});
    transport_->send({.message = Notification{"notifications/initialized", {}}});
    loop_.run_ready();
    heard_.messages.clear();
    http_->asked.clear();
  }
  void ask(int id, std::string method = "tools/call") {
    transport_->send({.message = Request{id, std::move(method), {}}});
    loop_.run_ready();
  }
  void ask_modern(int id) {
    json::object meta{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"}};
    transport_->send({.message = Request{id, "tools/list", {{"_meta", meta}}}});
    loop_.run_ready();
  }
  std::vector<std::string> methods() const {
    std::vector<std::string> all;
    for (const auto& request : http_->asked) all.push_back(method_of(request));
    return all;
  }

  testing::ManualLoop loop_;
  HeardByHttp heard_;
  int sessions_ = 0;
  std::shared_ptr<Authorization> authorization_;
  std::unique_ptr<FakeHttp> http_;
  std::unique_ptr<HttpTransport> transport_;
};

TEST_F(HttpTransportTest, HearsAnAnswerAsJsonAndAsEvents) {  // [MCP-01]
  begin([](const net::HttpRequest& request) {
    if (request.body.find("\"id\":1") != std::string::npos) return json_reply(result_of(1));
    return events_reply({": hello\n\n" + event_of(R"({"jsonrpc":"2.0","method":"notifications/progress","params":{}})"),
                         "event: message\n" + event_of(result_of(2))},
                        FakeReply::End::open);
  });
  ask_modern(1);
  ask_modern(2);
  EXPECT_THAT(heard_.messages,
              ElementsAre(result_of(1) + " on 1", HasSubstr("notifications/progress"), result_of(2) + " on 2"));
  EXPECT_EQ(http_->ended, 2) << "a stream is let go of once the answer is there";
  EXPECT_EQ(header_in(http_->asked.at(0), "Mcp-Method"), "tools/list");
  EXPECT_EQ(header_in(http_->asked.at(0), "X-Key"), "k");
  EXPECT_THAT(heard_.losses, ::testing::IsEmpty());
}

TEST_F(HttpTransportTest, LosesAModernRequestWhoseStreamIsCut) {  // [MCP-01]
  begin([](const net::HttpRequest&) { return events_reply({"id: 1\nretry: 1\ndata:\n\n"}, FakeReply::End::broken); });
  ask_modern(1);
  ASSERT_EQ(heard_.losses.size(), 1U);
  EXPECT_EQ(heard_.losses[0].second.got, Loss::Got::maybe);
  EXPECT_EQ(heard_.losses[0].second.problem.code(), "mcp.unreachable");
  EXPECT_EQ(http_->asked.size(), 1U) << "never sent again, and no stream is asked for";
}

TEST_F(HttpTransportTest, SaysWhatTheServerCertainlyNeverGot) {
  begin([](const net::HttpRequest&) -> FakeReply {
    throw net::HttpError(ErrorKind::disconnected, "net.refused", "connection refused", net::Sent::no);
  });
  ask_modern(1);
  ASSERT_EQ(heard_.losses.size(), 1U);
  EXPECT_EQ(heard_.losses[0].second.got, Loss::Got::no);
}

TEST_F(HttpTransportTest, TakesAnErrorWithoutAnIdForTheAnswer) {  // [MCP-01]
  begin([](const net::HttpRequest&) {
    return json_reply(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no version"}})", 400);
  });
  ask_modern(7);
  EXPECT_THAT(heard_.messages, ElementsAre(HasSubstr("-32000")));
  EXPECT_THAT(heard_.messages, ElementsAre(HasSubstr("\"id\":7")));
}

TEST_F(HttpTransportTest, GoesOnWithALegacyStreamWhereItBroke) {  // [MCP-05]
  begin_session([](const net::HttpRequest& request) {
    if (request.method == "POST") return events_reply({"id: 41\nretry: 500\ndata:\n\n"}, FakeReply::End::whole);
    return events_reply({event_of(result_of(2), "42")});
  });
  ask(2);
  EXPECT_THAT(methods(), ElementsAre("tools/call"));
  loop_.advance(Milliseconds(499));
  EXPECT_EQ(http_->asked.size(), 1U);
  loop_.advance(Milliseconds(1));
  EXPECT_THAT(methods(), ElementsAre("tools/call", "GET"));
  EXPECT_EQ(header_in(http_->asked.at(1), "Last-Event-ID"), "41");
  EXPECT_EQ(header_in(http_->asked.at(1), "Mcp-Session-Id"), "s1");
  EXPECT_THAT(heard_.messages, ElementsAre(result_of(2) + " on 2"));
}

TEST_F(HttpTransportTest, LosesALegacyRequestThatCannotBeGoneOnWith) {  // [MCP-05]
  begin_session([](const net::HttpRequest& request) {
    if (request.method == "GET") return json_reply("", 404);
    bool has_place = request.body.find("\"id\":3") != std::string::npos;
    return events_reply({has_place ? "id: 1\ndata:\n\n" : "data:\n\n"}, FakeReply::End::broken);
  });
  ask(2);
  EXPECT_EQ(heard_.losses.size(), 1U) << "no id, no place";
  ask(3);
  loop_.advance(Milliseconds(1'000));
  ASSERT_EQ(heard_.losses.size(), 2U);
  EXPECT_EQ(heard_.losses[1].second.got, Loss::Got::maybe);
  EXPECT_THAT(methods(), ElementsAre("tools/call", "tools/call", "GET"));
}

TEST_F(HttpTransportTest, BeginsAForgottenSessionAgainOnceForAll) {  // [MCP-05]
  begin_session([](const net::HttpRequest& request) {
    if (header_in(request, "Mcp-Session-Id") == "s1") return json_reply("", 404);
    return json_reply(result_of(parse_json(request.body).value().at("id").to_number<int>()));
  });
  transport_->send({.message = Request{2, "tools/call", {}}});
  transport_->send({.message = Request{3, "tools/call", {}}});
  loop_.run_ready();
  EXPECT_EQ(sessions_, 2);
  EXPECT_THAT(heard_.messages, ::testing::UnorderedElementsAre(result_of(2) + " on 2", result_of(3) + " on 3"));
  EXPECT_THAT(heard_.losses, ::testing::IsEmpty());
  EXPECT_EQ(std::ranges::count(methods(), "initialize"), 1);
  for (const auto& request : http_->asked)
    if (method_of(request) == "initialize") {
      EXPECT_EQ(header_in(request, "Mcp-Session-Id"), "(none)");
    }
}

TEST_F(HttpTransportTest, AsksNoThirdTimeWhenTheNewSessionIsForgottenToo) {  // [MCP-05]
  begin_session([](const net::HttpRequest&) { return json_reply("", 404); });
  ask(2);
  ASSERT_EQ(heard_.losses.size(), 1U);
  EXPECT_EQ(heard_.losses[0].second.why, Loss::Why::session_gone);
  EXPECT_EQ(heard_.losses[0].second.got, Loss::Got::no);
  EXPECT_EQ(std::ranges::count(methods(), "tools/call"), 2);
}

TEST_F(HttpTransportTest, BeginsASessionAgainAfterItCouldNotOnce) {  // [MCP-05]
  int begun = 0;
  auto answers = legacy([](const net::HttpRequest& request) {
    auto session = header_in(request, "Mcp-Session-Id");
    return session == "s2" ? json_reply(result_of(3)) : json_reply("", session == "s1" ? 404 : 400);
  });
  begin_session({});
  http_->answer_with([&](const net::HttpRequest& request) {
    if (method_of(request) != "initialize" || ++begun == 3) return answers(request);
    FakeReply half = json_reply("no answer", begun == 1 ? 503 : 200);
    half.headers.emplace_back("Mcp-Session-Id", "half");
    return half;
  });
  ask(2);
  ask(2);
  ASSERT_EQ(heard_.losses.size(), 2U);
  EXPECT_EQ(heard_.losses[0].second.got, Loss::Got::no);
  EXPECT_EQ(heard_.losses[1].second.got, Loss::Got::no);
  ask(3);
  EXPECT_THAT(heard_.messages, ElementsAre(result_of(3) + " on 3"));
}

TEST_F(HttpTransportTest, TellsALegacyServerWhatWasCancelled) {  // [MCP-02]
  begin_session([](const net::HttpRequest& request) {
    if (method_of(request) == "notifications/cancelled") return FakeReply{.endless = true};
    return events_reply({}, FakeReply::End::open);
  });
  ask(2);
  transport_->cancel(2);
  loop_.run_ready();
  ASSERT_THAT(methods(), ElementsAre("tools/call", "notifications/cancelled"));
  EXPECT_THAT(http_->asked.back().body, HasSubstr("\"requestId\":2"));
  EXPECT_EQ(header_in(http_->asked.back(), "Mcp-Session-Id"), "s1");
  EXPECT_EQ(http_->waiting, 1);
  loop_.advance(Milliseconds(10'000));
  EXPECT_EQ(http_->waiting, 0) << "its answer is not waited for without end";
}

TEST_F(HttpTransportTest, TellsNothingOfWhatWasCancelled) {
  begin([](const net::HttpRequest&) { return events_reply({}, FakeReply::End::open); });
  ask_modern(1);
  EXPECT_EQ(http_->ended, 0);
  transport_->cancel(1);
  loop_.run_ready();
  EXPECT_EQ(http_->ended, 1) << "the stream is closed: that is how a modern server hears of it";
  EXPECT_THAT(heard_.messages, ::testing::IsEmpty());
  EXPECT_THAT(heard_.losses, ::testing::IsEmpty());
}

TEST_F(HttpTransportTest, SendsNothingBeforeTheServerKnowsThatItIsInitialized) {  // [MCP-01]
  begin(legacy([](const net::HttpRequest&) { return json_reply(result_of(2)); }));
  ask(1, "initialize");
  transport_->use({.version = Version::v2025_11_25});
  transport_->send({.message = Notification{"notifications/initialized", {}}});
  transport_->send({.message = Request{2, "tools/list", {}}});
  loop_.run_ready();
  EXPECT_THAT(methods(), ElementsAre("initialize", "notifications/initialized", "GET", "tools/list"));
  EXPECT_EQ(header_in(http_->asked.at(3), "MCP-Protocol-Version"), "2025-11-25");
}

// The server of this test never answers notifications/initialized.
TEST_F(HttpTransportTest, GoesOnWithoutAnAnswerToItsIntroduction) {  // [MCP-05]
  auto answers = legacy([](const net::HttpRequest&) { return json_reply(result_of(2)); });
  begin([answers](const net::HttpRequest& request) {
    if (method_of(request) == "notifications/initialized") return FakeReply{.endless = true};
    return answers(request);
  });
  ask(1, "initialize");
  transport_->use({.version = Version::v2025_11_25});
  transport_->send({.message = Notification{"notifications/initialized", {}}});
  ask(2, "tools/list");
  loop_.advance(Milliseconds(59'999));
  EXPECT_THAT(methods(), ElementsAre("initialize", "notifications/initialized"));
  loop_.advance(Milliseconds(1));
  EXPECT_THAT(methods(), ElementsAre("initialize", "notifications/initialized", "GET", "tools/list"));
}

TEST_F(HttpTransportTest, EndsWellInTheMiddleOfItsIntroduction) {  // [MCP-05]
  auto answers = legacy([](const net::HttpRequest&) { return json_reply("", 405); });
  begin([answers](const net::HttpRequest& request) {
    if (method_of(request) == "notifications/initialized") return FakeReply{.endless = true};
    return answers(request);
  });
  ask(1, "initialize");
  transport_->use({.version = Version::v2025_11_25});
  transport_->send({.message = Notification{"notifications/initialized", {}}});
  loop_.run_ready();
  loop_.run(transport_->close());
  EXPECT_THAT(methods(), ElementsAre("initialize", "notifications/initialized", "DELETE"));
}

TEST_F(HttpTransportTest, LosesARequestWhoseSendingWasGivenUpBelow) {  // [MCP-05]
  begin([](const net::HttpRequest&) -> FakeReply { throw Cancelled({Cause::deadline, "the token took too long"}); });
  ask_modern(1);
  ASSERT_EQ(heard_.losses.size(), 1U);
  EXPECT_EQ(heard_.losses[0].second.got, Loss::Got::maybe);
  EXPECT_THAT(heard_.losses[0].second.problem.message(), HasSubstr("the token took too long"));
}

TEST_F(HttpTransportTest, ListensToWhatTheServerSaysOnItsOwn) {  // [MCP-05]
  int streams = 0;
  const std::string changed = R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})";
  begin([&](const net::HttpRequest& request) {
    auto method = method_of(request);
    if (method == "initialize") return json_reply(result_of(1));
    if (method == "notifications/initialized") return json_reply("", 202);
    ++streams;
    if (streams > 2) return json_reply("", 404);
    return events_reply({event_of(changed, std::to_string(streams))}, FakeReply::End::broken);
  });
  ask(1, "initialize");
  transport_->use({.version = Version::v2025_11_25});
  transport_->send({.message = Notification{"notifications/initialized", {}}});
  loop_.run_ready();
  loop_.advance(Milliseconds(60'000));
  EXPECT_EQ(streams, 3);
  EXPECT_EQ(header_in(http_->asked.back(), "Last-Event-ID"), "2");
  EXPECT_EQ(heard_.messages.size(), 3U);
  EXPECT_EQ(heard_.messages.back(), changed) << "on no request's behalf";
}

TEST_F(HttpTransportTest, EndsItsSessionWhenClosed) {  // [MCP-05]
  begin_session([](const net::HttpRequest& request) {
    return request.method == "DELETE" ? json_reply("", 405) : events_reply({}, FakeReply::End::open);
  });
  ask(2);
  loop_.run(transport_->close());
  EXPECT_THAT(methods(), ElementsAre("tools/call", "DELETE"));
  EXPECT_EQ(header_in(http_->asked.back(), "Mcp-Session-Id"), "s1");
  EXPECT_THAT(heard_.losses, ::testing::IsEmpty());
}

// Has one more token than the server has refused.
struct TwoTokens final : Authorization {
  Task<std::string> header() override { co_return "Bearer t" + std::to_string(renewed); }
  Task<bool> renew(std::string used, int status, std::string challenge) override {
    seen = used + " " + std::to_string(status) + " " + challenge;
    co_return ++renewed < 2;
  }
  int renewed = 0;
  std::string seen;
};

TEST_F(HttpTransportTest, AsksAgainWithANewTokenAndThenForALogin) {
  auto tokens = std::make_shared<TwoTokens>();
  authorization_ = tokens;
  begin([](const net::HttpRequest& request) {
    if (header_in(request, "Authorization") == "Bearer t1") return json_reply(result_of(1));
    return FakeReply{.status = 401, .headers = {{"WWW-Authenticate", "Bearer scope=\"a\""}}};
  });
  ask_modern(1);
  EXPECT_THAT(heard_.messages, ElementsAre(result_of(1) + " on 1"));
  EXPECT_EQ(tokens->seen, "Bearer t0 401 Bearer scope=\"a\"");
  tokens->renewed = 2;
  ask_modern(2);
  ASSERT_EQ(heard_.losses.size(), 1U);
  EXPECT_EQ(heard_.losses[0].second.why, Loss::Why::login);
  EXPECT_EQ(heard_.losses[0].second.challenge, "Bearer scope=\"a\"");
  EXPECT_EQ(heard_.losses[0].second.got, Loss::Got::no);
}

}  // namespace
}  // namespace executus::mcp
