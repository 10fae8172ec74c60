#include "llm/media/fitted_model.hpp"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/chain.hpp>
#include <executus/testing/manual_loop.hpp>

#include "llm/media/cached_codec.hpp"
#include "llm/media/sample_images_test.hpp"

namespace executus::llm::media {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Keeps what it was asked, and answers.
class Listener final : public Model {
 public:
  explicit Listener(std::string target, Capabilities known = any_images())
      : target_(std::move(target)), known_(std::move(known)) {}
  Task<Response> generate(Request request, StreamObserver*) override {
    requests.push_back(std::move(request));
    Response response;
    response.message = assistant_message("I see");
    co_return response;
  }
  const std::string& target() const override { return target_; }
  Capabilities capabilities() const override {
    ++looks;
    return known_;
  }

  std::vector<Request> requests;
  mutable int looks = 0;  // at what it takes

 private:
  std::string target_;
  Capabilities known_;
};

// On whose thread it encodes, and how often.
class WitnessCodec final : public ImageCodec {
 public:
  Result<std::string> encode(std::string_view, const Encoding& how) override {
    thread = std::this_thread::get_id();
    if (++calls == 1 && begun) begun->count_down();
    if (go_on) go_on->wait();
    return std::string(mime_of(how.format)) + " of " + std::to_string(how.max_edge);
  }
  std::atomic<int> calls = 0;
  std::thread::id thread;
  std::latch* begun = nullptr;
  std::latch* go_on = nullptr;
};

Image square(std::uint32_t edge) { return {png_header(edge, edge), "image/png"}; }

Request looking_at(const Image& image) {
  Request request;
  Message message;
  message.parts = {Text{"Look:"}, image};
  request.messages.push_back(std::move(message));
  return request;
}

const Image& image_in(const Request& request) { return std::get<Image>(request.messages[0].parts[1]); }

constexpr Capabilities edges_of(int edge) {
  Capabilities known;
  known.max_images = 10;
  known.max_image_edge = edge;
  return known;
}

class FittedModelTest : public ::testing::Test {
 protected:
  std::shared_ptr<Model> fit(std::shared_ptr<Model> model) { return fitted(std::move(model), works_); }
  Response ask(Model& model, Request request) { return block_on(*loop_, model.generate(std::move(request), nullptr)); }
  std::string refusal(Model& model, Request request) {
    try {
      (void)ask(model, std::move(request));
    } catch (const ModelError& error) {
      return error.code() + ": " + error.message();
    }
    return "no error";
  }

  std::shared_ptr<WitnessCodec> codec_ = std::make_shared<WitnessCodec>();
  EncodingWorks works_{codec_, std::make_shared<BlockingPool>(1U)};
  std::unique_ptr<Loop> loop_ = make_loop(1);
};

TEST_F(FittedModelTest, ATextIsPassedOnWithoutAFrameOfOurs) {  // [LLM-21]
  auto text = std::make_shared<Listener>("lab/m", edges_of(100));
  Request request;
  request.messages.push_back(user_message("Hi"));

  (void)ask(*fit(text), request);

  EXPECT_EQ(text->looks, 0);
  EXPECT_EQ(&text->requests.at(0).messages[0], &request.messages[0]);
}

TEST_F(FittedModelTest, WhatFitsGoesByteForByte) {  // [LLM-21]
  auto lab = std::make_shared<Listener>("lab/m", edges_of(100));
  auto request = looking_at(square(100));

  (void)ask(*fit(lab), request);

  EXPECT_EQ(&lab->requests.at(0).messages[0], &request.messages[0]);  // not even copied
  EXPECT_EQ(codec_->calls, 0);
}

TEST_F(FittedModelTest, WhatDoesNotIsEncodedOffTheStrand) {  // [LLM-21]
  auto lab = std::make_shared<Listener>("lab/m", edges_of(100));

  auto answer = ask(*fit(lab), looking_at(square(200)));

  EXPECT_EQ(answer.message.text(), "I see");
  EXPECT_EQ(image_in(lab->requests.at(0)), (Image{"image/png of 100", "image/png"}));
  EXPECT_EQ(codec_->thread, block_on(*loop_, works_.pool->run([] { return std::this_thread::get_id(); })));
}

TEST_F(FittedModelTest, ATypeIsPutRightWithoutTheCodec) {  // [LLM-21]
  auto lab = std::make_shared<Listener>("lab/m");
  auto lying = square(100);
  lying.mime = "image/jpeg";

  (void)ask(*fit(lab), looking_at(lying));

  EXPECT_EQ(image_in(lab->requests.at(0)), square(100));
  EXPECT_EQ(codec_->calls, 0);
}

TEST_F(FittedModelTest, WhatAModelCannotHaveIsAnErrorOfTheTask) {  // [LLM-22]
  auto blind = std::make_shared<Listener>("lab/blind", Capabilities{});

  auto task = fit(blind)->generate(looking_at(square(1)), nullptr);  // does not throw

  EXPECT_THROW((void)block_on(*loop_, std::move(task)), ModelError);
  EXPECT_THAT(refusal(*fit(blind), looking_at(square(1))), HasSubstr("model.incapable: lab/blind takes no images"));
  EXPECT_THAT(blind->requests, IsEmpty());
}

TEST_F(FittedModelTest, ABombReachesNeitherModelNorCodec) {  // [LLM-21]
  auto lab = std::make_shared<Listener>("lab/m");

  EXPECT_THAT(refusal(*fit(lab), looking_at(square(10'001))), HasSubstr("10001 x 10001 pixels"));
  EXPECT_THAT(lab->requests, IsEmpty());
  EXPECT_EQ(codec_->calls, 0);
}

// Passes on to a codec that the test looks at.
class ForwardingCodec final : public ImageCodec {
 public:
  explicit ForwardingCodec(std::shared_ptr<ImageCodec> codec) : codec_(std::move(codec)) {}
  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    return codec_->encode(image, how);
  }

 private:
  std::shared_ptr<ImageCodec> codec_;
};

TEST_F(FittedModelTest, AnImageThatComesWithEveryStepIsEncodedOnce) {  // [LLM-21]
  works_.codec = make_cached_codec(std::make_unique<ForwardingCodec>(codec_), 10'000);
  auto lab = std::make_shared<Listener>("lab/m", edges_of(100));
  auto model = fit(lab);
  auto request = looking_at(square(200));

  for (int step = 0; step < 3; ++step) {
    (void)ask(*model, request);
    request.messages.push_back(user_message("And now?"));
  }

  EXPECT_EQ(codec_->calls, 1);
  for (const auto& sent : lab->requests) EXPECT_EQ(image_in(sent).bytes, "image/png of 100");
}

TEST_F(FittedModelTest, AChainFitsForEachOfItsModels) {  // [LLM-21]
  auto blind = std::make_shared<Listener>("lab/blind", Capabilities{});
  auto small = std::make_shared<Listener>("lab/small", edges_of(100));
  testing::ManualLoop manual;
  Health health(manual.clock());
  auto chain = make_chain({fit(blind), fit(small)}, {health, system_random()});

  EXPECT_EQ(ask(*chain, looking_at(square(200))).target, "lab/small");

  EXPECT_EQ(image_in(small->requests.at(0)).bytes, "image/png of 100");
}

TEST_F(FittedModelTest, BeingIncapableIsHeldAgainstNobody) {  // [LLM-22]
  auto blind = std::make_shared<Listener>("lab/blind", Capabilities{});
  auto seeing = std::make_shared<Listener>("lab/seeing");
  testing::ManualLoop manual;
  Health health(manual.clock());
  auto chain = make_chain({fit(blind), fit(seeing)}, {health, system_random()});

  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(*chain, looking_at(square(1))).target, "lab/seeing");

  EXPECT_THAT(health.snapshot(), IsEmpty());
  Request text;
  text.messages.push_back(user_message("Hi"));
  EXPECT_EQ(ask(*chain, text).target, "lab/blind");
}

TEST_F(FittedModelTest, OfTooManyImagesTheNewestReachTheModel) {  // [LLM-23]
  Capabilities one = any_images();
  one.max_images = 1;
  auto lab = std::make_shared<Listener>("lab/m", one);
  auto request = looking_at(square(1));
  request.messages.push_back(looking_at(square(2)).messages[0]);

  (void)ask(*fit(lab), request);

  const auto& sent = lab->requests.at(0).messages;
  EXPECT_THAT(sent[0].text(), HasSubstr("[image left out:"));
  EXPECT_EQ(std::get<Image>(sent[1].parts[1]), square(2));
}

// A task whose cancellation is seen.
Task<void> ask_until_cancelled(std::shared_ptr<Model> model, Request request, bool& cancelled) {
  try {
    (void)co_await model->generate(std::move(request), nullptr);
  } catch (const Cancelled&) {
    cancelled = true;
  }
}

TEST_F(FittedModelTest, ACancelledCallWaitsForNoImageAndAsksNobody) {
  auto lab = std::make_shared<Listener>("lab/m", edges_of(100));
  std::latch begun(1), go_on(1);
  codec_->begun = &begun;
  codec_->go_on = &go_on;
  bool first = false, second = false;
  {
    RootGroup calls(*loop_);
    calls.spawn(ask_until_cancelled(fit(lab), looking_at(square(200)), first));
    begun.wait();
    calls.spawn(ask_until_cancelled(fit(lab), looking_at(square(300)), second));  // its turn has not come
    calls.cancel_all({Cause::kill, "enough"});
    calls.join();
  }
  EXPECT_TRUE(first && second);  // while the codec is still at work

  go_on.count_down();
  works_.pool.reset();  // joins

  EXPECT_THAT(lab->requests, IsEmpty());
  EXPECT_EQ(codec_->calls, 1);
}

}  // namespace
}  // namespace executus::llm::media
