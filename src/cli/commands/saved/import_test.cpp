// Who may save what, by the tools that it names.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/persona/persona.hpp>
#include <executus/testing/temporary_folder.hpp>
#include <executus/tool/typed_tool.hpp>

#include "cli/commands/command_table.hpp"

namespace executus::cli {
namespace {

using ::testing::HasSubstr;

class Wipe final : public tool::Tool {
 public:
  Wipe() {
    info_.spec.name = "wipe";
    info_.access = {.authors = tool::Access::Authors::admins, .sharing = tool::Access::Sharing::unsafe};
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call) override { co_return tool::Done{"", {}, {}, {}, {}}; }

 private:
  tool::ToolInfo info_;
};

class ImportBy : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  // Imports all files; what is refused, or "".
  std::string import(const std::string& caller) const {
    Globals globals;
    globals.database = (folder_ / "state.db").string();
    globals.config = (folder_ / "executus.yaml").string();
    CommandContext context(globals);
    context.runtime().tools().add(std::make_shared<Wipe>());
    ::testing::internal::CaptureStdout();
    std::string refused;
    try {
      (void)execute(context,
                    AgentsImport{Noun::agent, {(folder_ / "a.yaml").string(), (folder_ / "b.yaml").string()}, caller});
    } catch (const Error& error) {
      refused = error.code() + ": " + error.message();
    }
    (void)::testing::internal::GetCapturedStdout();
    return refused;
  }
  std::size_t saved() const {
    Globals globals;
    globals.database = (folder_ / "state.db").string();
    CommandContext context(globals);
    return context.runtime().saved_agents().list().size();
  }

  const executus::testing::TemporaryFolder folder_;
};

TEST_F(ImportBy, AUserMayNotNameToolsOfAdmins) {  // [TOOL-02]
  write("executus.yaml", "admins: [ann]\n");
  write("a.yaml", "name: a\ntools: [now]\n");
  write("b.yaml", "name: b\ntools: [wipe]\n");

  EXPECT_THAT(import("bob"), HasSubstr("tool.reserved: "));
  EXPECT_EQ(saved(), 0) << "not even the file that is good";
  EXPECT_EQ(import("ann"), "");
  EXPECT_EQ(import(""), "") << "who works here";
  EXPECT_EQ(saved(), 4);
}

TEST_F(ImportBy, AMemberIsKnownByAllItsNames) {  // [TOOL-02] [COR-02]
  write("executus.yaml", "members: {ann: {also: [ann@example.org]}, bob: {also: [bob@example.org]}}\nadmins: [ann]\n");
  write("a.yaml", "name: a\ntools: [now]\n");
  write("b.yaml", "name: b\ntools: [wipe]\n");

  EXPECT_THAT(import("bob@example.org"), HasSubstr("tool.reserved: "));
  EXPECT_THAT(import("eve"), HasSubstr("tool.reserved: "));
  EXPECT_EQ(import("ann@example.org"), "");
  EXPECT_EQ(import("ann"), "") << "the same owner";
  EXPECT_EQ(saved(), 2);
}

TEST_F(ImportBy, NobodySharesAToolThatIsNotSafe) {  // [TOOL-03]
  write("executus.yaml", "");
  write("a.yaml", "name: a\ntools: [now]\nvisibility: public\n");
  write("b.yaml", "name: b\ntools: [wipe]\nvisibility: public\n");

  EXPECT_THAT(import(""), HasSubstr("tool.unshareable: "));
  EXPECT_EQ(saved(), 0);
}

}  // namespace
}  // namespace executus::cli
