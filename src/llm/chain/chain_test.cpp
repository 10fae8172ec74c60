#include <deque>
#include <functional>

#include <gmock/gmock.h>

#include <executus/llm/chain.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ManualLoop;
using ::testing::Not;

ModelError busy(std::optional<Milliseconds> wait = {}) {
  return {Failure::transient, "model.overloaded", "it is busy", 503, wait};
}
ModelError refused() { return {Failure::permanent, "model.rejected", "it says no", 400}; }
ModelError missing() { return {Failure::permanent, "model.not_found", "there is no such model", 404}; }

// Throws what is queued, then answers with its name.
class Shaky final : public Model {
 public:
  explicit Shaky(std::string target, std::deque<ModelError> errors = {})
      : target_(std::move(target)), errors_(std::move(errors)) {}
  Task<Response> generate(Request, StreamObserver* observer) override {
    ++asked;
    if (observer) observer->on_text("half of");
    if (!errors_.empty()) {
      auto error = errors_.front();
      errors_.pop_front();
      throw error;
    }
    co_return Response{assistant_message(target_), FinishReason::stop, {}, target_};
  }
  const std::string& target() const override { return target_; }
  int asked = 0;

 private:
  std::string target_;
  std::deque<ModelError> errors_;
};

class ChainTest : public ::testing::Test {
 protected:
  std::shared_ptr<Shaky> model(std::string name, std::deque<ModelError> errors = {}) {
    auto made = std::make_shared<Shaky>("lab/" + name, std::move(errors));
    models_.push_back(made);
    return made;
  }
  std::string ask(StreamObserver* observer = nullptr, std::string begin_with = "") {
    auto chain = make_chain(models_, {health_, *random_, policy_, [this](const ChainEvent& event) {
                                        events_.push_back(std::string(to_string(event.kind)) + " " + event.target);
                                        if (rude_) throw std::runtime_error("rude");
                                      }});
    Request request;
    request.begin_with = std::move(begin_with);
    return loop_.run(chain->generate(std::move(request), observer)).message.text();
  }
  ModelError error() {
    try {
      return {Failure::unknown, "none", ask()};
    } catch (const ModelError& error) {
      return error;
    }
  }

  ManualLoop loop_;
  Health health_{loop_.clock()};
  std::unique_ptr<Random> random_ = seeded_random(7);
  ChainPolicy policy_;
  std::vector<std::shared_ptr<Model>> models_;
  std::vector<std::string> events_;
  bool rude_ = false;
};

TEST_F(ChainTest, AsksTheFirstThatCanAnswer) {  // [LLM-18]
  auto a = model("a"), b = model("b");
  EXPECT_EQ(ask(), "lab/a");
  EXPECT_EQ(b->asked, 0);
}

TEST_F(ChainTest, BeginsWithTheTargetThatARequestNames) {  // [LLM-18] [DUR-34]
  auto a = model("a"), b = model("b", {missing()}), c = model("c");
  EXPECT_EQ(ask(nullptr, "lab/c"), "lab/c");
  EXPECT_EQ(ask(nullptr, "lab/b"), "lab/a") << "then the others, in their order";
  EXPECT_EQ(ask(nullptr, "lab/unknown"), "lab/a");
}

// A model with more room may take it; a request that all refuse may be made smaller.
TEST_F(ChainTest, PassesOverATargetThatRefusesTheRequestForItsSize) {  // [LLM-18]
  ModelError too_large{Failure::permanent, std::string(kRequestTooLarge), "too long", 400};
  auto a = model("a", {too_large, too_large}), b = model("b", {});
  EXPECT_EQ(ask(), "lab/b");
  EXPECT_TRUE(health_.snapshot().empty()) << "it is not held against the target";
  models_.pop_back();
  model("c", {missing()});
  auto all = error();
  EXPECT_TRUE(refused_for_size(all)) << all.code();
  EXPECT_THAT(all.message(), HasSubstr("lab/c"));
}

TEST_F(ChainTest, AsksATargetOnceMoreAndThenTheNext) {  // [LLM-18] [LLM-16] [LLM-20]
  auto a = model("a", {busy(), busy()}), b = model("b");
  EXPECT_EQ(ask(), "lab/b");
  EXPECT_EQ(a->asked, 2);
  EXPECT_THAT(events_, ElementsAre("attempt lab/a", "failed lab/a", "attempt lab/a", "failed lab/a", "suspended lab/a",
                                   "attempt lab/b", "served lab/b"));
  EXPECT_EQ(ask(), "lab/b") << "it is suspended";
  EXPECT_EQ(a->asked, 2);
  EXPECT_EQ(events_[7], "skipped lab/a");
}

TEST_F(ChainTest, ARetryThatHelpsForgetsTheFailure) {  // [LLM-18]
  auto a = model("a", {busy()}), b = model("b");
  EXPECT_EQ(ask(), "lab/a");
  EXPECT_TRUE(health_.snapshot().empty());
  EXPECT_EQ(b->asked, 0);
}

TEST_F(ChainTest, WaitsBeforeARetryWithSomeJitterAndAsLongAsTheServerSays) {  // [LLM-18]
  auto a = model("a", {busy(), busy(Milliseconds(4'000))}), b = model("b");
  policy_.retries = 2;
  health_.succeeded("lab/a");
  auto begin = loop_.clock().mono();
  Health patient(loop_.clock(), {.failures_to_suspend = 5});
  auto chain = make_chain(models_, {patient, *random_, policy_});
  EXPECT_EQ(loop_.run(chain->generate({}, nullptr)).message.text(), "lab/a");
  auto waited = std::chrono::duration_cast<Milliseconds>(loop_.clock().mono() - begin);
  EXPECT_GT(waited, Milliseconds(4'500));
  EXPECT_LT(waited, Milliseconds(6'750));
}

TEST_F(ChainTest, DoesNotAskAgainWhatIsSuspended) {  // [LLM-18]
  auto a = model("a", {busy(), busy(), busy(), busy()}), b = model("b");
  policy_.retries = 3;
  EXPECT_EQ(ask(), "lab/b");
  EXPECT_EQ(a->asked, 2) << "two failures suspend it";
}

TEST_F(ChainTest, WaitsNoLongerThanItsLongestWait) {  // [LLM-18]
  auto a = model("a", {busy()}), b = model("b");
  policy_.first_wait = Milliseconds(60'000);
  auto begin = loop_.clock().mono();
  EXPECT_EQ(ask(), "lab/a");
  EXPECT_LE(loop_.clock().mono() - begin, Milliseconds(15'000)) << "with its jitter";
}

TEST_F(ChainTest, SaysWhenTheFirstOfItsTargetsMayBeAskedAgain) {  // [LLM-19]
  auto a = model("a", {busy(Milliseconds(4'000))}), b = model("b", {busy(Milliseconds(2'000))}),
       c = model("c", {busy(Milliseconds(3'000))});
  policy_.retries = 0;
  EXPECT_EQ(error().retry_after(), Milliseconds(2'000));
}

TEST_F(ChainTest, DoesNotWaitForAServerThatWantsToBeLeftAlone) {  // [LLM-18]
  auto a = model("a", {busy(Milliseconds(60'000))}), b = model("b");
  EXPECT_EQ(ask(), "lab/b");
  loop_.advance(Milliseconds(59'000));
  EXPECT_EQ(ask(), "lab/b");
  EXPECT_EQ(a->asked, 1) << "its minute is not over";
  loop_.advance(Milliseconds(1'000));
  EXPECT_EQ(ask(), "lab/a");
}

TEST_F(ChainTest, FailsAtOnceWithWhatWouldBeTheSameElsewhere) {  // [LLM-18]
  auto a = model("a", {refused(), refused()}), b = model("b");
  EXPECT_EQ(error().code(), "model.rejected");
  EXPECT_EQ(b->asked, 0);
  policy_.on_permanent = ChainPolicy::OnPermanent::advance;
  EXPECT_EQ(ask(), "lab/b");
  EXPECT_TRUE(health_.snapshot().empty());
}

TEST_F(ChainTest, PassesOverWhatIsNotThereWithoutPenalty) {  // [LLM-18] [LLM-22]
  for (const char* code : {"model.not_found", "model.incapable", "model.no_credit", "model.too_large"}) {
    models_.clear();
    auto a = model("a", {{Failure::permanent, code, "cannot", 0}}), b = model("b");
    EXPECT_EQ(ask(), "lab/b") << code;
    EXPECT_EQ(a->asked, 1);
    EXPECT_TRUE(health_.snapshot().empty());
  }
}

TEST_F(ChainTest, PassesOverWhatMayNotBeAskedForAWhileWithoutPenalty) {  // [LLM-18]
  ModelError held{Failure::transient, "model.held_back", "it was not asked", 429, Milliseconds(60'000)};
  auto a = model("a", {held, held, held}), b = model("b", {}), c = model("c", {});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(), "lab/b");
  EXPECT_EQ(a->asked, 3) << "not suspended, and not asked twice in a call";
  EXPECT_TRUE(health_.snapshot().empty());
}

TEST_F(ChainTest, SaysOfEveryTargetWhyItDidNotAnswer) {  // [LLM-19]
  auto a = model("a", {busy(Milliseconds(90'000))}), b = model("b", {missing()}), c = model("c");
  health_.suspend({"lab/c", {}, "too expensive"});
  auto last = error();
  EXPECT_EQ(last.code(), "model.exhausted");
  EXPECT_EQ(last.failure(), Failure::transient);
  EXPECT_EQ(last.retry_after(), Milliseconds(90'000));
  EXPECT_THAT(last.message(), HasSubstr("lab/a: it is busy"));
  EXPECT_THAT(last.message(), HasSubstr("lab/b: there is no such model"));
  EXPECT_THAT(last.message(), HasSubstr("lab/c: suspended by hand (too expensive)"));
}

TEST_F(ChainTest, IsPermanentlyExhaustedWhenWaitingHelpsNobody) {  // [LLM-19]
  auto a = model("a", {missing()}), b = model("b", {missing()});
  EXPECT_EQ(error().failure(), Failure::permanent);
}

TEST_F(ChainTest, OfOneIsAskedThoughItFailed) {  // [LLM-16]
  auto a = model("a", {busy(), busy(), busy()});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(error().code(), "model.overloaded");
  EXPECT_EQ(ask(), "lab/a");
  EXPECT_EQ(a->asked, 4);
}

TEST_F(ChainTest, OfOneIsNotAskedWhenItIsSuspendedByHand) {  // [LLM-17]
  auto a = model("a");
  health_.suspend({"lab/a", {}, ""});
  EXPECT_THAT(error().message(), HasSubstr("executus models restore lab/a"));
  EXPECT_EQ(a->asked, 0);
}

struct Screen final : StreamObserver {
  void on_text(std::string_view delta) override { text += delta; }
  void on_reset() override { text.clear(); }
  std::string text;
};

TEST_F(ChainTest, TakesBackWhatWasShownOfABrokenAnswer) {  // [LLM-18]
  auto a = model("a", {{Failure::transient, "model.truncated", "it broke off"}}), b = model("b");
  policy_.retries = 0;
  Screen screen;
  EXPECT_EQ(ask(&screen), "lab/b");
  EXPECT_EQ(screen.text, "half of") << "of the second model alone";
}

// Breaks its contract, or was cancelled.
class Foreign final : public Model {
 public:
  explicit Foreign(std::function<void()> breaks) : breaks_(std::move(breaks)) {}
  Task<Response> generate(Request, StreamObserver* observer) override {
    if (observer) observer->on_text("half of");
    breaks_();
    co_return Response{};
  }
  const std::string& target() const override { return target_; }

 private:
  std::function<void()> breaks_;
  std::string target_ = "lab/foreign";
};

TEST_F(ChainTest, TakesWhatIsNoModelErrorAsAnUnknownFailure) {  // [LLM-15] [LLM-18]
  models_ = {std::make_shared<Foreign>([] { throw std::runtime_error("a bug"); })};
  EXPECT_THROW((void)ask(), std::runtime_error) << "alone, it is for who asked";
  models_ = {std::make_shared<Foreign>([] { throw failed("lane.closed", "the lane is closed"); }),
             std::make_shared<Foreign>([] { throw 7; }), std::make_shared<Shaky>("lab/second")};
  Screen screen;

  EXPECT_EQ(ask(&screen), "lab/second");

  EXPECT_EQ(screen.text, "half of") << "of the last model alone";
  EXPECT_TRUE(health_.suspended("lab/foreign"));
  models_.pop_back();
  EXPECT_TRUE(health_.restore("lab/foreign"));
  auto nobody = error();
  EXPECT_EQ(nobody.failure(), Failure::transient);
  EXPECT_THAT(nobody.message(), HasSubstr("lab/foreign failed: the lane is closed"));
}

TEST_F(ChainTest, IsCancelledWithTheModelThatIsAsked) {
  models_ = {std::make_shared<Foreign>([] { throw Cancelled({Cause::caller, "enough"}); }),
             std::make_shared<Shaky>("lab/second")};

  EXPECT_THROW((void)ask(), Cancelled);
  EXPECT_FALSE(health_.suspended("lab/foreign"));
}

TEST_F(ChainTest, IsNotDisturbedByWhoWatches) {  // [LLM-20]
  auto a = model("a", {busy()});
  rude_ = true;
  auto b = model("b");
  EXPECT_EQ(ask(), "lab/a");
}

}  // namespace
}  // namespace executus::llm
