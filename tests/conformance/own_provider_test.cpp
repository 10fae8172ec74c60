// A provider that is made of the public kit alone (examples/provider), against a server that does not do as it should.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/http_server.hpp>

#include "examples/provider/parrot.hpp"
#include "llm/model_error_test.hpp"

namespace executus::llm {
namespace {

using ::testing::HasSubstr;
using testing::HttpServer;
using ::testing::Not;

HttpServer::Reply lines(std::vector<std::string> lines) {
  HttpServer::Reply reply{200, {{"Content-Type", "application/x-ndjson"}}, ""};
  for (auto& line : lines) reply.chunks.push_back({line + "\n", nullptr});
  return reply;
}

class OwnProvider : public ::testing::Test {
 protected:
  Response ask() {
    Request request;
    request.messages.push_back(user_message("Hi"));
    request.tools = ToolSpecs({{"birds.find", "Finds a bird.", {{"type", "object"}}}});
    return block_on(*loop_, model_->generate(std::move(request), nullptr));
  }
  ModelError refusal() {
    return error_in([this] { return ask(); });
  }

  HttpServer::Reply reply_;
  HttpServer server_{[this](const HttpServer::Request&) { return reply_; }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  std::shared_ptr<Model> model_ =
      make_parrot({"parrot", server_.url("/v1"), "c4n4ry-key", "PARROT_KEY"}, *http_)->model("grey");
};

TEST_F(OwnProvider, AnswersAsTheShippedOnesDo) {  // [API-09]
  reply_ = lines({R"({"say": "I "})", R"({"say": "look."})",
                  R"({"call": {"id": "c1", "tool": "birds_find", "with": {"name": "ara"}}})",
                  R"({"over": "tool_calls", "read": 7, "wrote": 3})", R"({"say": "behind the end"})"});
  auto response = ask();

  EXPECT_EQ(response.message.text(), "I look.");
  ASSERT_EQ(response.message.tool_calls.size(), 1u);
  EXPECT_EQ(response.message.tool_calls[0].name, "birds.find");
  EXPECT_EQ(response.message.tool_calls[0].arguments, R"({"name":"ara"})");
  EXPECT_EQ(response.usage, (Usage{.input = 7, .output = 3}));
  EXPECT_EQ(response.target, "parrot/grey");
  EXPECT_EQ(server_.requests().at(0).target, "/v1/say");
}

TEST_F(OwnProvider, FailsWhereAnAnswerIsNone) {  // [API-09]
  reply_ = lines({R"({"say": "I am cut"})"});
  EXPECT_EQ(refusal().code(), "model.truncated");
  reply_ = lines({R"({"over": "tool_calls"})"});
  EXPECT_EQ(refusal().code(), "model.broken");
  reply_ = lines({"no JSON at all"});
  EXPECT_EQ(refusal().code(), "model.malformed");
}

TEST_F(OwnProvider, TellsWhetherToAskAgainAndNeverTheKey) {  // [API-09] [LLM-15]
  reply_ = {401, {}, R"({"error": "no such key: c4n4ry-key"})"};
  EXPECT_EQ(refusal().code(), "model.unauthorized");
  EXPECT_EQ(refusal().failure(), Failure::permanent);
  EXPECT_THAT(refusal().message(), Not(HasSubstr("c4n4ry")));
  reply_ = lines({R"({"say": "Well,"})", R"({"error": {"message": "overloaded, c4n4ry-key", "code": 529}})"});
  EXPECT_EQ(refusal().failure(), Failure::transient);
  EXPECT_THAT(refusal().message(), Not(HasSubstr("c4n4ry")));
}

}  // namespace
}  // namespace executus::llm
