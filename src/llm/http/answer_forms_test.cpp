// In which form HttpModel asks a server that does not stream, and what it learns from the answers.
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/kit/http_model.hpp>
#include <executus/testing/http_server.hpp>

#include "llm/endpoint/taken_forms.hpp"
#include "llm/http/word_protocol_test.hpp"

namespace executus::llm {
namespace {

using Reply = testing::HttpServer::Reply;

// A server that refuses to stream, with `words`, and what it is asked for.
class NoStreamTest : public ::testing::Test {
 protected:
  std::vector<std::string> bodies() const {
    std::vector<std::string> all;
    for (const auto& request : server_.requests()) all.push_back(request.body);
    return all;
  }
  std::unique_ptr<Model> model(std::string id) {
    return std::make_unique<HttpModel>(endpoint_, std::move(id), std::make_unique<WordProtocol>(), *http_,
                                       HttpModelOptions{});
  }
  std::string ask(Model& model) { return block_on(*loop_, model.generate(Request{}, nullptr)).message.text(); }

  std::string words_ = "streaming is not supported";
  Reply whole_{200, {{"Content-Type", "application/json"}}, "Hello"};
  int status_ = 400;
  std::string takes_;  // what it does not refuse, besides a whole answer
  testing::HttpServer server_{[this](const testing::HttpServer::Request& request) {
    if (request.body == takes_) return Reply{200, {{"Content-Type", "text/event-stream"}}, "data: Hi\n\ndata: END\n\n"};
    return request.body == "whole" ? whole_ : Reply{status_, {}, words_};
  }};
  std::unique_ptr<Loop> loop_ = make_loop(2);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  std::shared_ptr<const Endpoint> endpoint_ =
      std::make_shared<const Endpoint>(Endpoint{"lab", server_.url(""), "", "LLM_LAB"});
};

TEST_F(NoStreamTest, IsAskedForAWholeAnswerFromThenOn) {  // [LLM-05]
  EXPECT_EQ(ask(*model("m")), "whole: Hello");
  EXPECT_EQ(ask(*model("m")), "whole: Hello");
  EXPECT_EQ(ask(*model("other")), "whole: Hello") << "which may be another kind of model";
  EXPECT_EQ(bodies(), (std::vector<std::string>{"stream", "whole", "whole", "stream", "whole"}));
}

TEST_F(NoStreamTest, IsAskedForLessBeforeItIsAskedForAWholeAnswer) {  // [LLM-05]
  words_ = "stream_options: extra inputs are not permitted";
  EXPECT_EQ(ask(*model("m")), "whole: Hello");
  EXPECT_EQ(bodies(), (std::vector<std::string>{"stream", "plain stream", "whole"}));
}

// A gateway asks now this server, now that one.
TEST_F(NoStreamTest, MayBeginWhenSomeAnswersWereStreamed) {  // [LLM-05]
  takes_ = "stream";
  EXPECT_EQ(ask(*model("m")), "Hi");
  takes_ = "";
  for (int status : {500, 501, 400}) {
    status_ = status;
    EXPECT_EQ(ask(*model("m")), "whole: Hello") << status;
    EXPECT_EQ(endpoint_->forms->of("m"), status == 500 ? AnswerForm::streamed : AnswerForm::whole)
        << "a server that breaks once has taken streams before";
    endpoint_->forms->learn("m", AnswerForm::streamed);
  }
  words_ = "stream_options: extra inputs are not permitted";
  takes_ = "plain stream";
  EXPECT_EQ(ask(*model("m")), "Hi");
  EXPECT_EQ(ask(*model("m")), "Hi") << "what it took last is asked for first";
  EXPECT_EQ(bodies(), (std::vector<std::string>{"stream", "stream", "whole", "stream", "whole", "stream", "whole",
                                                "stream", "plain stream", "plain stream"}));
}

TEST_F(NoStreamTest, IsNotKnownByAnAnswerThatFailed) {
  whole_ = {429, {}, "slow down"};
  EXPECT_THROW((void)ask(*model("m")), ModelError);
  whole_ = {200, {{"Content-Type", "application/json"}}, "Hello"};
  (void)ask(*model("m"));
  EXPECT_EQ(bodies(), (std::vector<std::string>{"stream", "whole", "stream", "whole"}));
}

TEST_F(NoStreamTest, OtherRefusalsAreNotAskedAgain) {
  words_ = "the upstream has no such model";
  EXPECT_THROW((void)ask(*model("m")), ModelError);
  EXPECT_EQ(bodies(), (std::vector<std::string>{"stream"}));
}

}  // namespace
}  // namespace executus::llm
