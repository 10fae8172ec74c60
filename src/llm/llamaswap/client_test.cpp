#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/llamaswap.hpp>
#include <executus/llm/model.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

#include "llm/llamaswap/chat.hpp"
#include "llm/model_error_test.hpp"

namespace executus::llm::llamaswap {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Reply = testing::HttpServer::Reply;
using HttpSeen = testing::HttpServer::Request;

constexpr const char* kToken = "c4n4ry-0123456789";

// A llama-swap of two models, one of them loaded, seen through the real HTTP client.
class LlamaSwapClient : public ::testing::Test {
 protected:
  Reply answer(const HttpSeen& request) const {
    auto call = request.method + " " + request.target;
    if (status_ != 200) return {status_, {}, "{\"error\":\"words of " + std::string(kToken) + "\"}"};
    if (call == "GET /v1/models") return {200, {}, R"({"data":[{"id":"llama"},{"id":"a/b"}]})"};
    if (call == "GET /running") return {200, {}, R"({"running":[{"model":"llama","state":"ready"}]})"};
    if (call == "GET /unload") return {200, {}, "OK"};
    if (has_api_ && request.method == "POST" && request.target.starts_with("/api/models/unload"))
      return {200, {}, R"({"msg":"ok"})"};
    return {404, {}, R"({"error":"Model not found"})"};
  }
  Client client(const std::string& path = "") {
    return Client({server_.url(path), kToken, "swap", "LLM_SWAP"}, *http_);
  }
  std::vector<std::string> calls() const {
    std::vector<std::string> list;
    for (const auto& request : server_.requests()) list.push_back(request.method + " " + request.target);
    return list;
  }
  template <class T>
  ModelError error_of(Task<T> task) {
    auto error = error_in([&] { return block_on(*loop_, std::move(task)); });
    EXPECT_THAT(error.message(), AllOf(HasSubstr("swap"), Not(HasSubstr("c4n4ry"))));
    return error;
  }

  int status_ = 200;
  bool has_api_ = true;
  testing::HttpServer server_{[this](const HttpSeen& request) { return answer(request); }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
};

TEST_F(LlamaSwapClient, ListsModels) {  // [LLM-10]
  auto models = block_on(*loop_, client().list_models());

  EXPECT_THAT(models, ElementsAre(ListedModel{"llama", "", ""}, ListedModel{"a/b", "", ""}));
  EXPECT_EQ(server_.requests().front().header("authorization"), std::string("Bearer ") + kToken);
}

TEST_F(LlamaSwapClient, TellsWhatRuns) {  // [LLM-10]
  EXPECT_THAT(block_on(*loop_, client("/v1").running()), ElementsAre(RunningModel{"llama", "ready"}));
  EXPECT_THAT(calls(), ElementsAre("GET /running"));
}

TEST_F(LlamaSwapClient, UnloadsOneModelOrAll) {  // [LLM-10]
  block_on(*loop_, client().unload("a/b"));
  block_on(*loop_, client().unload_all());

  EXPECT_THAT(calls(), ElementsAre("POST /api/models/unload/a/b", "POST /api/models/unload"));
}

TEST_F(LlamaSwapClient, UnloadsFromAServerBeforeTheApi) {  // [LLM-10]
  has_api_ = false;

  block_on(*loop_, client().unload_all());

  EXPECT_THAT(calls(), ElementsAre("POST /api/models/unload", "GET /unload"));
  EXPECT_EQ(error_of(client().unload("llama")).code(), "model.not_found");
}

TEST_F(LlamaSwapClient, TellsStatusesApart) {  // [LLM-15]
  status_ = 401;
  EXPECT_EQ(error_of(client().list_models()).failure(), Failure::permanent);
  EXPECT_THAT(error_of(client().list_models()).message(), HasSubstr("check LLM_SWAP"));
  EXPECT_THAT(error_of(client().running()).message(), HasSubstr("words of ***"));
  status_ = 503;
  EXPECT_EQ(error_of(client().unload_all()).failure(), Failure::transient);
}

TEST_F(LlamaSwapClient, AServerThatIsNotThereIsTransient) {  // [LLM-15]
  std::string gone;
  {
    testing::HttpServer closed([](const HttpSeen&) { return Reply{}; });
    gone = closed.url("");
  }

  EXPECT_EQ(error_of(Client({gone}, *http_).running()).code(), "model.unreachable");
}

// 30 days are no number that wraps around to nothing on its way through libcurl.
TEST_F(LlamaSwapClient, NoTimeoutIsNotOverAtOnce) {
  net::HttpRequest request;
  request.url = server_.url("/running");
  request.timeout = kNoTimeout;

  EXPECT_EQ(block_on(*loop_, http_->send(std::move(request))).status, 200);
}

}  // namespace
}  // namespace executus::llm::llamaswap
