// What the row of a run says of it, and lists of rows.
#include <executus/conformance/journal.hpp>
#include <executus/journal/projection.hpp>

namespace executus::conformance {
namespace {

using journal::RunFilter;
using journal::Start;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const boost::json::object kAgent{{"name", "clerk"}, {"tools", boost::json::array{"grep"}}};

journal::Admitted admitted_with(boost::json::object invocation) { return {kAgent, std::move(invocation), {}}; }

journal::Payload priced(std::optional<llm::NanoDollars> cost) {
  llm::Response response;
  response.usage.input = 7;
  return journal::Responded{std::move(response), cost};
}

TEST_P(JournalConformance, RowsSayWhatTheirFirstEntrySays) {
  auto wanted = admission("r", Start::queued);
  wanted.entry.payload = admitted_with(
      {{"channel", "mail"}, {"attributes", {{"team", "blue"}, {"size", "\"2\""}}}, {"priority", 7}, {"queue", "bulk"}});
  auto told = run(store_->admit(std::move(wanted))).row;

  for (const auto& row : {told, find("r")}) {
    EXPECT_EQ(row.channel, "mail");
    EXPECT_THAT(row.attributes, ElementsAre(Pair("size", "\"2\""), Pair("team", "blue")));
    EXPECT_EQ(row.priority, 7);
    EXPECT_EQ(row.queue, "bulk");
    EXPECT_EQ(row.version, journal::version_of(kAgent));
    EXPECT_GT(row.number, 0);
  }
}

TEST_P(JournalConformance, RowsOfInvocationsThatSayLessHaveDefaults) {
  auto wanted = admission("r");
  wanted.entry.payload = admitted_with({{"priority", "high"}, {"attributes", 7}});
  run(store_->admit(std::move(wanted)));

  auto row = find("r");

  EXPECT_EQ(row.priority, 0);
  EXPECT_EQ(row.queue, "");
  EXPECT_THAT(row.attributes, IsEmpty());
}

TEST_P(JournalConformance, ARowHasTheVersionOfTheDefinitionThatHolds) {  // [DUR-22]
  admit("r", Start::queued);
  boost::json::object other{{"name", "clerk"}, {"max_iterations", 3}};

  ASSERT_EQ(amend("r", 1, journal::Redefined{other, "ada"}), journal::AmendVerdict::amended);

  EXPECT_EQ(find("r").version, journal::version_of(other));
  EXPECT_EQ(find("r").definition, 2);
}

TEST_P(JournalConformance, ARowKnowsWhenAndWhyItsRunEnded) {
  auto row = admit("r");
  EXPECT_EQ(find("r").ended_at, std::nullopt);
  auto end = append_to(row, {journal::Ended{RunStatus::error, "", "broke", "run.max_steps"}});
  end.entries.back().at = WallTime(seconds(77));
  run(store_->append(std::move(end)));

  EXPECT_EQ(find("r").ended_at, WallTime(seconds(77)));
  EXPECT_EQ(find("r").error_code, "run.max_steps");

  ASSERT_EQ(amend("r", 2), journal::AmendVerdict::amended);
  EXPECT_EQ(find("r").ended_at, std::nullopt) << "it goes on";
  EXPECT_EQ(find("r").error_code, "");
}

TEST_P(JournalConformance, ARowSumsWhatIsKnownOfCosts) {
  auto row = admit("r");
  append(row, {priced(llm::NanoDollars{1'500}), priced(llm::NanoDollars{700}), priced(llm::NanoDollars{0})});
  EXPECT_EQ(find("r").cost.total(), llm::NanoDollars{2'200});
  EXPECT_EQ(find("r").usage.input, 21);

  append(find("r"), {priced(std::nullopt), journal::Spent{"lab/m", {1, 0, 0, 0, 0}, llm::NanoDollars{5}}});

  EXPECT_EQ(find("r").cost, (llm::CostSum{{2'205}, 1}));
  EXPECT_EQ(find("r").cost.total(), std::nullopt) << "a part is not all of it";
}

// A critic that decides without a model costs nothing.
TEST_P(JournalConformance, WhatUsesNoModelHasNoUnknownCost) {
  append(admit("r"), {journal::Criticised{"hurry"}, journal::Compacted{}});

  EXPECT_EQ(find("r").cost, llm::CostSum{});
}

TEST_P(JournalConformance, EveryRunOfATreeHasItsRoot) {
  run(store_->append(call(admit("r"), {"child"})));
  run(store_->append(call(claim("child"), {"grandchild"})));
  run(store_->admit(child_admission("nowhere", "stray")));

  for (const char* each : {"r", "child", "grandchild"}) EXPECT_EQ(find(each).root, "r");
  EXPECT_EQ(find("stray").root, "nowhere") << "the highest that is known";
  RunFilter tree;
  tree.root = "r";
  EXPECT_THAT(listed(tree), ElementsAre("grandchild", "child", "r"));
}

TEST_P(JournalConformance, ListsWhatEachFilterSelects) {
  append(admit("old"), {ended(RunStatus::error)});
  auto mail = admission("mail", Start::queued);
  mail.caller = "bob";
  mail.agent = "cook";
  mail.entry.payload = admitted_with({{"channel", "mail"}});
  run(store_->admit(std::move(mail)));
  auto with = [this](auto RunFilter::* field, auto value) {
    RunFilter filter;
    filter.*field = value;
    return listed(filter);
  };

  EXPECT_THAT(with(&RunFilter::channel, "mail"), ElementsAre("mail"));
  EXPECT_THAT(with(&RunFilter::caller, "bob"), ElementsAre("mail"));
  EXPECT_THAT(with(&RunFilter::agent, "cook"), ElementsAre("mail"));
  EXPECT_THAT(with(&RunFilter::root, "old"), ElementsAre("old"));
  EXPECT_THAT(with(&RunFilter::statuses, std::vector{RunStatus::error}), ElementsAre("old"));
  EXPECT_THAT(with(&RunFilter::statuses, std::vector{RunStatus::error, RunStatus::queued}), ElementsAre("mail", "old"));
  EXPECT_THAT(with(&RunFilter::channel, "phone"), IsEmpty());
  RunFilter both;
  both.channel = "mail";
  both.agent = "clerk";
  EXPECT_THAT(listed(both), IsEmpty());
}

TEST_P(JournalConformance, PagesLoseNoRunThatWasCreatedAtTheSameTime) {
  if (skipped_without(Need::clock)) return;
  std::vector<std::string> names;
  for (int i = 0; i < 1'000; ++i) names.push_back("c" + std::to_string(i));
  run(store_->append(call(admit("r"), names)));
  RunFilter page;
  page.limit = 7;
  page.parent = "r";

  std::vector<std::string> seen;
  for (std::size_t got = page.limit; got == page.limit;) {
    auto rows = run(store_->list(page));
    got = rows.size();
    for (const auto& row : rows) seen.insert(seen.begin(), row.id.str());
    if (got > 0) page.after = journal::place_of(rows.back());
  }

  EXPECT_EQ(seen, names) << "each once, in order";
}

// The time that people see decides, also when the clock was set back.
TEST_P(JournalConformance, ListsByTimeAndThenByNumber) {
  if (skipped_without(Need::clock)) return;
  clock_.advance(seconds(10));
  admit("a");
  admit("b");
  clock_.jump_wall(seconds(-5));
  admit("c");

  EXPECT_THAT(listed({}), ElementsAre("b", "a", "c"));
  RunFilter rest;
  rest.after = journal::place_of(find("b"));
  EXPECT_THAT(listed(rest), ElementsAre("a", "c"));
}

TEST_P(JournalConformance, OffersRunsByPriority) {  // [DUR-18]
  for (auto [name, priority] : {std::pair("low", -1), {"a", 0}, {"urgent", 5}, {"b", 0}, {"next", 5}}) {
    auto wanted = admission(name, Start::queued);
    wanted.entry.payload = admitted_with({{"priority", priority}});
    run(store_->admit(std::move(wanted)));
  }

  EXPECT_THAT(claimable(*store_), ElementsAre("urgent", "next", "a", "b", "low"));
  RunFilter first;
  first.limit = 1;
  EXPECT_THAT(claimable(*store_, first), ElementsAre("urgent"));
}

}  // namespace
}  // namespace executus::conformance
