#include "journal/turns.hpp"

#include <map>
#include <vector>

#include <gmock/gmock.h>

namespace executus::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::size_t kAll = 1'000'000;

TEST(Turns, GoByPriorityAndThenByAge) {  // [DUR-18]
  Turns turns({});
  turns.due(3, 0, {"a", "ann", ""});
  turns.due(1, 0, {"a", "ann", ""});
  turns.due(2, -1, {"a", "ann", ""});
  turns.due(4, 7, {"a", "ann", ""});

  EXPECT_THAT(turns.take(kAll), ElementsAre(4, 1, 3, 2));
}

TEST(Turns, OfCallersAlternate) {  // [DUR-18]
  Turns turns({});
  for (std::int64_t number = 1; number <= 4; ++number) turns.due(number, 0, {"a", "ann", ""});
  turns.due(5, 0, {"a", "bob", ""});
  turns.due(6, 0, {"a", "bob", ""});

  EXPECT_THAT(turns.take(5), ElementsAre(1, 5, 2, 6, 3));
}

TEST(Turns, OfTheOddPlaceChange) {  // [DUR-18]
  for (std::uint64_t round : {0, 1, 2}) {
    Turns turns({}, round);
    for (std::int64_t number = 1; number <= 4; ++number) turns.due(number, 0, {"a", number < 3 ? "ann" : "bob", ""});

    EXPECT_THAT(turns.take(3), ElementsAre(1, 3, round == 1 ? 4 : 2)) << round;
  }
}

// The caller counts, however many agents and queues it uses.
TEST(Turns, CountWhatIsDrivenForACaller) {  // [DUR-18]
  Turns turns({});
  turns.driven({"x", "ann", "q"});
  turns.driven({"y", "ann", ""});
  turns.due(1, 0, {"z", "ann", ""});
  turns.due(2, 0, {"a", "bob", ""});
  turns.due(3, 0, {"a", "bob", ""});
  turns.due(4, 0, {"a", "bob", ""});

  EXPECT_THAT(turns.take(kAll), ElementsAre(2, 3, 1, 4));
}

TEST(Turns, OfRunsWithoutAPlaceAreTakenByTheNext) {
  Turns turns({{LimitOf::agent, "slow", 1}, {LimitOf::caller, "bob", 1}, {LimitOf::queue, "shut", {}, true}});
  turns.due(1, 0, {"slow", "ann", ""});
  turns.due(2, 0, {"slow", "ann", ""});
  turns.due(3, 0, {"fast", "ann", ""});
  turns.due(4, 0, {"fast", "ann", "shut"});
  turns.due(5, 0, {"fast", "bob", ""});
  turns.due(6, 0, {"fast", "bob", ""});

  EXPECT_THAT(turns.take(kAll), ElementsAre(1, 5, 3));
}

TEST(Turns, EndWhereAllPlacesAreTaken) {
  Turns turns({{LimitOf::all, "", 3}});
  turns.driven({"a", "ann", ""});
  for (std::int64_t number = 1; number <= 5; ++number) turns.due(number, 0, {"a", "bob", ""});
  EXPECT_EQ(turns.limit_on({"a", "bob", ""}), std::nullopt);

  EXPECT_THAT(turns.take(kAll), ElementsAre(1, 2));
  EXPECT_EQ(turns.limit_on({"a", "bob", ""}), (QueueLimit{LimitOf::all, "", 3}));
}

TEST(Turns, OfNobodyAreNone) { EXPECT_THAT(Turns({{LimitOf::all, "", 0}}).take(kAll), IsEmpty()); }

TEST(Turns, OfACallerAreNoMoreForManyAgents) {  // [DUR-18]
  Turns turns({});
  for (std::int64_t number = 1; number <= 100; ++number)
    turns.due(number, 0, {"a" + std::to_string(number), "ann", ""});
  turns.due(101, 0, {"a", "bob", ""});

  EXPECT_THAT(turns.take(2), UnorderedElementsAre(1, 101));
}

// Three callers with ten thousand runs each, which came one after the other's, and of which some last longer.
TEST(Turns, ShareThePlacesEvenly) {  // [DUR-18]
  constexpr std::int64_t kEach = 10'000;
  constexpr int kPlaces = 16;
  const std::vector<std::string> callers{"ann", "bob", "cy"};
  std::map<std::string, std::int64_t> next, begun, driven;
  std::vector<std::pair<int, std::string>> running;  // rounds that it still lasts, caller
  for (int round = 0; round < 300; ++round) {
    Turns turns({}, static_cast<std::uint64_t>(round));
    for (const auto& [left, caller] : running) turns.driven({"a", caller, ""});
    for (std::size_t i = 0; i < callers.size(); ++i)
      for (auto number = next[callers[i]]; number < std::min(kEach, next[callers[i]] + 64); ++number)
        turns.due(static_cast<std::int64_t>(i) * kEach + number, 0, {"a", callers[i], ""});
    for (auto number : turns.take(kPlaces - running.size())) {
      const auto& caller = callers[static_cast<std::size_t>(number / kEach)];
      ++next[caller];
      ++begun[caller];
      running.emplace_back(1 + static_cast<int>(number % 7), caller);
    }
    for (auto& [left, caller] : running) driven[caller] += 1, --left;
    std::erase_if(running, [](const auto& each) { return each.first == 0; });
  }

  std::int64_t whole = driven["ann"] + driven["bob"] + driven["cy"];
  for (const auto& caller : callers) {
    EXPECT_NEAR(static_cast<double>(driven[caller]), static_cast<double>(whole) / 3,
                0.05 * static_cast<double>(whole) / 3)
        << caller;
    EXPECT_GT(begun[caller], 300) << caller;
  }
}

}  // namespace
}  // namespace executus::journal
