#include <fstream>

#include <sys/mount.h>
#include <unistd.h>

#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;

class DoctorCommand : public CliProgram {};

TEST_F(DoctorCommand, IsContentWithAStoreAndAModel) {
  agent("a", "  - text: hi\n");
  environment_["OPENAI_API_KEY"] = "sk-not-shown";
  ASSERT_EQ(run({"run", "a", "hi"}).exit, 0);

  auto finished = run({"doctor", "--json"});
  auto json = finished.json();

  EXPECT_EQ(finished.exit, 0) << finished.out;
  EXPECT_TRUE(json.at("ok").as_bool());
  EXPECT_EQ(json.at("store").at("path"), boost::json::value((folder() / "state.db").string()));
  EXPECT_TRUE(json.at("store").at("writable").as_bool());
  EXPECT_GT(json.at("store").at("size_bytes").as_int64(), 0);
  EXPECT_EQ(json.at("store").at("runs").at("ok"), 1);
  EXPECT_TRUE(json.at("store").at("file_system").is_string());
  EXPECT_THAT(finished.out, ::testing::Not(HasSubstr("sk-not-shown")));
}

TEST_F(DoctorCommand, SaysWhichVariablesHelpWithoutAProvider) {
  auto finished = run({"doctor"});

  EXPECT_EQ(finished.exit, 1);
  EXPECT_THAT(finished.out, HasSubstr("OPENAI_API_KEY"));
}

TEST_F(DoctorCommand, DoesNotMakeADatabase) {
  (void)run({"doctor"});

  EXPECT_FALSE(std::filesystem::exists(folder() / "state.db"));
}

// A small disk of its own, which takes the right to mount one.
TEST_F(DoctorCommand, SaysThatTheDiskIsFull) {
  auto disk = folder() / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("none", disk.c_str(), "tmpfs", 0, "size=4m") != 0) GTEST_SKIP() << "no right to mount";
  environment_["EXECUTUS_DB"] = (disk / "state.db").string();
  environment_["OPENAI_API_KEY"] = "sk-not-shown";
  agent("a", "  - text: hi\n");
  EXPECT_EQ(run({"run", "a", "hi"}).exit, 0);
  auto well = run({"doctor", "--json"}).json().at("store");
  EXPECT_TRUE(well.at("writable").as_bool());
  EXPECT_EQ(well.at("file_system"), "tmpfs");
  std::ofstream(disk / "filler") << std::string(8 << 20, 'x') << std::flush;

  auto finished = run({"doctor", "--json"});

  EXPECT_EQ(finished.exit, 1);
  auto store = finished.json().at("store");
  EXPECT_FALSE(store.at("writable").as_bool()) << finished.out;
  EXPECT_THAT(std::string(store.at("problem").as_string()), HasSubstr("free some space"));
  ::umount2(disk.c_str(), MNT_DETACH);
}

TEST_F(DoctorCommand, ReportsAFileThatIsNoDatabase) {
  write("state.db", std::string(8'192, 'x'));

  auto finished = run({"doctor", "--json"});

  EXPECT_EQ(finished.exit, 1);
  EXPECT_EQ(finished.json().at("store").at("error_code"), "store.not_a_database");
}

TEST_F(DoctorCommand, NamesWhoKeepsTheDatabaseFromBeingWritten) {
  agent("a", "  - text: hi\n");
  environment_["OPENAI_API_KEY"] = "sk-not-shown";
  ASSERT_EQ(run({"run", "a", "hi"}).exit, 0);
  sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
  sqlite::WriteTransaction held(database);

  auto finished = run({"doctor", "--json"});
  auto store = finished.json().at("store");

  EXPECT_EQ(finished.exit, 1);
  EXPECT_EQ(store.at("error_code"), "store.locked");
  EXPECT_THAT(std::string(store.at("problem").as_string()), HasSubstr("process " + std::to_string(::getpid())));
}

TEST_F(DoctorCommand, ReportsADirectory) {
  auto finished = run({"doctor", "--json", "--db", "."});
  auto store = finished.json().at("store");

  EXPECT_EQ(finished.exit, 1);
  EXPECT_FALSE(store.at("writable").as_bool());
  EXPECT_THAT(std::string(store.at("problem").as_string()), HasSubstr("is a directory"));
}

TEST_F(DoctorCommand, ReportsAMalformedProviderBesidesAGoodOne) {
  environment_["OPENAI_API_KEY"] = "sk-not-shown";
  environment_["LLM_BAD"] = "foo://x";

  auto finished = run({"doctor", "--json"});
  auto models = finished.json().at("models");

  EXPECT_EQ(finished.exit, 1);
  EXPECT_TRUE(models.at("default_model").is_string());
  EXPECT_THAT(std::string(models.at("problem").as_string()), HasSubstr("LLM_BAD"));
}

TEST_F(DoctorCommand, SaysWhatIsMissingForImagesAndIsContent) {
  environment_["OPENAI_API_KEY"] = "sk-not-shown";
  environment_["EXECUTUS_MEDIA_MODULE"] = (folder() / "nothing.so").string();

  auto finished = run({"doctor", "--json"});
  auto json = finished.json();

  EXPECT_EQ(finished.exit, 0) << finished.out;
  EXPECT_FALSE(json.at("images").at("can_be_changed").as_bool());
  EXPECT_THAT(std::string(json.at("images").at("missing").as_string()),
              ::testing::AllOf(HasSubstr("nothing.so"), HasSubstr("install libvips")));
  EXPECT_THAT(run({"doctor"}).out, HasSubstr("install libvips"));
}

TEST_F(DoctorCommand, SaysWhetherASandboxCanBeMade) {  // [SBX-02]
  EXPECT_TRUE(run({"doctor", "--json"}).json().at("sandbox").at("works").as_bool());
  environment_["PATH"] = "/nonexistent";
  auto sandbox = run({"doctor", "--json"}).json().at("sandbox");
  EXPECT_FALSE(sandbox.at("works").as_bool());
  EXPECT_THAT(std::string(sandbox.at("missing").as_string()), HasSubstr("install it"));
}

TEST_F(DoctorCommand, NamesTheModuleThatChangesImages) {
  if (std::string_view(EXECUTUS_VIPS_MODULE).empty()) GTEST_SKIP() << "libvips-dev was not there when this was built";

  auto json = run({"doctor", "--json"}).json();

  EXPECT_TRUE(json.at("images").at("can_be_changed").as_bool());
  std::string module(json.at("images").at("module").as_string());
  EXPECT_TRUE(std::filesystem::equivalent(module, EXECUTUS_VIPS_MODULE)) << module;
}

TEST_F(DoctorCommand, SaysWhichBudgetsKeepRunsFromModels) {  // [BUD-01]
  agent("a", "  - text: hi\n");
  agent("dear", "  - text: hi\n", "budget: {usd: 1}\n");
  environment_["OPENAI_API_KEY"] = "sk-not-shown";
  ASSERT_EQ(run({"budget", "set", "caller:ada", "--tokens", "0"}).exit, 0);
  ASSERT_EQ(run({"budget", "set", "caller:bob", "--tokens", "100"}).exit, 0);

  auto finished = run({"doctor", "--json"});
  auto budgets = finished.json().at("budgets");

  EXPECT_EQ(finished.exit, 1);
  EXPECT_EQ(budgets.at("set"), 2);
  EXPECT_EQ(budgets.at("holds_of_ended_runs"), 0);
  std::string problem(budgets.at("problem").as_string());
  EXPECT_THAT(problem, HasSubstr("the budget caller:ada is used up"));
  EXPECT_THAT(problem, ::testing::Not(HasSubstr("bob")));
  EXPECT_THAT(problem, HasSubstr("the money of agent 'dear' is limited"));
  EXPECT_THAT(problem, ::testing::Not(HasSubstr("'a'")));
}

}  // namespace
}  // namespace executus::testing
