// Following the runs below a run.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::ElementsAre;

// An editor that asks a researcher, in a database of their own.
class FollowedChild : public ::testing::Test {
 protected:
  FollowedChild() {
    std::ofstream(folder_ / "editor.yaml")
        << "turns:\n  - {calls: [{tool: agent__researcher, arguments: {prompt: look}}]}\n  - {text: written}\n";
    std::ofstream(folder_ / "researcher.yaml") << "turns:\n  - {text: found}\n";
    Agent researcher;
    researcher.name = "researcher";
    researcher.description = "Finds sources.";
    researcher.model = scripted("researcher");
    editor_.name = "editor";
    editor_.model = scripted("editor");
    editor_.sub_agents = {researcher};
  }
  std::string scripted(const std::string& name) const { return "scripted/" + (folder_ / (name + ".yaml")).string(); }
  std::unique_ptr<Runtime> make_runtime() {
    RuntimeOptions options;
    options.database = (folder_ / "runs.db").string();
    options.threads = 2;
    return std::make_unique<Runtime>(std::move(options));
  }
  static std::vector<RunId> children(const RunHandle& run) {
    std::vector<RunId> found;
    for (const Event& event : run.events())
      if (const auto* delegated = event.as<Delegated>()) found.push_back(delegated->child);
    return found;
  }

  testing::TemporaryFolder folder_;
  Agent editor_;
};

TEST_F(FollowedChild, IsNamedByTheStreamOfItsParent) {  // [API-04] [API-06]
  auto runtime = make_runtime();
  RunHandle run = runtime->start(editor_, "write").get();
  std::vector<std::string> said;
  for (const Event& event : run.events()) {
    const auto* delegated = event.as<Delegated>();
    if (!delegated) continue;
    EXPECT_TRUE(event.committed());
    EXPECT_TRUE(event.as<journal::Intended>());
    for (const Event& below : runtime->attach(delegated->child).get().events())
      if (const auto* ended = below.as<Ended>()) {
        EXPECT_EQ(ended->outcome.parent, run.id().str());
        said.push_back(ended->outcome.agent + ": " + ended->outcome.output);
      }
  }
  EXPECT_THAT(said, ElementsAre("researcher: found"));
}

TEST_F(FollowedChild, IsNamedInAnyProcessAndLater) {  // [API-04] [DUR-47]
  auto first = make_runtime();
  RunHandle run = first->start(editor_, "write").get();
  ASSERT_TRUE(run.wait().ok());
  auto id = run.id();
  auto named = children(run);
  first.reset();

  auto second = make_runtime();
  EXPECT_EQ(children(second->attach(id).get()), named);
  EXPECT_EQ(named.size(), 1u);
}

}  // namespace
}  // namespace executus
