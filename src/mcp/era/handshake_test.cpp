#include "mcp/era/handshake.hpp"

#include <gmock/gmock.h>

#include <executus/base/json.hpp>

#include "mcp/wire/codes.hpp"

namespace executus::mcp {
namespace {

using ::testing::HasSubstr;

// A handshake, and what it does next in one word: "probe", "initialize", "restart", "wait", "open VERSION" or the
// error's code.
class Talk {
 public:
  explicit Talk(std::optional<Version> hint = {}) : handshake_({.hint = hint}) { take(handshake_.begin()); }

  std::string answered(std::string_view response) {
    auto read = read_messages(response).value();
    return take(handshake_.answered(std::get<Response>(read.messages.at(0))));
  }
  // To what was sent last.
  std::string answered_with(std::string_view result_or_error) {
    auto id = write_json(to_json(last_.request.id));
    return answered("{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + std::string(result_or_error) + "}");
  }
  std::string refused(int status, std::string_view body = "", std::string_view challenge = "") {
    return take(handshake_.refused(status, body, challenge));
  }
  std::string silence() { return take(handshake_.silence()); }
  std::string closed() { return take(handshake_.closed("has ended by itself (exit code 1)")); }
  std::string restarted() { return take(handshake_.restarted()); }

  const std::string& now() const { return now_; }
  const Handshake::Send& last() const { return last_; }
  const std::string& message() const { return message_; }
  const Opened& opened() const { return opened_; }

 private:
  std::string take(Handshake::Next next) {
    now_ = "wait";
    if (auto* send = std::get_if<Handshake::Send>(&next)) {
      last_ = *send;
      now_ = send->request.method == "server/discover" ? "probe" : send->request.method;
    }
    if (std::holds_alternative<Handshake::Restart>(next)) now_ = "restart";
    if (auto* opened = std::get_if<Opened>(&next)) {
      opened_ = *opened;
      now_ = "open " + std::string(to_string(opened->version));
    }
    if (auto* error = std::get_if<Error>(&next)) now_ = error->code(), message_ = error->message();
    return now_;
  }
  Handshake handshake_;
  Handshake::Send last_;
  std::string now_, message_;
  Opened opened_;
};

TEST(Handshake, BeginsWithTheProbe) {
  Talk talk;
  EXPECT_EQ(talk.now(), "probe");
  EXPECT_EQ(talk.last().wait, Milliseconds(10'000));
  EXPECT_EQ(talk.last().request.params.at("_meta").at("io.modelcontextprotocol/protocolVersion"), "2026-07-28");
  EXPECT_EQ(talk.answered_with(R"("result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},
      "instructions":"Be kind.","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"modern","version":"1"}}})"),
            "open 2026-07-28");
  EXPECT_EQ(talk.opened().name, "modern");
  EXPECT_EQ(talk.opened().instructions, "Be kind.");
  EXPECT_TRUE(talk.opened().capabilities.contains("tools"));
}

TEST(Handshake, TakesWhateverIsNoModernAnswerForAnOldServer) {
  for (int code : {0, -1, -32000, -32001, -32600, -32601, -32602, -32603})
    EXPECT_EQ(Talk().answered_with(R"("error":{"message":"no","code":)" + std::to_string(code) + "}"), "initialize")
        << code;
  for (const char* result : {"{}", R"({"protocolVersion":"2025-06-18"})", R"({"supportedVersions":[]})",
                             R"({"supportedVersions":["2025-11-25"]})"})
    EXPECT_EQ(Talk().answered_with("\"result\":" + std::string(result)), "initialize") << result;
  EXPECT_EQ(Talk().answered(R"({"error":{"code":-32700,"message":"what?"}})"), "initialize");
  EXPECT_EQ(Talk().answered(R"({"id":null,"error":{"code":-32600,"message":"what?"}})"), "initialize");
  EXPECT_EQ(Talk().answered_with("\"error\":\"no\""), "initialize");
}

TEST(Handshake, InitializesByAVersionThatBothKnow) {
  struct Row {
    const char* answer;
    const char* next;
  };
  for (auto [answer, next] : {Row{R"("result":{"protocolVersion":"2025-11-25"})", "open 2025-11-25"},
                              {R"("result":{"protocolVersion":"2024-11-05"})", "open 2024-11-05"},
                              {R"("result":{"protocolVersion":"2026-07-28"})", "open 2026-07-28"},
                              {R"("result":{"protocolVersion":"1999-01-01"})", "mcp.version"},
                              {R"("result":{})", "mcp.refused"},
                              {R"("error":{"code":-32600,"message":"speak 2026-07-28"})", "mcp.refused"}}) {
    Talk talk;
    talk.answered_with(R"("error":{"code":-32601,"message":"no"})");
    EXPECT_EQ(talk.last().request.params.at("protocolVersion"), "2025-11-25");
    EXPECT_EQ(talk.answered_with(answer), next) << answer;
    if (talk.now() == "mcp.refused" && talk.message().find("names no version") == std::string::npos)
      EXPECT_THAT(talk.message(), HasSubstr("'speak 2026-07-28' (-32600)"));
  }
}

TEST(Handshake, ReadsWhichVersionsAreSupported) {
  auto unsupported = [](std::string_view supported) {
    return R"("error":{"code":-32022,"message":"no","data":{"supported":)" + std::string(supported) + "}}";
  };
  EXPECT_EQ(Talk().answered_with(unsupported(R"(["2025-06-18"])")), "initialize");
  EXPECT_EQ(Talk().answered_with(unsupported(R"(["2031-01-01"])")), "mcp.version");
  EXPECT_EQ(Talk().answered_with(unsupported("[]")), "initialize");
  EXPECT_EQ(Talk().answered_with(unsupported("\"2026-07-28\"")), "initialize");
  Talk again;
  EXPECT_EQ(again.answered_with(unsupported(R"(["2026-07-28"])")), "probe");
  EXPECT_EQ(again.answered_with(unsupported(R"(["2026-07-28"])")), "mcp.version");
}

TEST(Handshake, ProbesOnceMoreWhenOnlyAModernServerCouldSaySo) {
  for (int code : {-32020, -32021}) {
    Talk talk;
    auto error = R"("error":{"message":"no","code":)" + std::to_string(code) + "}";
    EXPECT_EQ(talk.answered_with(error), "probe");
    EXPECT_EQ(talk.answered_with(error), "initialize");
  }
}

TEST(Handshake, StartsAnewWhatTheProbeHasEnded) {
  Talk talk;
  EXPECT_EQ(talk.closed(), "restart");
  EXPECT_EQ(talk.restarted(), "initialize");
  EXPECT_EQ(talk.closed(), "mcp.ended");
  EXPECT_THAT(talk.message(), HasSubstr("exit code 1"));
}

TEST(Handshake, OutlastsASlowServer) {
  Talk talk;
  EXPECT_EQ(talk.silence(), "initialize");
  EXPECT_EQ(talk.last().wait, Milliseconds(60'000));
  EXPECT_EQ(talk.answered(R"({"id":"executus-probe-1","error":{"code":-32601,"message":"no"}})"), "wait");
  EXPECT_EQ(talk.answered(R"({"id":"executus-probe-1","result":{"supportedVersions":["2026-07-28"]}})"),
            "open 2026-07-28");
  Talk ended;
  ended.silence();
  EXPECT_EQ(ended.closed(), "restart");
  EXPECT_EQ(ended.restarted(), "initialize");
  EXPECT_EQ(ended.silence(), "mcp.unreachable");
}

TEST(Handshake, ReadsWhatHttpRefuses) {
  EXPECT_EQ(Talk().refused(401), "mcp.login");
  EXPECT_EQ(Talk().refused(403, "", "Bearer error=\"insufficient_scope\""), "mcp.login");
  EXPECT_EQ(Talk().refused(403, "go away"), "mcp.forbidden");
  EXPECT_EQ(Talk().refused(502), "mcp.unreachable");
  EXPECT_EQ(Talk().refused(400), "initialize");
  EXPECT_EQ(Talk().refused(404, "<html>"), "initialize");
  EXPECT_EQ(Talk().refused(400, R"({"id":null,"error":{"code":-32000,"message":"Bad Request"}})"), "initialize");
  EXPECT_EQ(
      Talk().refused(400, R"({"id":1,"error":{"code":-32022,"message":"no","data":{"supported":["2031-01-01"]}}})"),
      "mcp.version");
  EXPECT_EQ(Talk().refused(500, R"({"id":null,"error":{"code":-32603,"message":"what?"}})"), "initialize");
  Talk old;
  old.refused(404);
  EXPECT_EQ(old.refused(405, "GET only"), "mcp.refused");
  EXPECT_THAT(old.message(), HasSubstr("status 405"));
}

TEST(Handshake, TakesAHintForAFirstGuess) {
  Talk talk(Version::v2025_06_18);
  EXPECT_EQ(talk.now(), "initialize");
  EXPECT_EQ(talk.answered_with(R"("error":{"code":-32601,"message":"no"})"), "probe");
  EXPECT_EQ(talk.answered_with(R"("result":{"supportedVersions":["2026-07-28"]})"), "open 2026-07-28");
  EXPECT_EQ(Talk(Version::v2026_07_28).now(), "probe");
}

}  // namespace
}  // namespace executus::mcp
