#include "llm/tables/prices.hpp"

#include <limits>

#include <gmock/gmock.h>

namespace executus::llm {
namespace {

using ::testing::HasSubstr;

const WallTime kNovember = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);

std::string cost_by(const Prices& prices, const std::string& target, Usage usage, WallTime when = kNovember) {
  return cost_text(prices.cost(target, usage, when));
}

std::string cost_by(std::string_view yaml, const std::string& target, Usage usage) {
  return cost_by(Prices().with(yaml, "p.yaml").value(), target, usage);
}

std::string price_problem(std::string_view yaml) {
  auto prices = Prices().with(yaml, "p.yaml");
  return prices.ok() ? "" : prices.error().message();
}

TEST(Prices, ChargesEveryPartOnce) {  // [MOD-07]
  Usage usage{.input = 1'000, .output = 100, .cache_read = 600, .cache_write = 300, .reasoning = 50};

  // 100 * 2 + 100 * 10 + 600 * 0.2 + 300 * 2.5 micro-dollars.
  EXPECT_EQ(cost_by("prices: {a/m: {input: 2, output: 10, cache_read: 0.2, cache_write: 2.5}}", "a/m", usage),
            "$0.00207");
}

TEST(Prices, AnAnswerFromTheCacheAloneCosts) {  // [MOD-07]
  Usage beside{.input = 0, .output = 0, .cache_read = 1'000};
  EXPECT_EQ(cost_by("prices: {a/m: {input: 2, output: 10, cache_read: 0.2}}", "a/m", beside), "$0.0002");
}

TEST(Prices, CachedInputWithoutAPriceCostsWhatOtherInputDoes) {  // [MOD-07]
  Usage usage{.input = 1'000, .cache_read = 600, .cache_write = 300};
  EXPECT_EQ(cost_by("prices: {a/m: {input: 2, output: 10}}", "a/m", usage), "$0.002");
}

TEST(Prices, AreExact) {
  // A tenth of a cent for a million tokens is a nano-dollar each; binary fractions would drift.
  EXPECT_EQ(cost_by("prices: {a/m: {input: 0.001, output: 0.1}}", "a/m", {.input = 3, .output = 3}), "$0.000000303");
  EXPECT_EQ(cost_by("prices: {a/m: {input: 0.000001, output: 0}}", "a/m", {.input = 1'500}), "$0.000000002");
  EXPECT_EQ(
      cost_by("prices: {a/m: {input: 1000000, output: 0}}", "a/m", {.input = std::numeric_limits<std::int64_t>::max()}),
      "$9223372036.854775807");
}

TEST(Prices, OfAnyCountsAreNotNegative) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(
      cost_by("prices: {a/m: {input: 1, output: 1}}", "a/m", {.input = 1, .cache_read = most, .cache_write = most}),
      "$9223372036.854775807");
}

TEST(Prices, UnknownIsNeverZero) {
  EXPECT_EQ(cost_by("", "a/m", {.input = 1}), "unknown");
  EXPECT_EQ(cost_by("prices: {a/m: {input: 2, output: 10}}", "a/other", {.input = 1}), "unknown");
  EXPECT_EQ(cost_by("prices: {a/m: {input: 2, output: 10}}", "a/m", {}), "unknown") << "no tokens were counted";
}

TEST(Prices, FreeHasToBeSaid) {
  EXPECT_EQ(cost_by("prices: {ollama/*: {input: 0, output: 0}}", "ollama/llama3:8b", {.input = 9}), "$0.00");
  EXPECT_EQ(cost_by("prices: {ollama/*: {input: 0, output: 0}}", "ollama/llama3:8b", {}), "$0.00");
}

TEST(Prices, LongPromptsHaveTheirOwnPrice) {
  constexpr auto yaml =
      "prices:\n"
      "  a/m: {input: 1, output: 2, cache_read: 0.1, long: {over: 100, input: 10, output: 20, cache_read: 1}}\n"
      "  a/unsaid: {input: 1, output: 2, long: {over: 100}}\n";
  EXPECT_EQ(cost_by(yaml, "a/m", {.input = 100, .output = 1, .cache_read = 50}), "$0.000057");
  EXPECT_EQ(cost_by(yaml, "a/m", {.input = 101, .output = 1, .cache_read = 50}), "$0.00058");
  EXPECT_EQ(cost_by(yaml, "a/unsaid", {.input = 100}), "$0.0001");
  EXPECT_EQ(cost_by(yaml, "a/unsaid", {.input = 101}), "unknown");
}

TEST(Prices, EndWhenTheySaySo) {
  auto prices = Prices()
                    .with(
                        "prices:\n"
                        "  a/m: {input: 1, output: 0, until: 2026-11-21, then: {input: 2, output: 0}}\n"
                        "  a/gone: {input: 1, output: 0, until: 2026-11-21}\n",
                        "p.yaml")
                    .value();
  auto last = kNovember + std::chrono::hours(24) - Milliseconds(1), next = last + Milliseconds(1);

  EXPECT_EQ(cost_by(prices, "a/m", {.input = 1}, last), "$0.000001");
  EXPECT_EQ(cost_by(prices, "a/m", {.input = 1}, next), "$0.000002");
  EXPECT_EQ(cost_by(prices, "a/gone", {.input = 1}, last), "$0.000001");
  EXPECT_EQ(cost_by(prices, "a/gone", {.input = 1}, next), "unknown");
}

TEST(Prices, AFileSaysAllThatIsWrongWithIt) {
  auto problem = price_problem(
      "prices:\n"
      "  gpt-5: {input: 1, output: 1}\n"
      "  a/b: {input: -1, output: 0.0000001, outptu: 3}\n"
      "  a/c: {output: 1, until: 2026-02-30, then: {input: 1}}\n");

  EXPECT_THAT(problem, HasSubstr("'gpt-5' names no model"));
  EXPECT_THAT(problem, HasSubstr("p.yaml:3:16: error: 'input' has to be USD"));
  EXPECT_THAT(problem, HasSubstr("'output' has to be USD"));
  EXPECT_THAT(problem, HasSubstr("unknown key 'outptu'; did you mean 'output'?"));
  EXPECT_THAT(problem, HasSubstr("missing key 'input'"));
  EXPECT_THAT(problem, HasSubstr("'until' has to be a day"));
  EXPECT_THAT(problem, HasSubstr("missing key 'output'"));
}

TEST(ShippedPrices, AreReadAndKnowTheirModels) {
  auto prices = Prices::shipped();
  Usage million{.input = 1'000'000, .output = 1'000'000};

  EXPECT_EQ(cost_by(prices, "openai/gpt-5.4-mini-2026-03-17", {.input = 1'000, .output = 1'000}), "$0.00525");
  EXPECT_EQ(cost_by(prices, "openai-responses/gpt-5.1", million), "$11.25");
  EXPECT_EQ(cost_by(prices, "anthropic/claude-opus-5-5", million), "$24.00");
  EXPECT_EQ(cost_by(prices, "anthropic/claude-haiku-5-5", {.input = 100'000}), "$0.01");
  EXPECT_EQ(cost_by(prices, "anthropic/claude-haiku-5-5", {.input = 100'001}), "$0.0500005");
  EXPECT_EQ(cost_by(prices, "google/gemini-3.8-flash", million), "$4.50");
}

TEST(ShippedPrices, DoNotGuess) {
  auto prices = Prices::shipped();
  for (const char* target : {"openai/gpt-5.6-sol", "openai/gpt-5.4-pro", "openai/gpt-7", "anthropic/claude-opus-6",
                             "ollama/llama3", "lab/gpt-5.1", "scripted/x"})
    EXPECT_EQ(cost_by(prices, target, {.input = 1}), "unknown") << target;
}

TEST(ShippedPrices, AreOverriddenAndAddedTo) {
  auto prices = Prices::shipped()
                    .with(
                        "prices: {openai/gpt-5.1: {input: 1, output: 1}, lab/*: {input: 0, output: 0}}\n"
                        "like: {work: openai}\n",
                        "mine.yaml")
                    .value();

  EXPECT_EQ(cost_by(prices, "openai/gpt-5.1", {.input = 1'000'000}), "$1.00");
  EXPECT_EQ(cost_by(prices, "openai/gpt-5.2", {.input = 1'000'000}), "$1.75");
  EXPECT_EQ(cost_by(prices, "lab/any", {.input = 1}), "$0.00");
  EXPECT_EQ(cost_by(prices, "work/gpt-5.1", {.input = 1'000'000}), "$1.00");
  EXPECT_EQ(cost_by(prices, "work/gpt-5.2", {.input = 1'000'000}), "$1.75");
}

}  // namespace
}  // namespace executus::llm
