#include "cli/input/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

template <class T>
T parsed(const std::vector<std::string>& arguments) {
  return std::get<T>(parse_command_line(arguments).command.value());
}

std::string refusal(const std::vector<std::string>& arguments) {
  try {
    (void)parse_command_line(arguments);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "cli.usage");
    return error.message();
  }
  return "accepted";
}

TEST(CommandLine, ReadsARun) {
  auto run = parsed<cli::Run>({"run", "triage", "Why?", "--input", "a=1", "-i", "b=[2]", "--model", "x/y", "--run-id",
                               "r1", "--root", "/tmp", "--durability", "relaxed", "--detach"});

  EXPECT_EQ(run.agent, "triage");
  EXPECT_EQ(run.prompt, "Why?");
  EXPECT_THAT(run.inputs, ElementsAre("a=1", "b=[2]"));
  EXPECT_EQ(run.model, "x/y");
  EXPECT_EQ(run.run_id, "r1");
  EXPECT_EQ(run.durability, "relaxed");
  EXPECT_TRUE(run.detach);
}

TEST(CommandLine, ReadsWhereARunIsRecordedOrReplayed) {  // [LLM-10]
  EXPECT_EQ(parsed<cli::Run>({"run", "a", "--record", "f"}).cassette.record, "f");
  EXPECT_EQ(parsed<cli::Run>({"run", "a", "--replay=f"}).cassette.replay, "f");
  EXPECT_EQ(parsed<cli::Recover>({"recover", "--record", "f"}).cassette.record, "f");
  EXPECT_EQ(parsed<RunsResume>({"runs", "resume", "r", "--replay", "f"}).cassette.replay, "f");
  auto both = AllOf(HasSubstr("--record"), HasSubstr("--replay"));
  EXPECT_THAT(refusal({"run", "a", "--record", "f", "--replay", "f"}), both);
  EXPECT_THAT(refusal({"recover", "--record", "f", "--replay", "f"}), both);
}

TEST(CommandLine, TellsNoPromptFromAnEmptyOneAndFromStandardInput) {
  EXPECT_EQ(parsed<cli::Run>({"run", "a"}).prompt, std::nullopt);
  EXPECT_EQ(parsed<cli::Run>({"run", "a", ""}).prompt, "");
  EXPECT_EQ(parsed<cli::Run>({"run", "a", "-"}).prompt, "-");
  EXPECT_EQ(parsed<cli::Run>({"run", "a", "--", "--json"}).prompt, "--json");
}

TEST(CommandLine, TakesGlobalOptionsAnywhere) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"--json", "--db", "x.db", "runs", "list"},
                                                                     {"runs", "--db", "x.db", "list", "--json"},
                                                                     {"runs", "list", "--json", "--db=x.db"}}) {
    auto line = parse_command_line(arguments);
    EXPECT_TRUE(line.globals.json);
    EXPECT_EQ(line.globals.database, "x.db");
    EXPECT_TRUE(std::holds_alternative<RunsList>(line.command.value()));
  }
}

TEST(CommandLine, KeepsJsonResultsAsTheyAre) {
  EXPECT_EQ(parsed<RunsResolve>({"runs", "resolve", "r", "--completed", R"([1,"a"])"}).completed, R"([1,"a"])");
  EXPECT_EQ(parsed<RunsResolve>({"runs", "resolve", "r", "--completed", R"({"a": 1})"}).completed, R"({"a": 1})");
  EXPECT_EQ(parsed<RunsResolve>({"runs", "resolve", "r", "--failed", "-no"}).failed, "-no");
  EXPECT_EQ(parsed<RunsResolve>({"runs", "resolve", "r", "--completed", ""}).completed, "");
}

TEST(CommandLine, KnowsTheAliasOfEvents) {
  auto events = parsed<RunsEvents>({"runs", "logs", "@last", "-f", "--after", "7"});

  EXPECT_EQ(events.run, "@last");
  EXPECT_TRUE(events.follow);
  EXPECT_EQ(events.after, 7U);
}

TEST(CommandLine, KnowsBothNamesOfWhatKeepsAModelOut) {  // [LLM-17]
  for (const char* name : {"suspend", "bench"}) {
    auto suspended = parsed<ModelsSuspend>({"models", name, "x/y", "--for", "2h", "--reason", "slow"});
    EXPECT_EQ(suspended.model, "x/y");
    EXPECT_EQ(suspended.duration, "2h");
    EXPECT_EQ(suspended.reason, "slow");
  }
  for (const char* name : {"restore", "unbench"})
    EXPECT_EQ(parsed<ModelsRestore>({"models", name, "x/y"}).model, "x/y");
}

TEST(CommandLine, SaysWhatIsMisspelt) {
  EXPECT_THAT(refusal({"recovr"}), HasSubstr("unknown command 'recovr'; did you mean 'recover'?"));
  EXPECT_THAT(refusal({"pending"}), HasSubstr("unknown command 'pending'; did you mean 'runs pending'?"));
  EXPECT_THAT(refusal({"validate", "a"}), HasSubstr("did you mean 'agents validate' or 'skills validate'?"));
  EXPECT_THAT(refusal({"list"}), AllOf(HasSubstr("'runs list'"), HasSubstr(" or "), HasSubstr("'agents list'")));
  EXPECT_THAT(refusal({"runs", "shwo", "x"}), HasSubstr("did you mean 'show'?"));
  EXPECT_THAT(refusal({"run", "a", "--modle", "x"}), HasSubstr("unknown option '--modle'; did you mean '--model'?"));
  EXPECT_THAT(refusal({"runs"}), HasSubstr("needs a subcommand"));
  EXPECT_THAT(refusal({"completion"}), AllOf(HasSubstr("bash, zsh, fish"), Not(HasSubstr("words"))));
  EXPECT_THAT(refusal({"words"}), Not(HasSubstr("did you mean")));
  EXPECT_THAT(refusal({"run"}), HasSubstr("AGENT"));
}

TEST(CommandLine, RefusesEmptyValues) {
  for (const char* option : {"--run-id", "--db", "--model", "--root", "--durability", "--config", "--record"}) {
    auto named = AllOf(HasSubstr(option), HasSubstr("empty"));
    EXPECT_THAT(refusal({"run", "a", "hi", option, ""}), named);
    EXPECT_THAT(refusal({"run", "a", std::string(option) + "=", "hi"}), named);
  }
  EXPECT_THAT(refusal({"runs", "list", "--agent", ""}), HasSubstr("--agent"));
  EXPECT_THAT(refusal({"runs", "list", "--status", ""}), HasSubstr("--status"));
}

TEST(CommandLine, RefusesNumbersBelowNothingAndValuesOfFlags) {
  EXPECT_THAT(refusal({"runs", "list", "--limit", "-1"}), HasSubstr("--limit"));
  EXPECT_THAT(refusal({"runs", "list", "--limit=-1"}), HasSubstr("--limit"));
  EXPECT_THAT(refusal({"runs", "events", "r", "--after", "-1"}), HasSubstr("--after"));
  EXPECT_THAT(refusal({"runs", "list", "--json=5"}), HasSubstr("--json takes no value"));
  EXPECT_THAT(refusal({"run", "a", "--detach=maybe"}), HasSubstr("--detach takes no value"));
  EXPECT_THAT(refusal({"runs", "list", "--limit", "0"}), HasSubstr("--limit: it has to be at least 1"));
  EXPECT_THAT(refusal({"bench", "--waiting", "00"}), HasSubstr("--waiting: it has to be at least 1"));
  EXPECT_EQ(parsed<RunsList>({"runs", "list", "--limit", "7"}).limit, 7U);
}

TEST(CommandLine, RefusesAPlaceholderThatWasNotFilledIn) {
  EXPECT_THAT(refusal({"runs", "resolve", "r", "--completed", "<result>"}), HasSubstr("--completed"));
  EXPECT_THAT(refusal({"runs", "resolve", "r", "--failed", "<reason>"}), HasSubstr("--failed"));
  EXPECT_EQ(parsed<RunsResolve>({"runs", "resolve", "r", "--completed", "RESULT"}).completed, "RESULT");
}

TEST(CommandLine, RefusesWhatIsPlannedByName) {
  EXPECT_THAT(refusal({"mcp", "serve"}), HasSubstr("`executus mcp serve` is not in this version"));
  EXPECT_EQ(parsed<McpLogin>({"mcp", "login", "https://h/mcp", "--port", "8123"}).port, 8123);
  EXPECT_THAT(refusal({"runs", "replay", "x", "--at", "3"}),
              HasSubstr("`executus runs replay` is not in this version"));
  for (const char* command : {"mcp", "db"})
    EXPECT_THAT(refusal({command, "list"}), HasSubstr(" is not in this version")) << command;
  EXPECT_THAT(refusal({"runs", "export", "x"}), HasSubstr("`executus runs export` is not in this version"));
}

TEST(CommandLine, HasHelpWithExamplesAndWithoutWhatIsPlanned) {
  EXPECT_THAT(parse_command_line({}).text, HasSubstr("recover"));
  EXPECT_THAT(parse_command_line({"--help"}).text, AllOf(HasSubstr("Examples:"), Not(HasSubstr("torture"))));
  EXPECT_THAT(
      parse_command_line({"run", "--help"}).text,
      AllOf(HasSubstr("Usage: executus run "), HasSubstr("Examples:"), HasSubstr("--record"), HasSubstr("--file")));
  EXPECT_THAT(parse_command_line({"runs", "resolve", "-h"}).text, HasSubstr("Examples:"));
  EXPECT_THAT(parse_command_line({"runs", "--help"}).text, HasSubstr("pending"));
}

}  // namespace
}  // namespace executus::cli
