// What every store of saved agents or skills does: one suite, which each implementation runs.
//
//   struct MemorySkills { static auto open() { return skill::make_memory_store(); } };
//   INSTANTIATE_TYPED_TEST_SUITE_P(MemorySkills, SavedStore, MemorySkills);
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/saved/store.hpp>

namespace executus::saved {

template <class Implementation>
class SavedStore : public ::testing::Test {
 protected:
  using Port = typename std::remove_reference_t<decltype(*Implementation::open())>;
  using Value = decltype(std::declval<Port&>().create({}));

  static Value named(const std::string& owner, const std::string& name) {
    Value value;
    value.record.owner = owner;
    value.definition.agent.name = name;
    return value;
  }
  Value shared(const std::string& name, tool::Visibility visibility, std::vector<std::string> with = {}) {
    auto value = named("ann", name);
    value.definition.visibility = visibility;
    value.definition.shared_with = std::move(with);
    return store_->create(value);
  }
  Value planned(const std::string& name, std::optional<WallTime> next) {
    auto value = named("ann", name);
    value.definition.schedule.cron = "0 9 * * *";
    value.record.next_run = next;
    return store_->create(value);
  }
  static std::vector<std::string> names(const std::vector<Value>& values) {
    std::vector<std::string> names;
    for (const auto& value : values) names.push_back(value.definition.agent.name);
    return names;
  }
  template <class Act>
  static std::string code_of(Act act) {
    try {
      act();
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  }
  static WallTime at(int seconds) { return WallTime{} + std::chrono::seconds(seconds); }

  std::unique_ptr<Port> store_ = Implementation::open();
};

TYPED_TEST_SUITE_P(SavedStore);

TYPED_TEST_P(SavedStore, KeepsWhatItIsGiven) {
  auto value = this->named("ann", "triage");
  value.definition.agent.system_prompt = "Be kind.";
  value.definition.agent.tools = {"grep"};
  value.definition.inputs = {{"type", "object"}};
  value.definition.exposed = true;
  auto saved = this->store_->create(value);

  EXPECT_NE(saved.record.id, "");
  EXPECT_EQ(saved.definition, value.definition);
  EXPECT_EQ(this->store_->find(saved.record.id), saved);
  EXPECT_EQ(this->store_->find_named("ann", "triage"), saved);
  EXPECT_EQ(this->store_->find("nothing"), std::nullopt);
  EXPECT_EQ(this->store_->find_named("bob", "triage"), std::nullopt);
}

TYPED_TEST_P(SavedStore, ANameIsUniqueForItsOwner) {
  (void)this->store_->create(this->named("ann", "a"));
  auto other = this->store_->create(this->named("ann", "b"));
  (void)this->store_->create(this->named("bob", "a"));

  EXPECT_EQ(this->code_of([&] { (void)this->store_->create(this->named("ann", "a")); }), "saved.exists");
  other.definition.agent.name = "a";
  EXPECT_EQ(this->code_of([&] { (void)this->store_->update(other); }), "saved.exists");
  EXPECT_THAT(this->names(this->store_->list()), ::testing::ElementsAre("a", "b", "a"));
}

TYPED_TEST_P(SavedStore, RefusesWhatCannotBeRight) {
  EXPECT_EQ(this->code_of([&] { (void)this->store_->create(this->named("ann", "")); }), "saved.malformed");
  EXPECT_EQ(this->code_of([&] { (void)this->store_->create(this->named("", "a")); }), "saved.malformed");
  EXPECT_EQ(this->code_of([&] { this->shared("a", tool::Visibility::shared); }), "saved.malformed");
  EXPECT_EQ(this->code_of([&] { this->shared("a", tool::Visibility::everyone, {"bob"}); }), "saved.malformed");
  auto value = this->named("ann", "a");
  value.definition.inputs = {{"type", 7}};
  EXPECT_EQ(this->code_of([&] { (void)this->store_->create(value); }), "saved.malformed");
  EXPECT_THAT(this->store_->list(), ::testing::IsEmpty());
}

TYPED_TEST_P(SavedStore, RemovesWithAllVersions) {
  auto saved = this->store_->create(this->named("ann", "a"));

  EXPECT_TRUE(this->store_->remove(saved.record.id));
  EXPECT_FALSE(this->store_->remove(saved.record.id));
  EXPECT_EQ(this->store_->find(saved.record.id), std::nullopt);
  EXPECT_EQ(this->store_->version(saved.record.version), std::nullopt);
  EXPECT_EQ(this->code_of([&] { (void)this->store_->update(saved); }), "saved.unknown");
}

TYPED_TEST_P(SavedStore, SavesAllOrNone) {
  auto old = this->store_->create(this->named("ann", "old"));
  auto changed = old, gone = this->store_->create(this->named("ann", "gone"));
  changed.definition.agent.description = "New.";
  this->store_->remove(gone.record.id);

  EXPECT_EQ(this->code_of([&] { (void)this->store_->save({this->named("ann", "new"), changed, gone}); }),
            "saved.unknown");
  EXPECT_EQ(this->code_of([&] { (void)this->store_->save({this->named("ann", "b"), this->named("ann", "b")}); }),
            "saved.exists");
  EXPECT_THAT(this->store_->list(), ::testing::ElementsAre(old));

  auto saved = this->store_->save({this->named("ann", "new"), changed, this->named("ann", "other")});
  EXPECT_THAT(this->names(saved), ::testing::ElementsAre("new", "old", "other"));
  EXPECT_EQ(saved[1].record.number, 2);
  EXPECT_THAT(this->store_->list(), ::testing::UnorderedElementsAreArray(saved));
  EXPECT_THAT(this->store_->save({}), ::testing::IsEmpty());
}

TYPED_TEST_P(SavedStore, ListsWhatAPersonSees) {
  this->shared("mine", tool::Visibility::owner);
  this->shared("ours", tool::Visibility::shared, {"bob", "cid"});
  this->shared("all", tool::Visibility::everyone);

  EXPECT_THAT(this->names(this->store_->list_for("ann")), ::testing::ElementsAre("all", "mine", "ours"));
  EXPECT_THAT(this->names(this->store_->list_for("cid")), ::testing::ElementsAre("all", "ours"));
  EXPECT_THAT(this->names(this->store_->list_for("dan")), ::testing::ElementsAre("all"));
}

TYPED_TEST_P(SavedStore, ListsRowsByOwnerAndName) {
  auto b = this->store_->create(this->named("bob", "a"));
  auto a = this->store_->create(this->named("ann", "b"));

  auto rows = this->store_->list_rows();

  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].record, a.record);
  EXPECT_EQ(rows[0].name, "b");
  EXPECT_EQ(rows[0].value.value(), a);
  EXPECT_EQ(rows[1].value.value(), b);
}

TYPED_TEST_P(SavedStore, ListsRowsOfWhatAPersonSees) {
  this->shared("mine", tool::Visibility::owner);
  this->shared("ours", tool::Visibility::shared, {"bob"});
  auto names = [&](const std::string& person) {
    std::vector<std::string> found;
    for (const auto& row : this->store_->list_rows_for(person))
      found.push_back(row.value.value().definition.agent.name);
    return found;
  };

  EXPECT_THAT(names("ann"), ::testing::ElementsAre("mine", "ours"));
  EXPECT_THAT(names("bob"), ::testing::ElementsAre("ours"));
}

TYPED_TEST_P(SavedStore, KeepsVersionsNewestFirst) {
  auto first = this->store_->create(this->named("ann", "a"));
  auto second = first;
  second.definition.agent.system_prompt = "More.";
  second = this->store_->update(second);
  auto same = this->store_->update(second);

  auto versions = this->store_->versions(first.record.id);
  ASSERT_EQ(versions.size(), 2u) << "nothing differed the third time";
  EXPECT_EQ(same, second);
  EXPECT_EQ(versions[0].record.number, 2);
  EXPECT_EQ(versions[1].record.number, 1);
  EXPECT_EQ(versions[0].definition.agent.system_prompt, "More.");
  EXPECT_EQ(versions[1].definition.agent.system_prompt, "");
  EXPECT_EQ(this->store_->version(first.record.version), versions[1]);
  EXPECT_EQ(this->store_->version("nothing"), std::nullopt);
  EXPECT_THAT(this->store_->versions("nothing"), ::testing::IsEmpty());
}

TYPED_TEST_P(SavedStore, AppendsToNothingThatIsNotThere) {  // [STO-04]
  auto saved = this->store_->create(this->named("ann", "a"));
  saved.definition.agent.description = "New.";
  for (const char* id : {"", "0", "nothing", "1 ", "01"}) {
    auto value = saved;
    value.record.id = id;
    EXPECT_EQ(this->code_of([&] { (void)this->store_->update(value); }), "saved.unknown") << id;
    EXPECT_FALSE(this->store_->remove(id)) << id;
    EXPECT_THAT(this->store_->versions(id), ::testing::IsEmpty()) << id;
  }
  EXPECT_EQ(this->store_->versions(saved.record.id).size(), 1u);
}

TYPED_TEST_P(SavedStore, GivesNoIdTwice) {
  auto first = this->store_->create(this->named("ann", "a"));
  this->store_->remove(first.record.id);
  auto second = this->store_->create(this->named("ann", "a"));

  EXPECT_NE(second.record.id, first.record.id);
  EXPECT_NE(second.record.version, first.record.version);
  EXPECT_EQ(second.record.number, 1);
}

TYPED_TEST_P(SavedStore, LosesNoUpdateOfAnother) {
  auto mine = this->store_->create(this->named("ann", "a"));
  auto other = mine;
  other.definition.agent.description = "Another's.";
  (void)this->store_->update(other);
  mine.definition.agent.description = "Mine.";

  EXPECT_EQ(this->code_of([&] { (void)this->store_->update(mine); }), "saved.changed");
  EXPECT_EQ(this->store_->find(mine.record.id)->definition.agent.description, "Another's.");
}

TYPED_TEST_P(SavedStore, TellsWhatIsDueTheLongestFirst) {
  this->planned("late", this->at(20));
  this->planned("early", this->at(10));
  this->planned("never", std::nullopt);
  auto unplanned = this->named("ann", "unplanned");
  unplanned.record.next_run = this->at(1);
  (void)this->store_->create(unplanned);

  EXPECT_THAT(this->names(this->store_->due(this->at(9))), ::testing::IsEmpty());
  EXPECT_THAT(this->names(this->store_->due(this->at(10))), ::testing::ElementsAre("early"));
  EXPECT_THAT(this->names(this->store_->due(this->at(30))), ::testing::ElementsAre("early", "late"));
}

TYPED_TEST_P(SavedStore, MarksARunWithoutAVersion) {
  auto saved = this->planned("a", this->at(10));
  EXPECT_TRUE(this->store_->mark_run(saved.record.id, this->at(11), this->at(20)));
  EXPECT_FALSE(this->store_->mark_run("nothing", this->at(11), std::nullopt));

  auto marked = this->store_->find(saved.record.id);
  EXPECT_EQ(marked->record.last_run, this->at(11));
  EXPECT_EQ(marked->record.next_run, this->at(20));
  EXPECT_EQ(this->store_->versions(saved.record.id).size(), 1u);
  EXPECT_THAT(this->store_->due(this->at(12)), ::testing::IsEmpty());
  EXPECT_TRUE(this->store_->mark_run(saved.record.id, this->at(21), std::nullopt));
  EXPECT_THAT(this->store_->due(this->at(99)), ::testing::IsEmpty());
}

TYPED_TEST_P(SavedStore, AnUpdateLeavesTheTimesButForAnotherSchedule) {
  auto saved = this->planned("a", this->at(10));
  this->store_->mark_run(saved.record.id, this->at(11), this->at(20));
  saved.definition.agent.description = "New.";
  saved = this->store_->update(saved);
  EXPECT_EQ(saved.record.next_run, this->at(20));
  EXPECT_EQ(saved.record.last_run, this->at(11));

  saved.definition.schedule.cron = "0 10 * * *";
  saved.record.next_run = this->at(15);
  EXPECT_EQ(this->store_->update(saved).record.next_run, this->at(15));
}

TYPED_TEST_P(SavedStore, ChangesItsStampWithEachChange) {
  std::vector<std::string> stamps{this->store_->stamp()};
  auto changed = [&] {
    stamps.push_back(this->store_->stamp());
    return std::ranges::count(stamps, stamps.back()) == 1 && stamps.back() == this->store_->stamp();
  };
  auto first = this->planned("a", this->at(10)), second = this->planned("b", std::nullopt);
  EXPECT_TRUE(changed());
  first.definition.agent.description = "New.";
  first = this->store_->update(first);
  EXPECT_TRUE(changed());
  this->store_->mark_run(first.record.id, this->at(11), this->at(20));
  EXPECT_FALSE(changed()) << "no version";
  this->store_->remove(second.record.id);
  EXPECT_TRUE(changed());
  (void)this->planned("b", std::nullopt);
  EXPECT_TRUE(changed());
}

REGISTER_TYPED_TEST_SUITE_P(SavedStore, KeepsWhatItIsGiven, ANameIsUniqueForItsOwner, RefusesWhatCannotBeRight,
                            RemovesWithAllVersions, SavesAllOrNone, ListsWhatAPersonSees, ListsRowsByOwnerAndName,
                            ListsRowsOfWhatAPersonSees, KeepsVersionsNewestFirst, AppendsToNothingThatIsNotThere,
                            GivesNoIdTwice, LosesNoUpdateOfAnother, TellsWhatIsDueTheLongestFirst,
                            MarksARunWithoutAVersion, AnUpdateLeavesTheTimesButForAnotherSchedule,
                            ChangesItsStampWithEachChange);

}  // namespace executus::saved
