// A typed answer, as scripts and people see it.
#include <csignal>

#include <boost/json.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kOutput = "output:\n  type: object\n  properties: {safe: {type: boolean}}\n  required: [safe]\n";

TEST_F(CliProgram, PrintsATypedAnswerAsJson) {  // [API-08]
  agent("judge", "  - text: It is safe.\n  - {calls: [{tool: submit, arguments: {safe: true}}]}\n", kOutput);

  auto printed = run({"run", "judge", "safe?", "--run-id", "r1"});

  EXPECT_EQ(printed.exit, 0) << printed.err;
  EXPECT_EQ(printed.out, "{\"safe\":true}\n");
  EXPECT_EQ(show("r1").at("value"), (boost::json::object{{"safe", true}}));
}

TEST_F(CliProgram, GivesScriptsTheValueOfATypedAnswer) {  // [API-08]
  agent("judge", "  - {calls: [{tool: submit, arguments: {safe: false}}]}\n", kOutput);
  agent("clerk", "  - text: '{}'\n", "");

  EXPECT_EQ(run({"run", "judge", "safe?", "--json"}).json().at("value").at("safe"), boost::json::value(false));
  EXPECT_TRUE(run({"run", "clerk", "safe?", "--json"}).json().at("value").is_null()) << "its answer is text";
}

TEST_F(CliProgram, SaysWhyThereIsNoTypedAnswer) {  // [API-08]
  agent("judge", "  - text: no\n  - text: no\n  - text: '{\"safe\": 1}'\n", kOutput);

  auto ended = run({"run", "judge", "safe?", "--json"});

  EXPECT_EQ(ended.exit, 1);
  EXPECT_EQ(ended.json().at("error_code"), "output.unfit");
  EXPECT_TRUE(ended.json().at("value").is_null());
  EXPECT_THAT(ended.err, AllOf(HasSubstr("/safe"), HasSubstr("output")));
}

// Killed when it had been told what is wrong with its first answer: it is told so once, and may still fail once more.
TEST_F(CliProgram, ComesToItsTypedAnswerAfterAKill) {  // [API-08] [DUR-24]
  agent("judge", "  - text: no\n  - {delay: 1h, text: never}\n", kOutput);
  auto started = start({"run", "judge", "safe?", "--run-id", "r1"});
  until([&] { return run({"runs", "events", "r1", "--json"}).out.find("steered") != std::string::npos; });
  started->signal(SIGKILL);
  (void)started->finish();
  agent("judge", "  - text: no\n  - text: no\n  - {calls: [{tool: submit, arguments: {safe: true}}]}\n", kOutput);

  EXPECT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(show("r1").at("value").at("safe"), boost::json::value(true));
  EXPECT_EQ(show("r1").at("iterations"), 3);
}

}  // namespace
}  // namespace executus::testing
