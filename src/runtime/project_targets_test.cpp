#include "runtime/project_targets.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

#include "runtime/project_config.hpp"
#include "runtime/schedules/scheduled_run.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ProjectTargets : public ::testing::Test {
 protected:
  Result<ProjectConfig> load(const std::string& text) {
    std::ofstream(path()) << text;
    return load_project_config(path());
  }
  // What is said of one target, whose keys begin at 3:5.
  std::string wrong(const std::string& keys) {
    auto config = load("deliver:\n  hook:\n" + keys);
    return config.ok() ? "nothing" : config.error().message();
  }
  std::string path() const { return (folder_ / "executus.yaml").string(); }
  executus::testing::TemporaryFolder folder_;
};

TEST_F(ProjectTargets, AreReadWithAllTheySay) {  // [IO-09]
  auto config = load(
      "deliver:\n"
      "  hook: {webhook: 'https://example.org/${PATH_OF_HOOK}', secret: '${S}', headers: {X-A: b}, timeout: 3s,\n"
      "         max_per_minute: 7, allow_private_network: true}\n"
      "  log: {file: answers.jsonl}\n"
      "  mail: {command: [./send.sh, -q], env: {TO: ops}}\n"
      "  screen: {stdout: true}\n");
  ASSERT_TRUE(config.ok()) << config.error().message();
  const auto& hook = std::get<deliver::WebhookTarget>(config->targets.at("hook"));
  EXPECT_EQ(hook.url, "https://example.org/${PATH_OF_HOOK}");
  EXPECT_EQ(hook.secret, "${S}");
  EXPECT_EQ(hook.headers.at("X-A"), "b");
  EXPECT_EQ(hook.timeout, Milliseconds(3'000));
  EXPECT_EQ(hook.max_per_minute, 7);
  EXPECT_EQ(hook.network, net::Network::any);
  EXPECT_EQ(std::get<deliver::FileTarget>(config->targets.at("log")).path, (folder_ / "answers.jsonl").string());
  const auto& mail = std::get<deliver::CommandTarget>(config->targets.at("mail"));
  EXPECT_THAT(mail.command, ElementsAre("./send.sh", "-q"));
  EXPECT_EQ(mail.directory, folder_.path().string());
  EXPECT_TRUE(std::holds_alternative<deliver::StdoutTarget>(config->targets.at("screen")));
}

TEST_F(ProjectTargets, ThatAreWrongAreToldWithTheirPlace) {  // [IO-09]
  EXPECT_THAT(wrong("    webhok: https://example.org\n"),
              AllOf(HasSubstr("executus.yaml:3:5: error: unknown key 'webhok'"), HasSubstr("'webhook'")));
  EXPECT_THAT(wrong("    webhook: https://example.org\n"), HasSubstr("'secret'"));
  EXPECT_THAT(wrong("    {webhook: 'ftp://example.org', secret: x}\n"),
              HasSubstr("3:15: error: 'webhook' has to begin with http"));
  EXPECT_THAT(wrong("    {webhook: 'https://example.org', secret: '${S'}\n"), HasSubstr("3:46: error"));
  EXPECT_THAT(wrong("    {webhook: 'https://a', secret: x, headers: {webhook-id: a}}\n"),
              HasSubstr("the signature's own"));
  EXPECT_THAT(wrong("    {webhook: 'https://a', secret: x, timeout: 10s}\n"), HasSubstr("at most 9s"));
  EXPECT_THAT(wrong("    {webhook: 'https://a', secret: x, max_per_minute: 0}\n"), HasSubstr("max_per_minute"));
  EXPECT_THAT(wrong("    {file: a, stdout: true}\n"), HasSubstr("and this one has several"));
  EXPECT_THAT(wrong("    {}\n"), HasSubstr("and this one has none"));
  EXPECT_THAT(wrong("    {command: []}\n"), HasSubstr("'command' has to name a program"));
  EXPECT_THAT(wrong("    {stdout: false}\n"), HasSubstr("'stdout' can only be true"));
  EXPECT_THAT(load("deliver: {Hook: {stdout: true}}\n").error().message(), HasSubstr("lower-case letters"));
}

TEST_F(ProjectTargets, AreFoundByNameAsTheFileIsNow) {  // [DUR-45]
  ASSERT_TRUE(load("deliver: {log: {file: a.jsonl}}\n").ok());
  EXPECT_TRUE(find_target({"log", path()}));
  ASSERT_TRUE(load("deliver: {other: {file: a.jsonl}}\n").ok());
  EXPECT_FALSE(find_target({"log", path()})) << "it was deleted";
  (void)load("deliver: {log: {fiel: a.jsonl}}\n");
  EXPECT_THROW((void)find_target({"log", path()}), Error) << "that is not known";
  EXPECT_THROW((void)find_target({"log", (folder_ / "moved/executus.yaml").string()}), Error);
  (void)load("");
  EXPECT_THROW((void)find_target({"log", path()}), Error) << "an editor may be about to write it";
}

TEST_F(ProjectTargets, AreNotStoppedByWhatElseIsWrongInTheFile) {  // [DUR-45] [IO-09]
  (void)load("models: {tiers: 3}\nnonsense: 1\ndeliver: {other: {fiel: a}, worse: 5, log: {file: missing/a.jsonl}}\n");
  auto log = find_target({"log", path()});
  ASSERT_TRUE(log);
  EXPECT_EQ(std::get<deliver::FileTarget>(*log).path, (folder_ / "missing/a.jsonl").string());
  EXPECT_THROW((void)find_target({"other", path()}), Error);
  (void)load("db: a.db\ndeliver:\n");
  EXPECT_FALSE(find_target({"log", path()}));
}

TEST_F(ProjectTargets, ThatAreFilesNeedNoFolderBeforeTheyAreUsed) {  // [IO-09]
  auto config = load("deliver: {log: {file: missing/a.jsonl}}\n");
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_THAT(missing_for(config->targets.at("log"), FixedEnvironment{{}}),
              ElementsAre(HasSubstr("there is no folder")));
}

TEST_F(ProjectTargets, OfAnotherNameAreToldByTheNearOne) {  // [IO-09]
  auto config = load("deliver: {answers: {file: a.jsonl}}\n").value();
  EXPECT_EQ(project_target(config, "answers"), (deliver::NamedTarget{"answers", path()}));
  for (const auto& [project, expected] :
       {std::pair(config, "did you mean 'answers'?"), {ProjectConfig{}, "there is no executus.yaml"}})
    try {
      (void)project_target(project, "answer");
      ADD_FAILURE() << expected;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "config.deliver");
      EXPECT_THAT(error.message(), HasSubstr(expected));
    }
}

AgentFile agent_that_delivers_to(const std::string& target, Diagnostics& said) {
  KnownNames known{{}, {}};
  known.targets = KnownTargets{"/p/executus.yaml", {"answers"}};
  return parse_agent_file("name: a\nschedule: {cron: '@daily'}\ndeliver: " + target + "\n", "a.yaml", known, said)
      .value();
}

TEST_F(ProjectTargets, AreWhereTheRunsOfAnAgentFileAndItsScheduleGo) {  // [IO-09]
  Diagnostics said;
  auto file = agent_that_delivers_to("answers", said);
  EXPECT_EQ(file.deliver, "answers");
  schedule::Order order;
  order.run_id = "r1";

  auto invocation = host::invocation_of(scheduled_agent(file).value(), order);

  auto expected = deliver::delivery_to({"answers", "/p/executus.yaml"});
  EXPECT_EQ(invocation.delivery.kind, expected.kind);
  EXPECT_EQ(invocation.delivery.id, expected.id);
}

TEST_F(ProjectTargets, ThatAnAgentFileMisspellsAreToldWithTheirPlace) {  // [IO-09]
  Diagnostics said;
  EXPECT_FALSE(agent_that_delivers_to("answer", said).target);
  EXPECT_THAT(said.warnings,
              ::testing::Contains(AllOf(HasSubstr("a.yaml:3:10: warning"), HasSubstr("did you mean 'answers'?"))));
}

TEST_F(ProjectTargets, TellWhichVariablesAreMissing) {  // [IO-09]
  FixedEnvironment environment{{{"SET", "x"}}};
  deliver::WebhookTarget hook{"https://example.org/${SET}", "${NOT_SET}", {{"X", "${NOR_THIS}"}}};
  EXPECT_THAT(missing_for(hook, environment), ElementsAre(HasSubstr("NOT_SET"), HasSubstr("NOR_THIS")));
  EXPECT_THAT(missing_for(deliver::CommandTarget{{"a"}, "/", {{"A", "${SET}"}}}, environment), ElementsAre());
}

}  // namespace
}  // namespace executus
