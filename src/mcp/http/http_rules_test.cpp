// The pure parts: headers, what the head of an answer means, when a stream is gone on with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "mcp/http/headers.hpp"
#include "mcp/http/http_answer.hpp"
#include "mcp/http/resumption.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using Pairs = std::vector<std::pair<std::string, std::string>>;

json::object modern_params(json::object params) {
  params["_meta"] = json::object{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"}};
  return params;
}

Pairs without_types(net::HttpHeaders headers) {
  std::erase_if(headers, [](const auto& header) { return header.first == "Content-Type" || header.first == "Accept"; });
  return headers;
}

TEST(McpHeaders, OfAModernRequestSayWhatItIs) {  // [MCP-01]
  const Agreed nothing_counts{Version::v2025_11_25, "s1"};
  Request call{1, "tools/call", modern_params({{"name", "größe"}})};
  EXPECT_EQ(without_types(post_headers(call, nothing_counts)), (Pairs{{"MCP-Protocol-Version", "2026-07-28"},
                                                                      {"Mcp-Method", "tools/call"},
                                                                      {"Mcp-Name", "=?base64?Z3LDtsOfZQ==?="}}));
  Request read{1, "resources/read", modern_params({{"uri", "file:///a"}})};
  EXPECT_EQ(without_types(post_headers(read, {})).back(),
            (std::pair<std::string, std::string>("Mcp-Name", "file:///a")));
  Request poll{1, "tasks/get", modern_params({{"taskId", "t1"}})};
  EXPECT_EQ(without_types(post_headers(poll, {})).back().second, "t1");
  Request list{1, "tools/list", modern_params({})};
  EXPECT_EQ(without_types(post_headers(list, {})).size(), 2U);
}

TEST(McpHeaders, OfALegacyRequestHaveVersionAndSession) {  // [MCP-01]
  Agreed agreed{Version::v2025_06_18, "s1"};
  Request call{1, "tools/call", {{"name", "x"}}};
  EXPECT_EQ(without_types(post_headers(call, agreed)),
            (Pairs{{"MCP-Protocol-Version", "2025-06-18"}, {"Mcp-Session-Id", "s1"}}));
  EXPECT_EQ(without_types(post_headers(Request{1, "initialize", {}}, agreed)), Pairs());
  auto headers = post_headers(call, agreed);
  EXPECT_EQ(net::find_header(headers, "accept"), "application/json, text/event-stream");
  EXPECT_EQ(stream_headers(agreed, "9").back(), (std::pair<std::string, std::string>("Last-Event-ID", "9")));
  EXPECT_EQ(net::find_header(stream_headers(agreed, ""), "Last-Event-ID"), std::nullopt);
}

TEST(McpHeaders, EncodeWhatIsNoPlainText) {  // [MCP-01]
  for (std::string_view plain : {"", "a b", "=?base64?", "x?="}) EXPECT_EQ(as_header_value(plain), plain);
  EXPECT_EQ(as_header_value(" a"), "=?base64?IGE=?=");
  EXPECT_EQ(as_header_value("a "), "=?base64?YSA=?=");
  EXPECT_EQ(as_header_value("a\r\nb"), "=?base64?YQ0KYg==?=");
  EXPECT_EQ(as_header_value("a\tb"), "=?base64?YQli?=");
  EXPECT_EQ(as_header_value("=?base64?YQ==?="), "=?base64?PT9iYXNlNjQ/WVE9PT89?=");
}

constexpr std::string_view kForgotten = R"({"jsonrpc":"2.0","error":{"code":-32000,"message":"no session"},"id":null})";
constexpr std::string_view kNoMethod = R"({"jsonrpc":"2.0","error":{"code":-32601,"message":"no"},"id":null})";

constexpr std::string_view kOfTheCall = R"({"jsonrpc":"2.0","error":{"code":-32602,"message":"no"},"id":1})";

TEST(McpAnswer, TellsRefusalsFromDoubt) {  // [MCP-05]
  struct Row {
    int status;
    std::string_view body;
    bool had_session;
    Loss::Why why;
    Loss::Got got;
    std::string_view code;
  };
  const Row rows[] = {{401, "", false, Loss::Why::login, Loss::Got::no, "mcp.login"},
                      {401, kNoMethod, false, Loss::Why::login, Loss::Got::no, "mcp.login"},
                      {403, "", false, Loss::Why::refused, Loss::Got::no, "mcp.forbidden"},
                      {404, "", true, Loss::Why::session_gone, Loss::Got::no, "mcp.session"},
                      {404, "", false, Loss::Why::refused, Loss::Got::no, "mcp.refused"},
                      {400, kForgotten, true, Loss::Why::session_gone, Loss::Got::no, "mcp.session"},
                      {400, "<html>", true, Loss::Why::refused, Loss::Got::no, "mcp.refused"},
                      {307, "", false, Loss::Why::refused, Loss::Got::no, "mcp.refused"},
                      {429, "", false, Loss::Why::refused, Loss::Got::no, "mcp.refused"},
                      {408, "", false, Loss::Why::refused, Loss::Got::maybe, "mcp.unreachable"},
                      {500, "", false, Loss::Why::refused, Loss::Got::maybe, "mcp.unreachable"},
                      {408, kNoMethod, true, Loss::Why::refused, Loss::Got::maybe, "mcp.unreachable"},
                      {500, kNoMethod, true, Loss::Why::refused, Loss::Got::maybe, "mcp.unreachable"},
                      {502, kOfTheCall, true, Loss::Why::refused, Loss::Got::maybe, "mcp.unreachable"},
                      {504, "", true, Loss::Why::refused, Loss::Got::maybe, "mcp.unreachable"}};
  for (const auto& row : rows) {
    Refusal refusal{row.status, {}, std::string(row.body), row.had_session};
    EXPECT_FALSE(error_in(refusal, RpcId(1))) << row.status;
    auto loss = loss_of(refusal, "fs");
    EXPECT_EQ(loss.why, row.why) << row.status << row.body;
    EXPECT_EQ(loss.got, row.got) << row.status;
    EXPECT_EQ(loss.problem.code(), row.code) << row.status;
    EXPECT_THAT(loss.problem.message(), HasSubstr("fs"));
  }
}

TEST(McpAnswer, TakesAnErrorOfTheServerForItsAnswer) {  // [MCP-01]
  auto code = [](int status, std::string_view body, bool had_session = false) {
    return error_in({status, {}, std::string(body), had_session}, RpcId(1)).value_or(RpcError{}).code;
  };
  EXPECT_EQ(code(404, kNoMethod), -32601);
  EXPECT_EQ(code(400, kForgotten), -32000);
  EXPECT_EQ(code(403, kNoMethod), 0);
}

// Of an error that may come from a gateway nobody knows what the server behind it did.
TEST(McpAnswer, TakesAnErrorInDoubtForItsAnswerOnlyByItsId) {  // [MCP-04]
  Refusal refusal{500, {}, std::string(kOfTheCall), true};
  EXPECT_EQ(error_in(refusal, RpcId(1)).value_or(RpcError{}).code, -32602);
  EXPECT_FALSE(error_in(refusal, RpcId(2)));
  for (int status : {408, 502, 504}) {
    refusal.status = status;
    EXPECT_FALSE(error_in(refusal, RpcId(1))) << status;
  }
}

TEST(McpAnswer, WantsALoginWhereRightsAreMissing) {
  auto loss = loss_of({403, {{"www-authenticate", "Bearer error=\"insufficient_scope\""}}, "", false}, "fs");
  EXPECT_EQ(loss.why, Loss::Why::login);
  EXPECT_EQ(loss.challenge, "Bearer error=\"insufficient_scope\"");
}

TEST(McpAnswer, IsKnownByItsType) {  // [MCP-01]
  EXPECT_EQ(answer_kind({{"content-type", "Application/JSON; charset=utf-8"}}, 200), AnswerKind::json);
  EXPECT_EQ(answer_kind({{"Content-Type", "text/event-stream"}}, 200), AnswerKind::events);
  EXPECT_EQ(answer_kind({{"Content-Type", "application/json"}}, 202), AnswerKind::nothing);
  EXPECT_EQ(answer_kind({}, 200), AnswerKind::other);
}

Resumption after(std::string_view stream) {
  Resumption place;
  net::SseParser parser;
  bool came = !parser.feed(stream).empty();
  place.read(parser, came);
  return place;
}

TEST(McpResumption, WaitsAsTheServerSays) {  // [MCP-05]
  auto place = after("id: 7\nretry: 500\ndata: x\n\n");
  EXPECT_EQ(place.last_id(), "7");
  EXPECT_EQ(place.next_wait(Resumption::Needs::an_id), Milliseconds(500));
  EXPECT_EQ(place.next_wait(Resumption::Needs::an_id), Milliseconds(500));
  EXPECT_EQ(after("retry: 0\nid: 1\n\n").next_wait(Resumption::Needs::an_id), Milliseconds(50));
}

TEST(McpResumption, DoublesItsWaitsAndGivesUp) {  // [MCP-05]
  auto place = after("id: 7\n\n");
  std::vector<int> seconds;
  while (auto wait = place.next_wait(Resumption::Needs::an_id))
    seconds.push_back(static_cast<int>(wait->count() / 1000));
  EXPECT_EQ(seconds, (std::vector<int>{1, 2, 4, 8, 16, 30, 30, 30, 30, 30}));
  EXPECT_EQ(place.next_wait(Resumption::Needs::nothing), Milliseconds(30'000));
}

TEST(McpResumption, NeedsAPlaceForAnAnswer) {  // [MCP-05]
  EXPECT_EQ(after("data: x\n\n").next_wait(Resumption::Needs::an_id), std::nullopt);
  EXPECT_EQ(after("data: x\n\n").next_wait(Resumption::Needs::nothing), Milliseconds(1'000));
}

}  // namespace
}  // namespace executus::mcp
