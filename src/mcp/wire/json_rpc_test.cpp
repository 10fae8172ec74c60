#include "mcp/wire/json_rpc.hpp"

#include <gmock/gmock.h>

#include <executus/base/json.hpp>

#include "mcp/wire/codes.hpp"

namespace executus::mcp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ReadMessages read(std::string_view text) { return std::move(read_messages(text)).value(); }

template <class Kind>
Kind only(std::string_view text) {
  auto messages = read(text).messages;
  EXPECT_THAT(messages, SizeIs(1)) << text;
  return std::get<Kind>(messages.at(0));
}

TEST(JsonRpc, ReadsWhatItWrites) {
  const Message messages[] = {
      Request{7, "tools/call", {{"name", "add"}}},
      Request{"probe-1", "ping", {}},
      Notification{"notifications/initialized", {}},
      Response{RpcId(7), boost::json::object{{"text", "two\nlines"}}},
      Response{std::nullopt, RpcError{kParseError, "what?", {{"at", 3}}}},
  };
  for (const auto& message : messages) {
    auto line = write(message);
    EXPECT_EQ(line.find('\n'), line.npos) << line;
    EXPECT_EQ(write(read(line).messages.at(0)), line);
  }
  EXPECT_EQ(write(messages[0]), R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"add"}})");
  EXPECT_EQ(write(messages[2]), R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

TEST(JsonRpc, TakesIdsAsServersWriteThem) {
  EXPECT_EQ(only<Response>(R"({"id":3.0,"result":{}})").id, RpcId(3));
  EXPECT_EQ(only<Response>(R"({"id":"3","result":{}})").id, RpcId("3"));
  EXPECT_EQ(only<Response>(R"({"id":null,"error":{"code":-32600,"message":"no"}})").id, std::nullopt);
  EXPECT_EQ(only<Response>(R"({"error":{"code":-32600,"message":"no"}})").id, std::nullopt);
  EXPECT_THAT(read(R"({"id":1.5,"method":"ping"})").problems, ElementsAre(HasSubstr("'ping'")));
}

TEST(JsonRpc, TakesTheMessagesOfAnArrayEach) {
  auto both = read(R"([{"method":"a"},17,{"id":1,"method":"b"}])");
  EXPECT_THAT(both.messages, SizeIs(2));
  EXPECT_THAT(both.problems, ElementsAre(HasSubstr("an integer")));
}

TEST(JsonRpc, NamesTheFirstOfManyProblems) {
  std::string many = "[17";
  for (int i = 1; i < 1'000; ++i) many += ",17";
  auto all = read(many + "]");
  EXPECT_THAT(all.problems, SizeIs(4));
  EXPECT_THAT(all.problems.back(), HasSubstr("997 more"));
}

TEST(JsonRpc, TurnsAnAnswerThatIsNoneIntoAnErrorOfIt) {
  for (const char* text : {R"({"id":1,"result":17})", R"({"id":1,"error":"boom"})", R"({"id":1,"error":{}})"}) {
    auto response = only<Response>(text);
    ASSERT_TRUE(response.error()) << text;
    EXPECT_EQ(response.error()->code, kUnreadableAnswer) << text;
    EXPECT_EQ(response.id, RpcId(1));
  }
  EXPECT_TRUE(only<Response>(R"({"id":1,"result":{},"error":null})").result());
}

TEST(JsonRpc, SaysWhatIsNoMessage) {
  EXPECT_EQ(read_messages("Server started on stdio").error().code(), "mcp.malformed");
  EXPECT_EQ(read_messages("").error().code(), "mcp.malformed");
  EXPECT_THAT(read(R"({"level":"info"})").problems, ElementsAre(HasSubstr("neither")));
  EXPECT_THAT(read("[]").messages, IsEmpty());
}

TEST(JsonRpc, ReplacesBytesThatAreNoText) {
  auto notification = only<Notification>("{\"method\":\"log\",\"params\":{\"data\":\"caf\xe9\"}}");
  EXPECT_EQ(notification.params.at("data").as_string(), "caf\xef\xbf\xbd");
}

TEST(Codes, SayWhatDidNothing) {
  for (auto code : {kMethodNotFound, kInvalidParams, kHeaderMismatch, kUnsupportedVersion, kUrlNeeded})
    EXPECT_TRUE(did_nothing(code)) << code;
  for (auto code : {kInternalError, kUnreadableAnswer, std::int64_t{-32000}, std::int64_t{42}})
    EXPECT_FALSE(did_nothing(code)) << code;
}

}  // namespace
}  // namespace executus::mcp
