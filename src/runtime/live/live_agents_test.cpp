#include "runtime/live/live_agents.hpp"

#include <condition_variable>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

#include "runtime/live/folder_watch.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Lines final : public Logger {
 public:
  void log(LogLevel level, std::string_view message) noexcept override {
    if (level == LogLevel::error) errors.emplace_back(message);
  }
  std::vector<std::string> errors;
};

class LiveAgentFiles : public ::testing::Test {
 protected:
  LiveAgentFiles() {
    std::filesystem::create_directories(folder_ / "agents");
    std::filesystem::create_directories(folder_ / "skills");
    save("agents/boss.yaml", "name: boss\ndescription: first\nskills: [cut]\n");
    save("skills/cut.yaml", "name: cut\ndescription: first\n");
  }
  // As an editor does: a new file takes the place of the old one.
  void save(const std::string& file, const std::string& text) {
    std::ofstream(folder_ / "saved") << text;
    std::filesystem::rename(folder_ / "saved", folder_ / file);
  }
  std::string boss() { return live_.find(DelegateKind::agent, "boss")->agent.description; }
  std::string cut() { return live_.find(DelegateKind::skill, "cut")->agent.description; }

  const executus::testing::TemporaryFolder folder_;
  Lines log_;
  LiveAgents live_{[this] { return AgentLibrary({folder_ / "agents"}, {"grep"}, {}, {folder_ / "skills"}); }, log_};
};

// Who asks looks it up as the caller of its run.
TEST_F(LiveAgentFiles, LeaveOutWhatIsStored) {  // [TOOL-05]
  LiveAgents live(
      [this] {
        Surroundings here;
        here.stored = [](DelegateKind, std::string_view) { return std::optional(AgentFile()); };
        return AgentLibrary({folder_ / "agents"}, {"grep"}, here, {folder_ / "skills"});
      },
      log_);

  EXPECT_EQ(live.find(DelegateKind::agent, "saved"), std::nullopt);
  EXPECT_EQ(live.find(DelegateKind::agent, "boss")->agent.description, "first");
}

TEST_F(LiveAgentFiles, SeeEachOfAHundredSavesAndKeepWhatWasRight) {
  std::string right = "first";
  for (int i = 0; i < 100; ++i) {
    bool is_broken = i % 3 == 2;
    auto text = "save " + std::to_string(i);
    save("agents/boss.yaml", "name: boss\ndescription: " + text + (is_broken ? "\nmodle: x\n" : "\n"));
    if (!is_broken) right = text;

    ASSERT_EQ(boss(), right);
    ASSERT_EQ(live_.errors().empty(), !is_broken) << i;
  }
  EXPECT_EQ(log_.errors.size(), 33u) << "each broken one is said once";
  EXPECT_THAT(log_.errors.back(),
              AllOf(HasSubstr("stay as they were"), HasSubstr("boss.yaml:3:1: error: unknown key")));
}

TEST_F(LiveAgentFiles, ChangeAllAtOnce) {
  ASSERT_TRUE(live_.reload());
  save("skills/cut.yaml", "name: cut\ndescription: second\n");
  save("agents/boss.yaml", "name: boss\ndescription: second\nskills: [cutt]\n");

  EXPECT_EQ(cut(), "first") << "its own file is right, another is not";
  EXPECT_EQ(boss(), "first");
  save("agents/boss.yaml", "name: boss\ndescription: second\nskills: [cut]\n");
  EXPECT_EQ(cut(), "second");
  EXPECT_EQ(boss(), "second");
}

TEST_F(LiveAgentFiles, AreReadByThemselvesUntilAllWereRightOnce) {
  save("agents/bad.yaml", "name: bad\nmodle: x\n");

  EXPECT_FALSE(live_.reload());
  EXPECT_EQ(boss(), "first");
  EXPECT_THROW((void)live_.find(DelegateKind::agent, "bad"), Error);
}

TEST_F(LiveAgentFiles, ANewOneThatIsNotTakenUpIsToldOf) {
  ASSERT_TRUE(live_.reload());
  save("agents/new.yaml", "name: new\n");
  save("agents/bad.yaml", "name: bad\nmodle: x\n");

  EXPECT_EQ(live_.find(DelegateKind::agent, "nobody"), std::nullopt);
  try {
    (void)live_.find(DelegateKind::agent, "new");
    ADD_FAILURE() << "it was found";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), AllOf(HasSubstr("'new' is not taken up"), HasSubstr("bad.yaml:2:1: error: ")));
  }
  std::filesystem::remove(folder_ / "agents/bad.yaml");
  EXPECT_TRUE(live_.find(DelegateKind::agent, "new"));
}

TEST_F(LiveAgentFiles, SeeAChangeOfWhatAFileRefersTo) {
  save("base.yaml", "name: base\nsystem_prompt_file: prompt.md\n");
  save("prompt.md", "First.");
  save("agents/boss.yaml", "name: boss\nextends: ../base.yaml\n");
  auto prompt = [&] { return live_.find(DelegateKind::agent, "boss")->agent.system_prompt; };
  ASSERT_EQ(prompt(), "First.");

  save("prompt.md", "Second.");
  EXPECT_EQ(prompt(), "Second.");
  save("base.yaml", "name: base\nsystem_prompt: Third.\n");
  EXPECT_EQ(prompt(), "Third.");
}

TEST_F(LiveAgentFiles, StayWhileABaseIsAwayOrHalfWritten) {
  save("base.yaml", "name: base\ndescription: first\n");
  save("agents/boss.yaml", "name: boss\nextends: ../base.yaml\n");
  ASSERT_EQ(boss(), "first");

  std::filesystem::remove(folder_ / "base.yaml");
  EXPECT_EQ(boss(), "first");
  EXPECT_THAT(live_.errors(), ElementsAre(AllOf(HasSubstr("boss.yaml:2:10: error: cannot read"))));
  std::ofstream(folder_ / "base.yaml") << "name: base\ndescription: \"sec";
  EXPECT_EQ(boss(), "first");
  std::ofstream(folder_ / "base.yaml", std::ios::app) << "ond\"\n";
  EXPECT_EQ(boss(), "second");
  EXPECT_THAT(live_.errors(), IsEmpty());
}

TEST_F(LiveAgentFiles, SeeWhatComesIntoAFolderOfOneAgent) {
  std::filesystem::create_directories(folder_ / "agents/kid");
  ASSERT_TRUE(live_.reload());
  save("agents/kid/agent.yaml", "name: kid\nmodle: x\n");
  live_.look();
  EXPECT_THAT(live_.errors(), ElementsAre(HasSubstr("agent.yaml:2:1: error: unknown key 'modle'")));
  EXPECT_FALSE(live_.reload());
  EXPECT_EQ(log_.errors.size(), 1u) << "the same is said once";
}

TEST_F(LiveAgentFiles, ARemovedOneIsGone) {
  ASSERT_TRUE(live_.reload());
  std::filesystem::remove(folder_ / "agents/boss.yaml");

  EXPECT_EQ(live_.find(DelegateKind::agent, "boss"), std::nullopt);
}

// Waits for what a watch tells.
class Told {
 public:
  void tell() {
    std::lock_guard lock(mutex_);
    is_told_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return std::exchange(is_told_, false); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_told_ = false;
};

TEST_F(LiveAgentFiles, AreWatchedAndHearOfEachSave) {
  ASSERT_TRUE(live_.reload());
  Told told;
  std::string text = "first";
  FolderWatch watch([&] { return live_.folders(); },
                    [&] {
                      live_.look();
                      told.tell();
                    });
  for (int i = 0; i < 10; ++i) {
    text = "save " + std::to_string(i);
    save("agents/boss.yaml", "name: boss\ndescription: " + text + "\n");
    told.wait();
    ASSERT_EQ(boss(), text);
  }
  save("agents/boss.yaml", "name: boss\nmodle: x\n");
  while (live_.errors().empty()) told.wait();
  EXPECT_THAT(live_.errors(), ElementsAre(HasSubstr("unknown key 'modle'")));
}

}  // namespace
}  // namespace executus
