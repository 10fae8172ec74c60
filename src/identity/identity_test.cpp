#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/identity/identity.hpp>

namespace executus::identity {
namespace {

using ::testing::HasSubstr;

struct OutOfOrder final : AdminPolicy {
  bool is_admin(std::string_view) const override { throw std::runtime_error("the directory is away"); }
};

// Says yes to each name it is asked about.
struct Generous final : AdminPolicy {
  bool is_admin(std::string_view) const override { return true; }
};

Roster roster() {
  return Roster::make({{"ada", "Ada L.", {"ada@example.org", "U1"}, {"ops"}}, {"bob"}}, {"U1"}).value();
}

TEST(AdminPolicy, ThatIsAbsentOrOutOfOrderMakesNoAdmin) {  // [COR-02]
  OutOfOrder broken;
  EXPECT_FALSE(is_admin(nullptr, "ada"));
  EXPECT_FALSE(is_admin(&broken, "ada"));
  EXPECT_EQ(author_of(nullptr, "ada"), tool::Author::user);
}

TEST(AdminPolicy, MakesNoAdminOfACallerWithoutName) {  // [COR-02]
  Generous policy;
  EXPECT_TRUE(is_admin(&policy, "ada"));
  EXPECT_FALSE(is_admin(&policy, ""));
  EXPECT_EQ(author_of(&policy, ""), tool::Author::user);
}

TEST(MemberResolver, ThatIsAbsentTakesEachNameAsItIs) {  // [COR-02]
  EXPECT_EQ(find_member(nullptr, "ada"), Member{"ada"});
  EXPECT_FALSE(find_member(nullptr, ""));
}

TEST(Roster, KnowsMembersByAllTheirNames) {  // [COR-02]
  auto known = roster();
  for (const char* name : {"ada", "ada@example.org", "U1"}) EXPECT_EQ(find_member(&known, name)->id, "ada") << name;
  EXPECT_THAT(find_member(&known, "U1")->groups, ::testing::ElementsAre("ops"));
  EXPECT_FALSE(find_member(&known, "eve"));
  EXPECT_FALSE(find_member(&known, "Ada L.")) << "that is for people";
}

TEST(Roster, KnowsAdminsByAllTheirNames) {  // [COR-02]
  auto known = roster();
  for (const char* name : {"ada", "ada@example.org", "U1"}) EXPECT_TRUE(is_admin(&known, name)) << name;
  for (const char* name : {"bob", "eve", ""}) EXPECT_FALSE(is_admin(&known, name)) << name;
}

TEST(Roster, OfAdminsAloneTakesThemAsTheyAre) {  // [COR-02]
  auto known = Roster::make({}, {"ada"}).value();
  EXPECT_TRUE(is_admin(&known, "ada"));
  EXPECT_FALSE(is_admin(&known, "bob"));
  EXPECT_FALSE(is_admin(&known, ""));
  auto none = Roster();
  EXPECT_FALSE(is_admin(&none, "ada"));
}

TEST(Roster, RefusesNamesThatMeanTwo) {  // [COR-02]
  auto twice = Roster::make({{"ada", "", {"x"}}, {"bob", "", {"x"}}}, {});
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().code(), "identity.roster");
  EXPECT_THAT(twice.error().message(), HasSubstr("'ada' and 'bob'"));
  auto unknown = Roster::make({{"ada"}, {"bob"}}, {"adda"});
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message(), HasSubstr("did you mean 'ada'?"));
  EXPECT_FALSE(Roster::make({{"ada"}}, {""}).ok());
}

// A tool that is reserved to admins, as definitions name it.
TEST(Roster, DecidesWhoMaySaveADefinitionWithAReservedTool) {  // [TOOL-02] [COR-02]
  struct Reserved final : tool::Tool {
    Reserved() { info_.spec.name = "wipe", info_.access.authors = tool::Access::Authors::admins; }
    const tool::ToolInfo& info() const override { return info_; }
    Task<tool::Outcome> call(tool::Call) override { co_return tool::Outcome{}; }
    tool::ToolInfo info_;
  };
  tool::Registry registry;
  registry.add(std::make_shared<Reserved>());
  auto known = roster();
  EXPECT_FALSE(refusal_to_save(registry, {"wipe"}, author_of(&known, "U1")));
  for (const char* caller : {"bob", "eve", ""})
    EXPECT_EQ(refusal_to_save(registry, {"wipe"}, author_of(&known, caller))->code(), "tool.reserved") << caller;
}

}  // namespace
}  // namespace executus::identity
