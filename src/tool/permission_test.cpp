#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/manual_loop.hpp>
#include <executus/tool/invoke.hpp>
#include <executus/tool/permission.hpp>
#include <executus/tool/typed_tool.hpp>

namespace executus::tool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct None {};
BOOST_DESCRIBE_STRUCT(None, (), ())

// fs_read is for all, fs_wipe for admins, fs_home stays private, vault is kept to an agent and a skill.
class ToolPermission : public ::testing::Test {
 protected:
  ToolPermission() {
    add("fs_read", {});
    add("fs_wipe", {.authors = Access::Authors::admins});
    add("fs_home", {.sharing = Access::Sharing::unsafe});
    add("vault", {.only_for = {"treasurer", "audit"}});
  }
  void add(std::string name, Access access) {
    registry_.add(make_tool<None>({.name = std::move(name), .access = std::move(access)}, [this](None) {
      ++calls_;
      return std::string("done");
    }));
  }
  std::string message(const std::optional<Error>& error) {
    return error ? error->code() + ": " + error->message() : "";
  }
  Outcome call(const std::string& tool, std::string agent) {
    executus::testing::ManualLoop loop;
    Call made{*RunId::parse("run"), "call", "key", {}, "/", std::move(agent)};
    return loop.run(invoke(*registry_.find(tool), std::move(made)));
  }

  Registry registry_;
  int calls_ = 0;
};

TEST_F(ToolPermission, OnlyAdminsSaveWhatNamesAReservedTool) {  // [TOOL-02]
  EXPECT_EQ(message(refusal_to_save(registry_, {"fs_read", "declared"}, Author::user)), "");
  EXPECT_THAT(message(refusal_to_save(registry_, {"fs_wipe"}, Author::user)),
              AllOf(HasSubstr("tool.reserved: "), HasSubstr("'fs_wipe'")));
  EXPECT_THAT(message(refusal_to_save(registry_, {"fs_*"}, Author::user)),
              AllOf(HasSubstr("'fs_wipe'"), Not(HasSubstr("'fs_read'"))))
      << "a glob names what it selects";
  EXPECT_EQ(message(refusal_to_save(registry_, {"fs_*"}, Author::admin)), "");
}

TEST_F(ToolPermission, WhatNamesAnUnsafeToolStaysPrivate) {  // [TOOL-03] [TOOL-05]
  for (auto visibility : {Visibility::shared, Visibility::everyone}) {
    EXPECT_EQ(message(refusal_to_share(registry_, {"fs_read", "fs_wipe"}, visibility)), "");
    EXPECT_THAT(message(refusal_to_share(registry_, {"*"}, visibility)),
                AllOf(HasSubstr("tool.unshareable: "), HasSubstr("'fs_home'"), Not(HasSubstr("'fs_read'"))));
  }
  EXPECT_EQ(message(refusal_to_share(registry_, {"*"}, Visibility::owner)), "");
}

TEST_F(ToolPermission, ARestrictedToolIsCalledByThoseItNamesAlone) {  // [TOOL-04]
  auto refused = call("vault", "clerk");

  ASSERT_TRUE(std::holds_alternative<Failed>(refused));
  EXPECT_THAT(std::get<Failed>(refused).message, AllOf(HasSubstr("'clerk'"), HasSubstr("'vault'")));
  EXPECT_TRUE(std::get<Failed>(refused).unsent);
  EXPECT_EQ(calls_, 0);
  EXPECT_TRUE(std::holds_alternative<Done>(call("vault", "audit")));
  EXPECT_TRUE(std::holds_alternative<Done>(call("fs_read", "clerk")));
  EXPECT_EQ(calls_, 2);
}

TEST(Visibility, HasItsNames) {  // [TOOL-05]
  for (auto each : {Visibility::owner, Visibility::shared, Visibility::everyone})
    EXPECT_EQ(parse_visibility(to_string(each)), each);
  EXPECT_EQ(to_string(Visibility::owner), "private");
  EXPECT_EQ(to_string(Visibility::everyone), "public");
  EXPECT_EQ(parse_visibility("secret"), std::nullopt);
}

}  // namespace
}  // namespace executus::tool
