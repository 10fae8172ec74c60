#include "tools/waiting_tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/manual_loop.hpp>
#include <executus/tool/invoke.hpp>

namespace executus::tools {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using tool::Outcome;

struct WaitingTools : ::testing::Test {
  Outcome call(const std::shared_ptr<tool::Tool>& tool, boost::json::object arguments,
               std::optional<llm::CallWake> wake = std::nullopt) {
    tool::Call call;
    call.arguments = std::move(arguments);
    if (wake) call.wake = *wake;
    return loop.run(tool::invoke(*tool, std::move(call)));
  }
  static std::string text(const Outcome& outcome) {
    const auto* failed = std::get_if<tool::Failed>(&outcome);
    return failed ? "failed: " + failed->message : std::get<tool::Done>(outcome).text;
  }
  testing::ManualLoop loop;
  std::shared_ptr<tool::Tool> sleep = sleep_tool(), wait = wait_for_signal_tool();
  llm::CallWake time{llm::CallWake::By::time}, signal{llm::CallWake::By::signal, {{"cents", 5}}};
};

TEST_F(WaitingTools, SleepForSecondsOrUntilADate) {  // [DUR-43]
  EXPECT_EQ(std::get<tool::ParkFor>(call(sleep, {{"seconds", 90}})).time, 90s);
  EXPECT_EQ(std::get<tool::ParkFor>(call(sleep, {{"seconds", 60 * 86'400}})).time, std::chrono::days(60));
  EXPECT_GT(std::get<tool::ParkFor>(call(sleep, {{"seconds", std::numeric_limits<std::int64_t>::max()}})).time,
            std::chrono::years(1'000'000));
  auto until = std::get<tool::ParkUntil>(call(sleep, {{"until", "2026-01-31T10:00:00+01:00"}})).when;
  EXPECT_EQ(rfc3339(until), "2026-01-31T09:00:00.000Z");
  EXPECT_EQ(text(call(sleep, {{"seconds", 90}}, time)), "the time has come");
}

TEST_F(WaitingTools, RefuseToSleepForWhatIsNoTime) {  // [DUR-43]
  EXPECT_THAT(text(call(sleep, {})), HasSubstr("failed: give either"));
  EXPECT_THAT(text(call(sleep, {{"seconds", 1}, {"until", "2026-01-31T10:00:00Z"}})), HasSubstr("failed: give either"));
  EXPECT_THAT(text(call(sleep, {{"seconds", -1}})), HasSubstr("failed: `seconds` must not be negative"));
  EXPECT_THAT(text(call(sleep, {{"until", "tomorrow"}})), HasSubstr("failed: `until` must be a date"));
}

TEST_F(WaitingTools, WaitForASignalAndTellItsPayload) {  // [DUR-44]
  auto parks = std::get<tool::ParkForSignal>(call(wait, {{"name", "paid"}}));
  EXPECT_EQ(parks.name, "paid");
  EXPECT_EQ(parks.timeout, std::nullopt);
  EXPECT_EQ(std::get<tool::ParkForSignal>(call(wait, {{"name", "paid"}, {"timeout_seconds", 90}})).timeout, 90s);
  EXPECT_EQ(text(call(wait, {{"name", "paid"}}, signal)), R"({"signal":"paid","payload":{"cents":5}})");
  EXPECT_EQ(text(call(wait, {{"name", "paid"}}, time)), R"({"signal":"paid","timed_out":true})");
  EXPECT_THAT(text(call(wait, {{"name", "paid"}, {"timeout_seconds", -1}})), HasSubstr("must not be negative"));
}

}  // namespace
}  // namespace executus::tools
