#include <map>
#include <stdexcept>

#include <gmock/gmock.h>

#include <executus/llm/meta.hpp>
#include <executus/testing/manual_loop.hpp>

#include "llm/told_model_test.hpp"

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ToldTiers final : public ModelResolver {
 public:
  Result<ResolvedModel> resolve(std::string_view name) override {
    asked.emplace_back(name);
    auto found = models.find(std::string(name.substr(0, name.find('?'))));
    if (found == models.end()) return failed("model.unknown", "there is no '" + std::string(name) + "'");
    ResolvedModel resolved;
    resolved.model = found->second;
    Attribution whom;
    whom.user = "resolved";
    resolved.attribution = std::make_shared<const Attribution>(whom);
    return resolved;
  }
  std::map<std::string, std::shared_ptr<Model>> models;
  std::vector<std::string> asked;
};

class Book final : public MetaLedger {
 public:
  void record(const MetaCall& call) override {
    if (rude) throw std::runtime_error("the disk is full");
    calls.push_back(call);
  }
  std::vector<MetaCall> calls;
  bool rude = false;
};

struct ErrorLines final : Logger {
  void log(LogLevel level, std::string_view message) noexcept override {
    if (level == LogLevel::error) lines.emplace_back(message);
  }
  std::vector<std::string> lines;
};

class MetaTest : public ::testing::Test {
 protected:
  MetaTest() {
    models_.models["fast"] = model_;
    options_.ledger = &book_;
  }
  MetaCalls meta() { return {models_, log_, options_}; }
  static MetaQuestion question(std::string tier = {}) {
    MetaQuestion asked;
    asked.purpose = "triage";
    asked.instructions = "Sort it.";
    asked.input = "it burns";
    asked.tier = std::move(tier);
    return asked;
  }
  std::string text(MetaQuestion asked = question()) {
    auto calls = meta();
    return loop_.run(calls.text(std::move(asked))).value;
  }
  std::string label(std::vector<std::string> labels) {
    auto calls = meta();
    return loop_.run(calls.classify(question(), std::move(labels))).value;
  }
  template <class Act>
  std::string code_of(Act act) {
    try {
      act();
    } catch (const Error& error) {
      message_ = error.message();
      return error.code();
    }
    return "";
  }
  testing::ManualLoop loop_;
  ToldTiers models_;
  std::shared_ptr<ToldModel> model_ = std::make_shared<ToldModel>(std::vector<std::string>{});
  Book book_;
  ErrorLines log_;
  MetaOptions options_;
  std::string message_;
};

TEST_F(MetaTest, AsksTheDefaultTierForText) {  // [MOD-16]
  model_->will_say(" A fire. ");

  EXPECT_EQ(text(), "A fire.");

  EXPECT_THAT(models_.asked, ElementsAre("fast"));
  const auto& asked = model_->requests.at(0);
  EXPECT_EQ(asked.system, "Sort it.");
  EXPECT_EQ(asked.messages[0], user_message("it burns"));
  EXPECT_EQ(asked.max_output_tokens, std::nullopt) << "it may think first";
  EXPECT_EQ(asked.attribution->user, "resolved");
}

TEST_F(MetaTest, LimitsAnswersWhereItIsToldTo) {
  options_.max_output_tokens = 500;
  model_->will_say("A fire.");

  (void)text();

  EXPECT_EQ(model_->requests.at(0).max_output_tokens, 500);
}

TEST_F(MetaTest, ATierThatIsNotAllowedIsNotEvenResolved) {  // [MOD-16]
  models_.models["large"] = model_;
  for (std::string tier : {"large", "lab/m", "fast,large", "large?effort=low"})
    EXPECT_EQ(code_of([&] { text(question(tier)); }), "meta.tier") << tier;
  EXPECT_THAT(message_, AllOf(HasSubstr("'large'"), HasSubstr("allowed: fast")));
  options_.tiers.clear();
  EXPECT_EQ(code_of([&] { text(); }), "meta.tier") << "none is";

  EXPECT_THAT(models_.asked, IsEmpty());
  EXPECT_THAT(model_->requests, IsEmpty());
  EXPECT_THAT(book_.calls, IsEmpty());
}

TEST_F(MetaTest, AnAllowedTierMayBeAskedWithAnyEffort) {  // [MOD-16]
  options_.tiers = {"fast", "thinking"};
  models_.models["thinking"] = model_;
  model_->will_say("A fire.");

  EXPECT_EQ(text(question("thinking?effort=low")), "A fire.");

  EXPECT_THAT(models_.asked, ElementsAre("thinking?effort=low"));
}

TEST_F(MetaTest, ATierThatDoesNotResolveIsTheResolversError) {
  options_.tiers = {"nobody"};

  EXPECT_EQ(code_of([&] { text(); }), "model.unknown");
}

TEST_F(MetaTest, ClassifiesAsOneOfTheLabels) {  // [MOD-16]
  model_->will_say(R"({"label": "weather"})");
  model_->will_say(R"({"label": "fire"})");

  EXPECT_EQ(label({"fire", "flood"}), "fire");

  EXPECT_THAT(model_->requests, SizeIs(2)) << "one repair";
  EXPECT_EQ(code_of([&] { label({}); }), "meta.labels");
}

TEST_F(MetaTest, ExtractsAStructAndRepairsOnce) {  // [MOD-16] [LLM-27]
  model_->will_say("it burns");
  model_->will_say(R"({"title": "t", "mood": "angry", "note": "n", "items": []})");
  auto calls = meta();

  auto ticket = loop_.run(calls.extract<Ticket>(question()));

  EXPECT_EQ(ticket.value, (Ticket{"t", Mood::angry, "n", {}}));
  EXPECT_EQ(ticket.usage, (Usage{.input = 20, .output = 6}));
  model_->will_say("no");
  model_->will_say("no");
  EXPECT_EQ(code_of([&] { (void)loop_.run(calls.extract<Ticket>(question())); }), "model.answer");
  EXPECT_THAT(model_->requests, SizeIs(4));
}

TEST_F(MetaTest, EachCallIsEnteredWithItsCost) {  // [MOD-16]
  options_.cost = [](const std::string& target, const Usage& usage, WallTime) -> std::optional<NanoDollars> {
    return target == "lab/m" ? std::optional(NanoDollars{usage.input * 5}) : std::nullopt;
  };
  model_->delay = Milliseconds(250);
  model_->will_say("?");
  Response elsewhere;
  elsewhere.message = assistant_message(R"({"label": "fire"})");
  elsewhere.target = "lab/other";
  elsewhere.usage = {.input = 7};
  model_->will_answer(elsewhere);
  auto asked_at = loop_.clock().wall();

  (void)label({"fire"});

  ASSERT_THAT(book_.calls, SizeIs(2));
  const auto &first = book_.calls[0], &second = book_.calls[1];
  EXPECT_EQ(first.purpose, "triage");
  EXPECT_EQ(first.tier, "fast");
  EXPECT_EQ(first.target, "lab/m");
  EXPECT_EQ(first.attempt, 1);
  EXPECT_EQ(first.attribution.user, "resolved");
  EXPECT_EQ(first.usage, (Usage{.input = 10, .output = 3}));
  EXPECT_EQ(first.cost, NanoDollars{50});
  EXPECT_EQ(first.error, "");
  EXPECT_EQ(first.started, asked_at);
  EXPECT_EQ(first.duration, Milliseconds(250));
  EXPECT_EQ(second.attempt, 2);
  EXPECT_EQ(second.target, "lab/other");
  EXPECT_EQ(second.cost, std::nullopt) << "unknown, not free";
}

TEST_F(MetaTest, AFailedCallIsEnteredToo) {  // [MOD-16]
  EXPECT_EQ(code_of([&] { text(); }), "model.overloaded");

  ASSERT_THAT(book_.calls, SizeIs(1));
  EXPECT_EQ(book_.calls[0].error, "model.overloaded");
  EXPECT_EQ(book_.calls[0].target, "lab/m");
}

TEST_F(MetaTest, WhatTheLedgerThrowsIsLoggedAndTheAnswerStands) {  // [MOD-16]
  book_.rude = true;
  model_->will_say("A fire.");

  EXPECT_EQ(text(), "A fire.");

  EXPECT_THAT(log_.lines, ElementsAre(AllOf(HasSubstr("the disk is full"), HasSubstr("lab/m"), HasSubstr("triage"))));
  EXPECT_EQ(code_of([&] { text(); }), "model.overloaded") << "not the ledger's";
  EXPECT_THAT(log_.lines, SizeIs(2));
}

TEST_F(MetaTest, ACostThatCannotBeFoundOutIsLoggedAndUnknown) {  // [MOD-16]
  options_.cost = [](const std::string&, const Usage&, WallTime) -> std::optional<NanoDollars> {
    throw std::runtime_error("no price list");
  };
  model_->will_say("A fire.");

  EXPECT_EQ(text(), "A fire.");

  ASSERT_THAT(book_.calls, SizeIs(1));
  EXPECT_EQ(book_.calls[0].cost, std::nullopt);
  EXPECT_THAT(log_.lines, ElementsAre(HasSubstr("no price list")));
}

TEST_F(MetaTest, AnEmptyRefusedOrCutTextIsAnError) {
  model_->will_say(" \n");
  EXPECT_EQ(code_of([&] { text(); }), "model.answer");
  model_->will_say("no", FinishReason::refusal);
  EXPECT_EQ(code_of([&] { text(); }), "model.refused");
  model_->will_say("A fi", FinishReason::length);
  EXPECT_EQ(code_of([&] { text(); }), "model.cut");
}

TEST_F(MetaTest, PatienceIsWithAQuestionAndItsRepair) {
  options_.patience = Milliseconds(1'000);
  model_->delay = Milliseconds(600);
  model_->will_say("?");
  model_->will_say(R"({"label": "fire"})");

  EXPECT_EQ(code_of([&] { label({"fire"}); }), "model.timeout");

  EXPECT_THAT(message_, AllOf(HasSubstr("lab/m"), HasSubstr("1000 ms")));
  ASSERT_THAT(book_.calls, SizeIs(2));
  EXPECT_EQ(book_.calls[1].duration, Milliseconds(400));
  EXPECT_NE(book_.calls[1].error, "");
}

Task<void> ask_until_cancelled(MetaCalls& meta, MetaQuestion question, std::string& code) {
  try {
    (void)co_await meta.text(std::move(question));
  } catch (const Cancelled& cancelled) {
    code = to_string(cancelled.cause());
  }
}

TEST_F(MetaTest, ACancellationFromOutsideStaysOne) {
  model_->delay = Milliseconds(600);
  auto calls = meta();
  std::string cause;
  RootGroup group(loop_);
  auto root = group.spawn(ask_until_cancelled(calls, question(), cause));
  loop_.run_ready();

  root.cancel({Cause::caller, "enough"});
  loop_.run_ready();

  EXPECT_EQ(cause, "caller");
  EXPECT_THAT(book_.calls, SizeIs(1));
}

TEST_F(MetaTest, WithoutALedgerItAnswersAllTheSame) {
  options_.ledger = nullptr;
  model_->will_say("A fire.");

  EXPECT_EQ(text(), "A fire.");
}

}  // namespace
}  // namespace executus::llm
