#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Output : public CliProgram {};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(Output, OfARunInAPipeIsItsAnswerAlone) {
  agent("a", "  - {text: Looking., calls: [{tool: lint, arguments: {}}]}\n  - text: All is well.\n",
        "command_tools: [{name: lint, description: Lints., command: [\"true\"], effect: pure}]\n");

  auto finished = run({"run", "a", "hi"});

  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.out, "All is well.\n");
  EXPECT_THAT(finished.err, IsEmpty());
}

TEST_F(Output, OfACutOrRefusedAnswerIsWhatThereIsOfItAndAnError) {
  agent("a", "  - {text: Half of it, finish: length}\n");
  agent("b", "  - {text: No., finish: refusal}\n");

  auto cut = run({"run", "a", "hi"});
  auto refused = run({"run", "b", "hi"});

  EXPECT_EQ(cut.exit, 1);
  EXPECT_EQ(cut.out, "Half of it\n");
  EXPECT_THAT(cut.err, HasSubstr("error: the model's final answer is cut off"));
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(refused.out, "No.\n");
  EXPECT_THAT(refused.err, HasSubstr("the model refused to answer"));
  EXPECT_EQ(run({"runs", "show", "@last", "--json"}).json().at("finish"), "refusal");
}

TEST_F(Output, SaysOfAnEmptyAnswerThatItIsEmpty) {
  agent("a", "  - {calls: [{tool: lint, arguments: {}}]}\n  - {text: \"\"}\n",
        "command_tools: [{name: lint, description: Lints., command: [\"true\"], effect: pure}]\n");

  auto silent = run({"run", "a", "hi"});

  EXPECT_EQ(silent.exit, 0);
  EXPECT_THAT(silent.err, HasSubstr("warning: the model said nothing in the end"));
}

TEST_F(Output, AsJsonHasTheKeysScriptsRelyOn) {
  agent("a", "  - {calls: [{tool: lint, arguments: {deep: true}}]}\n  - text: Done.\n",
        "command_tools: [{name: lint, description: Lints., command: [cat], effect: pure}]\n");

  auto finished = run({"run", "a", "hi", "--json", "--run-id", "r1"});
  auto json = finished.json().as_object();

  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(json.at("run_id"), "r1");
  EXPECT_EQ(json.at("status"), "ok");
  EXPECT_TRUE(json.at("reason").is_null());
  EXPECT_EQ(json.at("output"), "Done.");
  EXPECT_TRUE(json.at("error").is_null());
  EXPECT_EQ(json.at("agent"), "a");
  EXPECT_EQ(json.at("iterations"), 2);
  EXPECT_EQ(json.at("attempts"), 1);
  for (const char* key : {"input_tokens", "output_tokens", "cache_read_tokens"})
    EXPECT_TRUE(json.at("usage").as_object().contains(key));
  EXPECT_EQ(json.at("activities").at(0).at("tool"), "lint");
  EXPECT_EQ(json.at("activities").at(0).at("status"), "complete");
  EXPECT_EQ(json.at("tool_calls").at(0).at("state"), "done");
  EXPECT_EQ(json.at("tool_calls").at(0).at("effect"), "pure");
  EXPECT_EQ(json.at("digest").as_string().size(), 64U);
  EXPECT_TRUE(json.at("parent_run_id").is_null());
  EXPECT_FALSE(json.contains("messages"));
  EXPECT_EQ(show("r1").at("messages").as_array().size(), 4U);
}

TEST_F(Output, IsTheRunIdWhenQuiet) {
  agent("a", "  - text: hi\n");

  EXPECT_EQ(run({"run", "a", "hi", "--run-id", "r1", "-q"}).out, "r1\n");
  EXPECT_EQ(run({"runs", "list", "-q"}).out, "r1\n");
}

TEST_F(Output, NeverHasColoursInAPipe) {
  agent("a", "  - text: hi\n");

  auto fine = run({"run", "a", "hi"}), wrong = run({"run", "b", "hi"}), doctor = run({"doctor"});
  for (const auto& text : {fine.out, fine.err, wrong.err, doctor.out, run({"runs", "list"}).out})
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(Output, EveryCommandPrintsOneJsonValueAlsoWhenItFails) {
  agent("a", "  - text: hi\n");
  ASSERT_EQ(run({"run", "a", "hi", "--run-id", "r1"}).exit, 0);
  for (const auto& arguments : std::vector<Arguments>{{"runs", "list"},
                                                      {"runs", "show", "r1"},
                                                      {"runs", "digest", "r1"},
                                                      {"runs", "pending"},
                                                      {"runs", "wait", "r1"},
                                                      {"recover"},
                                                      {"recover", "--dry-run"},
                                                      {"agents", "list"},
                                                      {"agents", "show", "a"},
                                                      {"agents", "validate", "a"},
                                                      {"tools", "list"},
                                                      {"models", "list"},
                                                      {"doctor"},
                                                      {"version"},
                                                      {"runs", "show", "nobody"},
                                                      {"runs", "cancel", "r1"},
                                                      {"runs", "resolve", "r1", "--retry"},
                                                      {"runs", "upgrade", "r1", "--agent", "a"},
                                                      {"runs", "release", "r1"},
                                                      {"run", "nobody", "hi"},
                                                      {"no-command"}}) {
    auto all = arguments;
    all.emplace_back("--json");
    SCOPED_TRACE(::testing::PrintToString(arguments));
    (void)run(all).json();
  }
}

TEST_F(Output, OfEventsIsOneJsonObjectPerLine) {
  agent("a", "  - text: hi\n");
  ASSERT_EQ(run({"run", "a", "hi", "--run-id", "r1"}).exit, 0);

  auto lines = lines_of(run({"runs", "events", "r1", "--json"}).out);

  ASSERT_GE(lines.size(), 4U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto entry = boost::json::parse(lines[i]);
    EXPECT_EQ(entry.at("seq").to_number<std::size_t>(), i + 1);
    EXPECT_TRUE(entry.at("at").is_string());
  }
  EXPECT_EQ(boost::json::parse(lines.front()).at("kind"), "admitted");
  EXPECT_EQ(boost::json::parse(lines.back()).at("kind"), "ended");
  EXPECT_EQ(lines_of(run({"runs", "logs", "r1", "--after", "2"}).out).size(), lines.size() - 2);
  EXPECT_EQ(run({"runs", "events", "r1", "-f", "--json"}).out, run({"runs", "events", "r1", "--json"}).out);
}

TEST_F(Output, ThatCannotBeWrittenIsAnError) {
  auto full = std::filesystem::exists("/dev/full");
  if (!full) GTEST_SKIP() << "no /dev/full here";
  agent("a", "  - text: hi\n");
  std::filesystem::create_symlink("/dev/full", folder() / ".io/1.out");

  auto finished = run({"version"});

  EXPECT_EQ(finished.exit, 1);
  EXPECT_THAT(finished.err, HasSubstr("standard output"));
}

TEST_F(Output, ReadsThePromptFromStandardInput) {
  agent("a", "  - text: hi\n");

  ASSERT_EQ(run({"run", "a", "-", "--run-id", "r1"}, "line one\nline two\n").exit, 0);
  EXPECT_EQ(show("r1").at("messages").at(0).at("parts").at(0).at("text"), "line one\nline two");
}

TEST_F(Output, OfHelpHasExamples) {
  for (const auto& arguments :
       std::vector<Arguments>{{"--help"}, {"run", "--help"}, {"recover", "-h"}, {"runs", "resolve", "--help"}}) {
    auto finished = run(arguments);
    EXPECT_EQ(finished.exit, 0);
    EXPECT_THAT(finished.out, HasSubstr("Examples:\n  executus "));
  }
}

TEST_F(Output, OfHelpIsJsonWhereThatIsAsked) {
  for (const auto& arguments : std::vector<Arguments>{
           {"--json"}, {"--help", "--json"}, {"run", "--json", "-h"}, {"--json", "runs", "--help"}}) {
    auto finished = run(arguments);
    EXPECT_EQ(finished.exit, 0);
    EXPECT_THAT(std::string(finished.json().at("help").as_string()), HasSubstr("Usage: executus"));
  }
}

TEST_F(Output, OfAnAgentHasTheDefaultsItRunsWith) {
  agent("a", "  - text: hi\n");

  EXPECT_THAT(run({"agents", "show", "a"}).out, HasSubstr("max_iterations (default): 12\n"));
  EXPECT_EQ(run({"agents", "show", "a", "--json"}).json().at("max_iterations"), 12);
}

TEST_F(Output, OfListsNamesToolsAndEffects) {  // [TOOL-06]
  auto tools = run({"tools", "list", "--json"}).json().as_array();

  ASSERT_FALSE(tools.empty());
  for (const auto& tool : tools) {
    EXPECT_TRUE(tool.at("name").is_string() && tool.at("effect").is_string());
    ASSERT_FALSE(tool.at("categories").as_array().empty()) << tool.at("name");
    EXPECT_EQ(tool.at("permission").at("authors"), "all") << tool.at("name");
    EXPECT_EQ(tool.at("calls_per_run").is_null(),
              !tool.at("categories").as_array().front().as_string().starts_with("text"));
  }
}

}  // namespace
}  // namespace executus::testing
