#include <sys/wait.h>
#include <unistd.h>

#include <executus/store/sqlite/saved.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "persona/stored_fields.hpp"
#include "saved/store_suite_test.hpp"
#include "skill/stored_fields.hpp"
#include "store/sqlite/open_database.hpp"

namespace executus::sqlite {
namespace {

using persona::Persona;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// One database for all tests of the suites, emptied for each.
const Database& emptied_database() {
  static testing::TemporaryFolder folder;
  static const Database database({folder / "state.db"});
  (void)(**database.shared()).change_here([](Connection& connection) {
    connection.execute("DELETE FROM saved; DELETE FROM saved_versions; DELETE FROM saved_keys");
    return 0;
  });
  return database;
}
struct SqlitePersonas {
  static std::unique_ptr<persona::PersonaStore> open() { return make_persona_store(emptied_database()); }
};
struct SqliteSkills {
  static std::unique_ptr<skill::SkillStore> open() { return make_skill_store(emptied_database()); }
};

Persona named(const std::string& name, const std::string& owner = "ann") {
  Persona persona;
  persona.record.owner = owner;
  persona.definition.agent.name = name;
  return persona;
}

// Every field away from its default.
Persona full() {
  auto persona = named("boss");
  auto& [agent, inputs, visibility, shared_with, exposed, schedule, keep_runs, source] = persona.definition;
  agent.system_prompt = "Be kind.\n";
  agent.agents = {"researcher"};
  agent.critic = {true, 4.5};
  agent.max_runtime = Milliseconds(5'000);
  inputs = {{"type", "object"}, {"properties", {{"a", {{"type", "string"}}}}}};
  visibility = tool::Visibility::shared;
  shared_with = {"bob", "cid"};
  exposed = true;
  schedule = {"0 9 * * *", "Europe/Berlin", "Good morning"};
  keep_runs = Milliseconds(86'400'000);
  source = {"name: boss\n", "digest"};
  persona.triggers = {"s3cret", {"general", "ops"}};
  persona.personalization = {"tone", "place"};
  persona.reactions = {{"running", "🏃"}, {"done", "✅"}};
  return persona;
}

template <class T>
std::vector<std::string> names_of(T value) {
  std::vector<std::string> names;
  auto note = [&](std::string_view name, auto&) { names.emplace_back(name); };
  visit_fields(note, value, std::type_identity<T>{});
  return names;
}

class SqliteSaved : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<persona::PersonaStore> open() const { return make_persona_store(Database({path_})); }
  void change(const char* sql) const {
    Connection(path_, Connection::Mode::existing, Milliseconds(5'000)).execute(sql);
  }
  [[nodiscard]] std::int64_t count(std::string_view sql) const {
    return Connection(path_, Connection::Mode::existing, Milliseconds(5'000)).integer(sql);
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "state.db";
};

TEST_F(SqliteSaved, KeepsEveryField) {  // [STO-02] [PER-03]
  auto kept = full();
  for (const auto& key : names_of(kept)) EXPECT_TRUE(saved::to_stored(kept).as_object().contains(key)) << key;
  for (const auto& key : names_of(kept.definition))
    EXPECT_TRUE(saved::to_stored(kept.definition).as_object().contains(key)) << key << " is at its default here";

  kept = open()->create(kept);

  EXPECT_EQ(open()->find(kept.record.id), kept);
  EXPECT_EQ(open()->versions(kept.record.id), std::vector{kept});
}

TEST_F(SqliteSaved, ReadsWhatWasStoredBeforeAFieldWas) {  // [STO-02]
  auto saved = open()->create(full());
  change("UPDATE saved_versions SET body=json_remove(body,'$.definition.exposed','$.reactions')");

  auto read = open()->find(saved.record.id).value();
  EXPECT_FALSE(read.definition.exposed);
  EXPECT_TRUE(read.reactions.empty());
  EXPECT_EQ(read.triggers, saved.triggers);
}

TEST_F(SqliteSaved, RefusesWhatWouldNotComeBack) {  // [STO-02]
  auto persona = named("a");
  persona.definition.agent.critic = {false, 9};
  try {
    (void)open()->create(persona);
    FAIL() << "it was kept";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "saved.malformed");
    EXPECT_THAT(error.message(), HasSubstr("no stored form"));
  }
}

TEST_F(SqliteSaved, TellsOfADamagedRow) {  // [STO-02]
  auto id = open()->create(full()).record.id;
  for (const char* damage : {"UPDATE saved_versions SET body='{'", "UPDATE saved_versions SET body='[7]'",
                             "UPDATE saved_versions SET body='{\"definition\":{\"visibility\":\"all\"}}'"}) {
    change(damage);
    try {
      (void)open()->find(id);
      FAIL() << damage;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "saved.unreadable") << damage;
    }
  }
}

TEST_F(SqliteSaved, ListsTheOthersBesideADamagedRow) {  // [STO-02]
  auto store = open();
  auto broken = store->create(named("broken")).record;
  auto whole = store->create(named("whole"));
  change("UPDATE saved_versions SET body='{' WHERE saved=1");

  auto listed = store->list_rows();

  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].record, broken);
  EXPECT_EQ(listed[0].name, "broken");
  EXPECT_EQ(listed[0].value.error().code(), "saved.unreadable");
  EXPECT_EQ(listed[1].value.value(), whole);
  EXPECT_THAT(listed[0].value.error().message(), HasSubstr("'broken' of 'ann', version 1"));
  EXPECT_THAT(store->list_rows_for("ann"), SizeIs(2));
  EXPECT_THAT(store->list_rows_for("bob"), SizeIs(0));
  EXPECT_THROW((void)store->list(), Error);
}

TEST_F(SqliteSaved, FindsWhatStartsAnAgent) {  // [PER-04]
  auto store = open();
  auto boss = store->create(full());
  auto other = full();
  other.definition.agent.name = "other";

  EXPECT_EQ(find_webhook(*store, "s3cret"), boss);
  EXPECT_EQ(find_webhook(*store, "s3cre"), std::nullopt);
  EXPECT_THAT(list_channel(*store, "ops"), ElementsAre(boss));
  EXPECT_THROW((void)store->create(other), Error) << "a secret starts one alone";
  boss.triggers = {};
  (void)store->update(boss);
  EXPECT_EQ(find_webhook(*store, "s3cret"), std::nullopt);
  EXPECT_THAT(list_channel(*store, "ops"), SizeIs(0));
  EXPECT_NO_THROW((void)store->create(other));
}

TEST_F(SqliteSaved, SkillsAndAgentsAreApart) {
  Database database({path_});
  auto agents = make_persona_store(database);
  auto skills = make_skill_store(database);
  skill::Skill skill;
  skill.record.owner = "ann";
  skill.definition.agent.name = "a";
  auto agent = agents->create(named("a"));
  skill = skills->create(skill);

  EXPECT_EQ(agents->find(skill.record.id), std::nullopt);
  EXPECT_FALSE(agents->remove(skill.record.id));
  EXPECT_EQ(agents->version(skill.record.version), std::nullopt);
  EXPECT_FALSE(skills->mark_run(agent.record.id, {}, {}));
  EXPECT_THAT(skills->list_for("ann"), ElementsAre(skill));
}

TEST_F(SqliteSaved, AVersionIsWholeOrNotThere) {  // [STO-04]
  auto saved = open()->create(full());
  change("CREATE TRIGGER full BEFORE INSERT ON saved_keys BEGIN SELECT raise(ABORT,'no room'); END");
  auto next = saved, added = named("new");
  next.definition.agent.name = "renamed";
  added.triggers.channels = {"ops"};

  EXPECT_THROW((void)open()->update(next), Error);
  EXPECT_THROW((void)open()->create(added), Error);

  change("DROP TRIGGER full");
  EXPECT_THAT(open()->list(), ElementsAre(saved));
  EXPECT_THAT(open()->versions(saved.record.id), SizeIs(1));
  EXPECT_EQ(open()->update(next).record.number, 2);
}

TEST_F(SqliteSaved, ANumberIsOfOneVersion) {  // [STO-04]
  auto saved = open()->create(full());

  EXPECT_THROW(change("INSERT INTO saved_versions SELECT saved, number, owner, body FROM saved_versions"), Error);
}

TEST_F(SqliteSaved, RemovesAllOfIt) {  // [PER-03]
  auto saved = open()->create(full());

  EXPECT_TRUE(open()->remove(saved.record.id));

  EXPECT_EQ(count("SELECT (SELECT count(*) FROM saved)+(SELECT count(*) FROM saved_versions)+"
                  "(SELECT count(*) FROM saved_keys)"),
            0);
}

// Adds `most` versions, however many others are added meanwhile. Returns how often it had to look again.
int add_versions(persona::PersonaStore& store, const std::string& id, const std::string& text, int most) {
  int again = 0;
  for (int added = 0; added < most;) try {
      auto now = store.find(id).value();
      now.definition.agent.description = text + std::to_string(added);
      (void)store.update(std::move(now));
      ++added;
    } catch (const Error& error) {
      if (error.code() != "saved.changed") throw;
      ++again;
    }
  return again;
}

TEST_F(SqliteSaved, TwoProcessesLoseNoVersion) {  // [STO-03] [STO-04]
  auto id = open()->create(named("a")).record.id;
  auto child = ::fork();
  if (child == 0) {
    int exit = 1;
    try {
      (void)add_versions(*open(), id, "child ", 20);
      exit = 0;
    } catch (...) {  // told by the exit code
    }
    ::_exit(exit);
  }
  (void)add_versions(*open(), id, "parent ", 20);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);

  auto versions = open()->versions(id);
  ASSERT_THAT(versions, SizeIs(41));
  for (std::size_t i = 0; i < versions.size(); ++i) EXPECT_EQ(versions[i].record.number, 41 - static_cast<int>(i));
}

TEST_F(SqliteSaved, WaitsFiveSecondsForAnotherThatWrites) {  // [STO-03]
  EXPECT_EQ(Options().busy_timeout, Milliseconds(5'000));
  Database database({path_});
  EXPECT_EQ((**database.shared()).look_here([](Connection& c) { return c.integer("PRAGMA busy_timeout"); }), 5'000);
  EXPECT_EQ((**database.shared()).change_here([](Connection& c) { return c.integer("PRAGMA busy_timeout"); }), 5'000);
}

}  // namespace
}  // namespace executus::sqlite

namespace executus::saved {
// [PER-03] [PER-04] [STO-06]
INSTANTIATE_TYPED_TEST_SUITE_P(SqlitePersonas, SavedStore, sqlite::SqlitePersonas);
// [SKL-01] [SKL-02] [SKL-03] [SKL-06] [STO-06]
INSTANTIATE_TYPED_TEST_SUITE_P(SqliteSkills, SavedStore, sqlite::SqliteSkills);
}  // namespace executus::saved
