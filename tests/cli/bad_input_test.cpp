#include <unistd.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class BadInput : public CliProgram {
 protected:
  // What the command line says about an agent file with this text.
  Finished run_agent_text(const std::string& text) {
    write("bad.yaml", text);
    return run({"run", "bad.yaml", "hi"});
  }
};

TEST_F(BadInput, BrokenYamlIsReportedWithItsPlace) {
  auto finished = run_agent_text("name: a\ntools: [now\n");

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.out, IsEmpty());
  EXPECT_THAT(finished.err, AllOf(StartsWith("bad.yaml:"), HasSubstr(": error: ")));
}

TEST_F(BadInput, UnknownKeysAreReported) {
  auto finished = run_agent_text("name: a\nmodle: fast\n");

  EXPECT_EQ(finished.exit, 2);
  EXPECT_EQ(finished.err, "bad.yaml:2:1: error: unknown key 'modle'; did you mean 'model'?\n");
}

TEST_F(BadInput, DuplicateKeysAreReported) {
  auto finished = run_agent_text("name: a\nname: b\n");

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, StartsWith("bad.yaml:2:1: error: "));
}

TEST_F(BadInput, UnknownToolsAreReported) {
  auto finished = run_agent_text("name: a\ntools: [no_such_tool_at_all]\n");

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, StartsWith("bad.yaml:2:9: error: unknown tool 'no_such_tool_at_all'"));
}

TEST_F(BadInput, FilesOfTenMegabytesAreNotRead) {
  auto ten_megabytes = [&](const std::string& name) {
    write(name, "");
    std::filesystem::resize_file(folder() / name, 10'000'000);
  };
  ten_megabytes("agents/big.yaml");
  ten_megabytes("big.executus.yaml");
  ten_megabytes("prices.yaml");
  write("priced.executus.yaml", "models: {prices: prices.yaml}\n");

  auto validated = run({"agents", "validate", "agents/big.yaml"});
  EXPECT_EQ(validated.exit, 2);
  EXPECT_THAT(validated.err,
              StartsWith("agents/big.yaml:1:1: error: cannot read 'agents/big.yaml': it is larger than"));
  auto configured = run({"models", "list", "--config", "big.executus.yaml"});
  EXPECT_EQ(configured.exit, 2);
  EXPECT_THAT(configured.err, HasSubstr("cannot read 'big.executus.yaml': it is larger than"));
  auto priced = run({"models", "list", "--config", "priced.executus.yaml"});
  EXPECT_EQ(priced.exit, 2);
  EXPECT_THAT(priced.err, AllOf(StartsWith("priced.executus.yaml:1:18: error: "), HasSubstr("it is larger than")));
}

TEST_F(BadInput, ValidateReportsEverythingOfEveryFileAtOnce) {
  write("a.yaml", "nme: a\nmax_iterations: -1\n");
  write("b.yaml", "name: b\ndurability: never\n");
  write("c.yaml", "name: c\n");

  auto finished = run({"agents", "validate", "a.yaml", "b.yaml", "c.yaml"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_EQ(finished.out, "c.yaml: ok\n");
  EXPECT_THAT(finished.err, AllOf(HasSubstr("a.yaml:1:1: error: unknown key 'nme'"), HasSubstr("missing key 'name'"),
                                  HasSubstr("a.yaml:2:17: error: "), HasSubstr("b.yaml:2:13: error: ")));
}

TEST_F(BadInput, ValidateWarnsWhereACrashWillParkTheRun) {
  write("a.yaml", "name: a\ncommand_tools:\n  - {name: pay, description: Pays., command: [./pay]}\n");

  auto finished = run({"agents", "validate", "a.yaml", "--json"});

  EXPECT_EQ(finished.exit, 0);
  EXPECT_THAT(finished.err, HasSubstr("a.yaml:3:12: warning: "));
  EXPECT_TRUE(finished.json().at(0).at("valid").as_bool());
  EXPECT_EQ(finished.json().at(0).at("warnings").as_array().size(), 1U);
}

TEST_F(BadInput, AnUnknownAgentNamesTheOnesThereAre) {
  agent("triage", "  - text: hi\n");

  auto finished = run({"run", "triag", "hi"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("did you mean 'triage'?"));
}

TEST_F(BadInput, WithoutAProviderTheVariablesThatHelpAreNamed) {
  write("a.yaml", "name: a\n");

  auto finished = run({"run", "a.yaml", "hi"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("OPENAI_API_KEY"), HasSubstr("ANTHROPIC_API_KEY")));
  EXPECT_THAT(run({"runs", "list", "-q"}).out, IsEmpty());
}

TEST_F(BadInput, AMalformedProviderIsNamedWhereNoneIsLeft) {
  write("a.yaml", "name: a\n");
  for (const auto& [variable, value] :
       std::map<std::string, std::string>{{"OPENAI_BASE_URL", "garbage"}, {"LLM_BAD", "x://y"}}) {
    environment_[variable] = value;
    auto finished = run({"run", "a.yaml", "hi"});
    environment_.erase(variable);

    EXPECT_EQ(finished.exit, 2);
    EXPECT_THAT(finished.err, AllOf(HasSubstr("the variable " + variable), Not(HasSubstr("is configured"))));
  }
}

TEST_F(BadInput, AnEmptyPromptIsRefused) {
  agent("a", "  - text: hi\n");

  EXPECT_EQ(run({"run", "a", ""}).exit, 2);
  EXPECT_EQ(run({"run", "a", "-"}, " \n").exit, 2);
  EXPECT_THAT(run({"run", "a", "-"}).err, HasSubstr("the prompt is empty"));
  EXPECT_EQ(run({"run", "a"}).exit, 0) << "its prompt may be all an agent needs";
}

TEST_F(BadInput, TextOnStandardInputThatNobodyReadsIsPointedOut) {
  agent("a", "  - text: hi\n");

  EXPECT_THAT(run({"run", "a"}, "why?\n").err, HasSubstr("executus run a -"));
  EXPECT_THAT(run({"run", "a"}).err, IsEmpty());
  EXPECT_THAT(run({"run", "a", "hi"}, "why?\n").err, IsEmpty());
}

TEST_F(BadInput, ADamagedDatabaseIsReportedWithWhatCanBeDoneNow) {
  agent("a", "  - text: hi\n");
  ASSERT_EQ(run({"run", "a", "hi"}).exit, 0);
  auto bytes = read("state.db");
  write("state.db", bytes.substr(0, 4'096) + std::string(bytes.size() - 4'096, 'x'));
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(folder() / ("state.db" + std::string(suffix)));

  auto finished = run({"runs", "list", "--json"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_EQ(finished.json().at("error_code"), "store.corrupt");
  EXPECT_THAT(finished.err, AllOf(HasSubstr("backup"), HasSubstr("--db PATH"), Not(HasSubstr("executus db"))));
}

TEST_F(BadInput, ADirectoryIsNoDatabase) {
  agent("a", "  - text: hi\n");

  auto finished = run({"run", "a", "hi", "--db", "."});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("'.' is a directory"));
}

TEST_F(BadInput, AnUnknownProviderIsRefused) {
  write("a.yaml", "name: a\nmodel: nobody/model\n");

  auto finished = run({"run", "a.yaml", "hi", "--json"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_TRUE(finished.json().at("error").is_string());
}

TEST_F(BadInput, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  agent("a", "  - text: hi\n");
  std::string text(8'192, 'x');
  write("state.db", text);

  auto finished = run({"run", "a", "hi"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, AllOf(StartsWith("executus: error: "), HasSubstr("state.db")));
  EXPECT_EQ(read("state.db"), text);
}

TEST_F(BadInput, ANewerDatabaseIsRefusedAndLeftAlone) {  // [DUR-21]
  agent("a", "  - text: hi\n");
  ASSERT_EQ(run({"run", "a", "hi"}).exit, 0);
  auto bytes = read("state.db");
  bytes.at(61) = 1;  // user_version 65537 or so
  write("state.db", bytes);
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(folder() / ("state.db" + std::string(suffix)));

  auto finished = run({"run", "a", "hi"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("newer"));
  EXPECT_EQ(read("state.db"), bytes);
}

TEST_F(BadInput, ADatabaseThatCannotBeMadeIsRefused) {
  agent("a", "  - text: hi\n");

  auto finished = run({"run", "a", "hi", "--db", "/proc/no/state.db"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("/proc/no"));
}

TEST_F(BadInput, AReadOnlyDatabaseIsRefused) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write to read-only files";
  agent("a", "  - text: hi\n");
  ASSERT_EQ(run({"run", "a", "hi"}).exit, 0);
  std::filesystem::permissions(folder() / "state.db", std::filesystem::perms::owner_read);

  EXPECT_EQ(run({"run", "a", "hi"}).exit, 2);
}

TEST_F(BadInput, AnUnreachableProviderParksTheRun) {  // [DUR-40]
  environment_["LLM_LAB"] = "openai+http://127.0.0.1:1/v1";
  write("a.yaml", "name: a\nmodel: lab/any\n");

  auto finished = run({"run", "a.yaml", "hi", "--json"});

  EXPECT_EQ(finished.exit, 3);
  EXPECT_EQ(finished.json().at("status"), "waiting");
  EXPECT_EQ(finished.json().at("reason"), "provider");
}

TEST_F(BadInput, AnUnreachableProviderEndsTheRunWhereTheAgentSaysSo) {  // [DUR-40]
  environment_["LLM_LAB"] = "openai+http://127.0.0.1:1/v1";
  write("a.yaml", "name: a\nmodel: lab/any\non_model_unavailable: fail\n");

  auto finished = run({"run", "a.yaml", "hi", "--json"});

  EXPECT_EQ(finished.exit, 1);
  EXPECT_EQ(finished.json().at("status"), "error");
  EXPECT_TRUE(finished.json().at("error").is_string());
}

TEST_F(BadInput, ARootThatIsNoDirectoryIsRefused) {
  agent("a", "  - text: hi\n", "root: missing\n");

  auto finished = run({"run", "a", "hi"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("agents/missing"));
  EXPECT_EQ(run({"run", "a", "hi", "--root", "."}).exit, 0);
}

TEST_F(BadInput, InputsAreChecked) {
  agent("a", "  - text: hi\n", "inputs: {type: object, properties: {n: {type: integer}}, required: [n]}\n");

  EXPECT_EQ(run({"run", "a", "hi", "--input", "n=3"}).exit, 0);
  EXPECT_THAT(run({"run", "a", "hi"}).err, HasSubstr("--input"));
  EXPECT_EQ(run({"run", "a", "hi", "--input", "n=three"}).exit, 2);
  EXPECT_EQ(run({"run", "a", "hi", "--input", "n=3", "--input", "m=1"}).exit, 2);
}

TEST_F(BadInput, UsageErrorsSayWhatWasMeant) {
  EXPECT_EQ(run({"recovr"}).exit, 2);
  EXPECT_THAT(run({"recovr"}).err, HasSubstr("did you mean 'recover'?"));
  EXPECT_EQ(run({"review"}).exit, 2);
  EXPECT_THAT(run({"review"}).err, HasSubstr("is not in this version"));
  EXPECT_EQ(run({"run", "a", "hi", "--run-id", "no spaces"}).exit, 2);
  EXPECT_EQ(run({"run"}).exit, 2);
}

TEST_F(BadInput, AnUnknownKeyInTheProjectFileIsReported) {
  write("executus.yaml", "modles: {}\n");

  auto finished = run({"runs", "list"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("executus.yaml:1:1: error: unknown key 'modles'"));
}

}  // namespace
}  // namespace executus::testing
