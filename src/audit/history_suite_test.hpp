// What every RunHistory does, as tests: of a store of audits, and of a view of a journal store. Each says how it is
// filled:
//   INSTANTIATE_TEST_SUITE_P(Memory, HistorySuite, Values([](auto& clock) { return std::make_unique<...>(...); }));
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/manual_loop.hpp>

#include "audit/books_test.hpp"
#include "audit/described_run_test.hpp"

namespace executus::audit {

using MakeBooks = std::function<std::unique_ptr<Books>(const Clock&)>;

class HistorySuite : public ::testing::TestWithParam<MakeBooks> {
 protected:
  template <class T>
  T run(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  static RunId id(const std::string& name) { return *RunId::parse(name); }
  static RunInfo info_of(const std::string& name, const std::string& parent = "") {
    RunInfo info;
    info.run = id(name);
    info.name = "clerk";
    if (!parent.empty()) info.parent = id(parent);
    return info;
  }
  static RunStats ended(RunStatus status = RunStatus::ok) {
    RunStats stats;
    stats.status = status;
    stats.steps = 1;
    return stats;
  }
  void begin(RunInfo info) {
    info.started_at = clock_.wall();
    run(books_->begin(std::move(info)));
  }
  void rest(const std::string& name, RunStats stats) { run(books_->rest(info_of(name), std::move(stats))); }
  // A moment after what came before.
  void begin_later(RunInfo info) {
    clock_.advance(Milliseconds(1));
    begin(std::move(info));
  }
  RunHistory& history() { return books_->history(); }
  static std::vector<std::string> names(const std::vector<AuditRun>& runs) {
    std::vector<std::string> names;
    for (const auto& run : runs) names.push_back(run.info.run.str());
    return names;
  }
  std::vector<std::string> listed(AuditFilter filter) { return names(run(history().list(std::move(filter)))); }

  testing::ManualClock clock_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<Books> books_ = GetParam()(clock_);
};

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_P(HistorySuite, KeepsOfARunAllThatIsToldOfIt) {  // [AUD-01] [AUD-02] [AUD-04]
  auto info = info_of("whole");
  info.subject = "clerk-7";
  info.caller = "ann \"x\" \xc3\xa4";
  info.channel = "shop";
  info.attributes = {{"team", "night"}};
  info.model_tier = "fast";
  info.model = "test/model";
  info.inputs = {{"city", "Ulm"}};
  info.max_iterations = 12;
  info.started_at = clock_.wall();
  begin(info);
  RunStats stats{RunStatus::error,    "",      "so far", "the model is away",
                 "model.unreachable", {11, 7}, {},       Milliseconds(90)};
  stats.cost += llm::NanoDollars{5'000'000};
  stats.steps = 1;
  stats.tool_calls = 3;
  stats.tools = {{"grep", 2}, {"read", 1}};
  clock_.advance(Milliseconds(250));
  rest("whole", stats);

  auto found = run(history().find(id("whole")));
  ASSERT_TRUE(found);
  AuditRun wanted;
  wanted.info = info;
  wanted.root = id("whole");
  wanted.stats = stats;
  wanted.ended = clock_.wall();
  EXPECT_EQ(describe(*found), describe(wanted));
  EXPECT_EQ(found->updated, clock_.wall());
  EXPECT_EQ(describe(run(history().list(AuditFilter())).at(0)), describe(wanted));
  EXPECT_FALSE(run(history().find(id("another"))));
}

TEST_P(HistorySuite, SaysOfARunThatGoesOnThatItHasNotEnded) {  // [AUD-01] [AUD-04]
  begin(info_of("lives"));
  auto found = *run(history().find(id("lives")));
  EXPECT_EQ(found.stats.status, RunStatus::running);
  EXPECT_FALSE(found.ended);
  EXPECT_EQ(found.stays, 1);
  auto waiting = ended(RunStatus::waiting);
  waiting.reason = "timer";
  rest("lives", waiting);
  found = *run(history().find(id("lives")));
  EXPECT_EQ(found.stats.status, RunStatus::waiting);
  EXPECT_EQ(found.stats.reason, "timer");
  EXPECT_FALSE(found.ended);
}

TEST_P(HistorySuite, TellsWhatHappenedInOrder) {  // [AUD-01] [AUD-02]
  for (const char* name : {"one", "two"}) begin(info_of(name));
  for (const char* name : {"two", "one"}) rest(name, ended());
  std::vector<std::uint64_t> numbers;
  for (const auto& event : run(history().events(id("one"), 0, 100))) numbers.push_back(event.seq);
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3));
  auto part = run(history().events(id("one"), 1, 1));
  ASSERT_THAT(part, SizeIs(1));
  EXPECT_EQ(part[0].seq, 2u);
  EXPECT_THAT(run(history().events(id("one"), 3, 100)), IsEmpty());
  EXPECT_THAT(run(history().events(id("another"), 0, 100)), IsEmpty());
}

TEST_P(HistorySuite, ListsByCallerSubjectAgentAndTime) {  // [AUD-02] [AUD-05]
  auto of = [](const std::string& name, const std::string& caller, const std::string& agent,
               const std::string& subject) {
    auto info = info_of(name);
    info.caller = caller;
    info.name = agent;
    info.subject = subject;
    return info;
  };
  begin(of("a", "ann", "clerk", ""));
  begin_later(of("b", "ben", "clerk", "clerk-7"));
  auto at_b = clock_.wall();
  begin_later(of("c", "ann", "judge", ""));
  rest("c", ended(RunStatus::timeout));

  EXPECT_THAT(listed(AuditFilter()), ElementsAre("c", "b", "a"));
  EXPECT_THAT(names(run(history().by_caller("ann"))), ElementsAre("c", "a"));
  EXPECT_THAT(names(run(history().by_subject("clerk-7"))), ElementsAre("b"));
  EXPECT_THAT(names(run(history().by_subject("clerk"))), ElementsAre("a")) << "its name, as it has no id";
  AuditFilter filter;
  filter.agent = "clerk";
  EXPECT_THAT(listed(filter), ElementsAre("b", "a"));
  filter = AuditFilter();
  filter.since = at_b;
  EXPECT_THAT(listed(filter), ElementsAre("c", "b"));
  filter.until = at_b + Milliseconds(1);
  EXPECT_THAT(listed(filter), ElementsAre("b"));
  filter = AuditFilter();
  filter.statuses = {RunStatus::timeout};
  EXPECT_THAT(listed(filter), ElementsAre("c"));
}

// top -> left, right; right -> leaf. Another run beside them.
class HistoryOfAFamily : public HistorySuite {
 protected:
  HistoryOfAFamily() {
    begin(info_of("top"));
    begin_later(info_of("left", "top"));
    begin_later(info_of("right", "top"));
    begin_later(info_of("leaf", "right"));
    begin_later(info_of("other"));
  }
};

TEST_P(HistoryOfAFamily, ListsByParentAndLevel) {  // [AUD-02] [AUD-05]
  EXPECT_THAT(names(run(history().children(id("top")))), ElementsAre("right", "left"));
  EXPECT_THAT(names(run(history().children(id("leaf")))), IsEmpty());
  EXPECT_THAT(names(run(history().top_level())), ElementsAre("other", "top"));
  auto scheduled = info_of("scheduled");
  scheduled.channel = journal::kScheduleChannel;
  begin_later(scheduled);
  EXPECT_THAT(names(run(history().top_level())), ElementsAre("scheduled", "other", "top"));
}

TEST_P(HistoryOfAFamily, ListsTheTreeBelowAnyRun) {  // [AUD-02]
  AuditFilter filter;
  filter.tree = id("top");
  EXPECT_THAT(listed(filter), ElementsAre("leaf", "right", "left", "top"));
  filter.page.limit = 2;
  EXPECT_THAT(listed(filter), ElementsAre("leaf", "right"));
  filter = AuditFilter();
  filter.tree = id("right");
  EXPECT_THAT(listed(filter), ElementsAre("leaf", "right"));
  filter.tree = id("nowhere");
  EXPECT_THAT(listed(filter), IsEmpty());
  EXPECT_THAT(names(run(history().below(id("top")))), ElementsAre("leaf", "right", "left"));
  EXPECT_THAT(names(run(history().below(id("leaf")))), IsEmpty());
  EXPECT_EQ(run(history().find(id("leaf")))->root, id("top"));
}

TEST_P(HistoryOfAFamily, WalksUpTheParents) {  // [AUD-06]
  EXPECT_THAT(names(run(history().ancestors(id("leaf")))), ElementsAre("right", "top"));
  EXPECT_THAT(names(run(history().ancestors(id("top")))), IsEmpty());
  EXPECT_THAT(names(run(history().ancestors(id("nowhere")))), IsEmpty());
}

TEST_P(HistorySuite, LeavesACircleOfParents) {  // [AUD-06]
  begin(info_of("a", "c"));
  begin(info_of("b", "a"));
  begin(info_of("c", "b"));
  begin(info_of("self", "self"));
  EXPECT_THAT(names(run(history().ancestors(id("a")))), ElementsAre("c", "b"));
  EXPECT_THAT(names(run(history().ancestors(id("self")))), IsEmpty());
  AuditFilter filter;
  filter.tree = id("b");
  EXPECT_THAT(listed(filter), ::testing::IsSupersetOf({"c", "b"}));
}

TEST_P(HistorySuite, KnowsTheLastRunOfASubject) {  // [AUD-07]
  auto saved = info_of("s");
  saved.subject = "judge-1";
  begin(info_of("first"));
  begin(info_of("second"));
  begin_later(saved);
  EXPECT_EQ(run(history().last_of("clerk"))->info.run, id("second")) << "of one millisecond, the later one";
  EXPECT_EQ(run(history().last_of("judge-1"))->info.run, id("s"));
  EXPECT_FALSE(run(history().last_of("judge")));
  auto last = run(history().last_of_each());
  ASSERT_THAT(last, SizeIs(2));
  EXPECT_EQ(last.at("clerk").info.run, id("second"));
  EXPECT_EQ(last.at("judge-1").info.run, id("s"));
}

TEST_P(HistorySuite, APageLosesNoRunOfOneMillisecond) {  // [AUD-02]
  constexpr std::size_t kRuns = 1'000;
  std::vector<RunInfo> infos(kRuns, info_of("a"));
  for (std::size_t i = 0; i < kRuns; ++i)
    infos[i].run = id("r" + std::to_string(i)), infos[i].started_at = clock_.wall();
  run(begin_all(*books_, std::move(infos)));
  std::set<std::string> seen;
  std::size_t shown = 0;
  for (Page page{7, std::nullopt};;) {
    auto part = run(history().by_subject("clerk", page));
    if (part.empty()) break;
    shown += part.size();
    EXPECT_LE(part.size(), 7u);
    for (const auto& name : names(part)) seen.insert(name);
    page.after = place_of(part.back());
  }
  EXPECT_EQ(shown, kRuns) << "none twice";
  EXPECT_EQ(seen.size(), kRuns);
}

TEST_P(HistorySuite, SumsWhatRunsTook) {  // [AUD-02]
  auto paid = [](std::optional<std::int64_t> dollars, RunStatus status = RunStatus::ok) {
    auto stats = ended(status);
    stats.usage = {10, 5};
    stats.runtime = Milliseconds(100);
    stats.cost += dollars ? std::optional(llm::NanoDollars{*dollars * 1'000'000'000}) : std::nullopt;
    return stats;
  };
  auto of = [](const std::string& name, const std::string& agent, const std::string& caller,
               const std::string& parent = "") {
    auto info = info_of(name, parent);
    info.name = agent;
    info.caller = caller;
    return info;
  };
  begin(of("a", "clerk", "ann"));
  begin(of("b", "judge", "ann", "a"));
  begin(of("c", "clerk", ""));
  rest("a", paid(1));
  rest("b", paid(7, RunStatus::error));
  rest("c", paid(std::nullopt));

  auto agents = run(history().spent(AuditFilter(), By::agent));
  ASSERT_THAT(agents, SizeIs(2));
  EXPECT_EQ(agents[0].of, "judge") << "the dearest first";
  EXPECT_EQ(llm::cost_text(agents[0].cost.total()), "$7.00");
  EXPECT_EQ(agents[0].outcomes, (std::map<RunStatus, std::size_t>{{RunStatus::error, 1}}));
  EXPECT_EQ(agents[1].runs, 2u);
  EXPECT_EQ(agents[1].usage, (llm::Usage{20, 10}));
  EXPECT_EQ(agents[1].runtime, Milliseconds(200));
  EXPECT_EQ(agents[1].untimed, 0u);
  EXPECT_EQ(llm::cost_text(agents[1].cost.total()), "unknown") << "that of one run is";
  EXPECT_EQ(agents[1].cost.known.count, 1'000'000'000);
  auto callers = run(history().spent(AuditFilter(), By::caller));
  ASSERT_THAT(callers, SizeIs(2));
  EXPECT_EQ(callers[0].of + callers[1].of, "ann");
  auto trees = run(history().spent(AuditFilter(), By::tree));
  EXPECT_EQ(trees[0].of, "a");
  EXPECT_EQ(llm::cost_text(trees[0].cost.total()), "$8.00") << "of the whole tree";
  AuditFilter clerks;
  clerks.agent = "clerk";
  EXPECT_THAT(run(history().spent(clerks, By::tree)), SizeIs(2));
}

}  // namespace executus::audit
