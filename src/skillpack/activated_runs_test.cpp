// Runs whose agents name skill packs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/skillpack/activator.hpp>
#include <executus/skillpack/syncer.hpp>

#include "run/harness_test.hpp"
#include "skillpack/pack_files_test.hpp"

namespace executus::skillpack {
namespace {

using run::calls;
using run::Harness;
using run::says;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// Looks for the skill, uses it, and answers.
llm::Response look_and_use(std::size_t turn) {
  if (turn == 0) return calls({{"a", "skill_use", R"({"find":"pdf"})"}});
  if (turn == 1) return calls({{"b", "skill_use", R"({"skill":"office/pdf"})"}});
  return says("done");
}

struct SkilledRun {
  SkilledRun() : harness(&look_and_use) {
    source.tree.files = {skill_file("pdf", "The old way.")};
    (void)syncer.subscribe({Source::Kind::folder, "/office", "", ""}, "office");
    harness.agent.skill_packs = {"office"};
    harness.reconfigure([this](ExecutorConfig& config) {
      activators.push_back(std::make_unique<Activator>(*store));
      config.ports.skill_packs = activators.back().get();
    });
  }
  void apply_another_way() {
    source.tree.files = {skill_file("pdf", "The new way."), skill_file("csv")};
    (void)syncer.check("office");
    ASSERT_FALSE(syncer.apply("office").changes.empty());
  }
  const llm::Request& last_request() const { return harness.model->requests.back(); }
  std::string last_result() const { return last_request().messages.back().tool_results.at(0).text; }

  std::unique_ptr<PackStore> store = make_memory_store();
  FakeSource source;
  Syncer syncer{*store, source, system_clock()};
  std::vector<std::unique_ptr<Activator>> activators;
  Harness harness;
};

TEST(SkilledRuns, HaveTheCatalogAndTheTool) {  // [SKP-10] [SKP-12] [SKP-13]
  SkilledRun run;
  auto outcome = run.harness.run();
  EXPECT_TRUE(outcome.ok()) << outcome.error;
  const auto& first = run.harness.model->requests.front();
  EXPECT_THAT(first.system, EndsWith("- office/pdf: Does pdf."));
  EXPECT_THAT(first.system, ::testing::StartsWith("Be good.\n\nSkills: "));
  ASSERT_EQ(first.tools.size(), 1u);
  EXPECT_EQ(first.tools[0].name, "skill_use");
  EXPECT_THAT(run.last_result(), HasSubstr("The old way."));
}

TEST(SkilledRuns, GoOnWithTheContentTheyWereStartedWith) {  // [SKP-12] [SKP-07] [DUR-22]
  SkilledRun run;
  run.harness.model->on_call = [&] {
    if (run.harness.model->requests.size() == 2) run.harness.store->writes_left = 0;
  };
  (void)run.harness.run();
  run.harness.model->on_call = {};
  run.apply_another_way();
  run.harness.new_process();

  auto outcome = run.harness.recover();

  ASSERT_TRUE(outcome && outcome->ok());
  EXPECT_THAT(run.last_result(), HasSubstr("The old way."));
  EXPECT_EQ(run.last_request().system, run.harness.model->requests.front().system);
  EXPECT_TRUE(run.harness.run("next").ok());
  EXPECT_THAT(run.last_result(), HasSubstr("The new way."));
  EXPECT_THAT(run.last_request().system, HasSubstr("office/csv"));
}

TEST(SkilledRuns, AreTheSameSubmissionAfterAnApply) {  // [SKP-12]
  SkilledRun run;
  EXPECT_TRUE(run.harness.run().ok());
  run.apply_another_way();
  EXPECT_TRUE(run.harness.run().ok()) << "it is the run that is there, and no conflict";
}

TEST(SkilledRuns, AreNotBegunWithoutWhatTheyName) {  // [SKP-12]
  SkilledRun run;
  run.harness.agent.skill_packs = {"ofice"};
  EXPECT_THAT(run.harness.run("a").error, HasSubstr("did you mean 'office'?"));
  run.harness.agent.skill_packs = {"office"};
  run.harness.reconfigure([](ExecutorConfig&) {});
  EXPECT_THAT(run.harness.run("b").error, HasSubstr("names skill packs, and this host has none"));
  EXPECT_EQ(run.harness.model->requests.size(), 0u);
}

TEST(SkilledRuns, TellPhasesThatHaveTheTool) {  // [SKP-10]
  SkilledRun run;
  run.harness.agent.phases = {{"one", "First.", {}, 0, std::vector<std::string>{}}, {"two", "Second."}};
  EXPECT_TRUE(run.harness.run().ok());
  const auto& requests = run.harness.model->requests;
  for (const auto& request : requests) {
    bool first = request.system.starts_with("First.");
    EXPECT_EQ(request.system.find("office/pdf") == std::string::npos, first) << request.system;
  }
}

}  // namespace
}  // namespace executus::skillpack
