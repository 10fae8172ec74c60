#include "llm/chain/model_gates.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <executus/llm/lane_model.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using testing::ManualLoop;

// Answers when the test says so.
class Held final : public Model {
 public:
  explicit Held(std::string target) : target_(std::move(target)) {}
  Task<Response> generate(Request request, StreamObserver*) override {
    asked.push_back(request.system);
    co_await ends[request.system].wait();
    co_return Response{assistant_message(request.system), FinishReason::stop, {}, target_};
  }
  const std::string& target() const override { return target_; }
  Capabilities capabilities() const override { return {.max_images = 7}; }

  std::vector<std::string> asked;
  std::map<std::string, OneShot<>> ends;

 private:
  std::string target_;
};

class GatedModelTest : public ::testing::Test {
 protected:
  ~GatedModelTest() override {
    group_.cancel_all({Cause::shutdown, "the test is over"});
    loop_.run_ready();
  }
  RootHandle ask(std::shared_ptr<Model> model, std::string what, std::string user = "") {
    auto handle = group_.spawn(call(std::move(model), what, std::move(user)));
    loop_.run_ready();
    return handle;
  }
  Task<void> call(std::shared_ptr<Model> model, std::string what, std::string user) {
    Request request;
    request.system = what;
    if (!user.empty()) request.attribution = std::make_shared<const Attribution>(Attribution{.user = user});
    try {
      auto response = co_await model->generate(std::move(request), nullptr);
      outcome_[what] = response.message.text();
    } catch (const Cancelled& cancelled) {
      outcome_[what] = to_string(cancelled.cause());
    } catch (const Error& error) {
      outcome_[what] = error.code();
    }
  }
  void end(const std::string& what) {
    held_->ends[what].set();
    loop_.run_ready();
  }

  ManualLoop loop_;
  std::shared_ptr<Held> held_ = std::make_shared<Held>("lab/small");
  std::shared_ptr<lane::Lane> lane_ = std::make_shared<lane::Lane>(loop_.clock(), 1);
  std::map<std::string, std::string> outcome_;
  RootGroup group_{loop_};
};

TEST_F(GatedModelTest, EachCallGoesThroughTheLane) {  // [MOD-11]
  auto model = in_lane(held_, lane_);
  ask(model, "one");
  ask(model, "two");
  EXPECT_THAT(held_->asked, ElementsAre("one"));
  EXPECT_EQ(lane_->stats().queued, 1u);
  end("one");
  EXPECT_THAT(held_->asked, ElementsAre("one", "two"));
  EXPECT_EQ(outcome_["one"], "one");
}

TEST_F(GatedModelTest, UsersTakeTurns) {  // [MOD-11] [COR-05]
  auto model = in_lane(held_, lane_);
  ask(model, "a1", "ann");
  ask(model, "a2", "ann");
  ask(model, "a3", "ann");
  ask(model, "b1", "bob");
  EXPECT_EQ(lane_->stats().by_user["bob"].queued, 1u);
  end("a1");
  end("a2");
  EXPECT_THAT(held_->asked, ElementsAre("a1", "a2", "b1"));
}

TEST_F(GatedModelTest, ACancelledCallGivesItsPlaceOn) {  // [MOD-11]
  auto model = in_lane(held_, lane_);
  auto one = ask(model, "one");
  auto two = ask(model, "two");
  ask(model, "three");
  two.cancel({Cause::deadline, "too slow"});
  one.cancel({Cause::kill, "it ran in circles"});
  loop_.run_ready();
  EXPECT_EQ(outcome_["one"], "kill");
  EXPECT_EQ(outcome_["two"], "deadline");
  EXPECT_THAT(held_->asked, ElementsAre("one", "three"));
}

TEST_F(GatedModelTest, AClosedLaneRefuses) {  // [MOD-11] [COR-10]
  auto model = in_lane(held_, lane_);
  lane_->close();
  ask(model, "one");
  EXPECT_EQ(outcome_["one"], "lane.closed");
}

TEST_F(GatedModelTest, LooksLikeTheModelInside) {  // [MOD-11]
  ModelGates gates({{"lab", {.requests_per_minute = 10, .concurrent = 1}}}, loop_.clock());
  auto model = gates.through(held_);
  EXPECT_NE(model, held_);
  EXPECT_EQ(model->target(), "lab/small");
  EXPECT_EQ(model->capabilities().max_images, 7);
}

TEST(LimitsKeys, AreTheModelsOwnAndItsProviders) {  // [MOD-11]
  LimitTable limits{{"lab", {}}, {"lab/big", {}}, {"other/small", {}}};
  EXPECT_THAT(limits_keys(limits, "lab/big"), ElementsAre("lab/big", "lab"));
  EXPECT_THAT(limits_keys(limits, "lab/small"), ElementsAre("lab"));
  EXPECT_THAT(limits_keys(limits, "lab/big/er"), ElementsAre("lab"));
  EXPECT_THAT(limits_keys(limits, "other/small"), ElementsAre("other/small"));
  EXPECT_THAT(limits_keys(limits, "other/big"), ElementsAre());
  EXPECT_THAT(limits_keys(limits, "lab"), ElementsAre("lab")) << "no model: once";
}

TEST_F(GatedModelTest, ModelsOfAKeyShareItsLane) {  // [MOD-11]
  ModelGates gates({{"lab", {.concurrent = 1}}}, loop_.clock());
  auto large = std::make_shared<Held>("lab/large");
  ask(gates.through(held_), "one");
  ask(gates.through(large), "two");
  EXPECT_THAT(held_->asked, ElementsAre("one"));
  EXPECT_THAT(large->asked, ElementsAre()) << "lab has one place";
  EXPECT_EQ(gates.lane("lab")->stats().queued, 1u);
  gates.lane("lab")->set_max_concurrent(2);
  loop_.run_ready();
  EXPECT_THAT(large->asked, ElementsAre("two"));
}

TEST_F(GatedModelTest, ModelsOfAKeyShareItsPace) {
  ModelGates gates({{"lab", {.requests_per_minute = 30}}}, loop_.clock());
  auto large = std::make_shared<Held>("lab/large");
  ask(gates.through(held_), "one");
  ask(gates.through(large), "two");
  EXPECT_THAT(large->asked, ElementsAre());
  loop_.advance(Milliseconds(2'100));
  EXPECT_THAT(large->asked, ElementsAre("two"));
}

TEST_F(GatedModelTest, AModelWithLimitsOfItsOwnKeepsThePaceOfItsProvider) {
  ModelGates gates({{"lab", {.requests_per_minute = 6}}, {"lab/big", {.concurrent = 2}}}, loop_.clock());
  auto big = std::make_shared<Held>("lab/big");
  ask(gates.through(held_), "one");
  ask(gates.through(big), "two");
  EXPECT_THAT(big->asked, ElementsAre());
  loop_.advance(Milliseconds(13'000));
  EXPECT_THAT(big->asked, ElementsAre("two"));
}

TEST_F(GatedModelTest, OfTwoLimitsOfAKindBothHold) {
  ModelGates gates({{"lab", {.requests_per_minute = 12}}, {"lab/big", {.requests_per_minute = 6}}}, loop_.clock());
  auto big = std::make_shared<Held>("lab/big");
  ask(gates.through(big), "one");
  ask(gates.through(big), "two");
  loop_.advance(Milliseconds(8'000));
  EXPECT_THAT(big->asked, ElementsAre("one")) << "its own is the slower one";
  loop_.advance(Milliseconds(4'100));
  ask(gates.through(held_), "three");
  EXPECT_THAT(big->asked, ElementsAre("one", "two"));
  EXPECT_THAT(held_->asked, ElementsAre()) << "it was a request to the provider, too";
  loop_.advance(Milliseconds(6'000));
  EXPECT_THAT(held_->asked, ElementsAre("three"));
}

TEST_F(GatedModelTest, WaitsForItsOwnTurnWithoutAPlaceOfItsProvider) {  // [MOD-11]
  ModelGates gates({{"lab", {.concurrent = 2}}, {"lab/big", {.concurrent = 1}}}, loop_.clock());
  auto big = std::make_shared<Held>("lab/big");
  auto model = gates.through(big);
  ask(model, "one");
  ask(model, "two");
  ask(gates.through(held_), "three");
  EXPECT_THAT(big->asked, ElementsAre("one")) << "it has one place";
  EXPECT_THAT(held_->asked, ElementsAre("three")) << "whom it makes wait is not in its way";
  ask(gates.through(held_), "four");
  EXPECT_THAT(held_->asked, ElementsAre("three")) << "the provider has two";
}

TEST_F(GatedModelTest, WhatIsNotLimitedIsLeftAsItIs) {  // [MOD-11]
  ModelGates gates({{"other", {.concurrent = 1}}, {"lab", {}}}, loop_.clock());
  EXPECT_EQ(gates.through(held_), held_);
  EXPECT_EQ(gates.lane("lab"), nullptr);
}

}  // namespace
}  // namespace executus::llm
