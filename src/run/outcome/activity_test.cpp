#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

llm::CallRecord call(std::string tool, std::string arguments) {
  llm::CallRecord record;
  record.position = {3, 1};
  record.call = {"id", std::move(tool), std::move(arguments)};
  return record;
}

TEST(Activity, SaysWhatACallIsAbout) {  // [STP-01] [STP-04]
  struct Row {
    const char *tool, *arguments, *kind, *summary;
  };
  const Row rows[] = {
      {"read_file", R"({"path":"src/a.cpp"})", "file", "Reading src/a.cpp"},
      {"grep", R"({"pattern":"error"})", "search", "Searching for 'error'"},
      {"grep", R"({"pattern":"error","path":"logs"})", "search", "Searching for 'error' in logs"},
      {"find_files", R"({"pattern":"*.cpp","path":"src"})", "search", "Looking for files '*.cpp' in src"},
      {"list_dir", "{}", "file", "Listing the root directory"},
      {"think", R"({"thought":"hm"})", "thought", "Thinking: hm"},
      {"submit", R"({"answer":"42"})", "answer", "Handing in the answer"},
      {"agent__researcher", R"({"prompt":"find out"})", "agent", "Asking researcher: find out"},
      {"skill__sum", R"({"text":"x"})", "skill", R"(Asking sum: {"text":"x"})"},
      {"charge", R"({"amount":5})", "tool", R"(Calling charge {"amount":5})"},
      {"charge", "", "tool", "Calling charge"},
  };
  for (const auto& row : rows) {
    auto activity = activity_of(call(row.tool, row.arguments));
    EXPECT_EQ(activity.id, "3.1");
    EXPECT_EQ(activity.kind, row.kind) << row.tool;
    EXPECT_EQ(activity.summary, row.summary);
  }
}

TEST(Activity, HidesWhatIsSensitive) {  // [STP-04]
  for (const char* arguments :
       {R"({"api_key":"c4n4ry"})", R"({"deep":[{"Authorization":"c4n4ry"}]})", R"({"userPassword":"c4n4ry"})",
        R"({"cookies":{"a":"c4n4ry"}})", R"({"headers":[{"name":"X-Api-Key","value":"c4n4ry"}]})",
        R"({"url":"https://u:c4n4ry@host"})", "c4n4ry: not JSON"})
    EXPECT_THAT(activity_of(call("http", arguments)).summary, Not(HasSubstr("c4n4ry"))) << arguments;
}

TEST(Activity, IsOneShortLineOfWholeCharacters) {  // [STP-02]
  std::string many;
  for (int i = 0; i < 300; ++i) many += "é";
  auto summary = activity_of(call("agent__x", R"({"prompt":")" + many + R"("})")).summary;
  EXPECT_EQ(count_characters(summary), 200u);
  EXPECT_TRUE(is_valid_utf8(summary));
  EXPECT_EQ(activity_of(call("read_file", R"({"path":"a\n\u001b[2Jb"})")).summary, "Reading a  [2Jb");
  EXPECT_EQ(activity_of(call("read_file", R"({"path":"a\u009b2J\u2028b\u202ec"})")).summary, "Reading a 2J b c");
  EXPECT_EQ(activity_of(call("x\xff\xfe", "{}")).summary, "Calling x\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Activity, GoesFromRunningToCompleteOrError) {  // [STP-03]
  using llm::CallState;
  auto state = [](CallState of) {
    auto record = call("x", "{}");
    record.state = of;
    return activity_of(record).state;
  };
  EXPECT_EQ(state(CallState::pending), Activity::State::running);
  EXPECT_EQ(state(CallState::done), Activity::State::complete);
  EXPECT_EQ(state(CallState::failed), Activity::State::error);
  EXPECT_EQ(state(CallState::denied), Activity::State::error);
}

// Announced before the tool is dispatched, once for each call, also when ids repeat, or when there is no observer.
struct ActivityLog final : RunObserver {
  void on_activity(const RunId&, const Activity& activity) override {
    log.push_back(activity.id + " " + std::string(to_string(activity.state)));
  }
  std::vector<std::string> log;
};

TEST(Activities, AreAnnouncedBeforeAndCompletedAfterInOrder) {  // [STP-01] [STP-05] [STP-06] [STP-07] [STP-09]
  Harness run([](std::size_t turn) {
    return turn == 0 ? calls({{"same", "act", "{}"}, {"same", "act", "{}"}}) : says("done");
  });
  auto& act = run.add_tool("act", tool::Effect::keyed);
  ActivityLog log;
  act.before_effect = [&] { log.log.push_back("called"); };
  run.new_process(&log);
  auto outcome = run.run();
  EXPECT_THAT(log.log, ElementsAre("0.0 running", "called", "0.0 complete", "0.1 running", "called", "0.1 complete"));
  ASSERT_EQ(outcome.activities.size(), 2u);
  run.new_process();
  EXPECT_EQ(run.run("unwatched").activities.size(), 2u);
}

}  // namespace
}  // namespace executus::run
