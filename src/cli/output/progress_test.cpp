#include "cli/output/progress.hpp"

#include <gtest/gtest.h>

namespace executus::cli {
namespace {

// What a person sees of a run with one call, whose outcome is durable with the response that follows it.
struct Shown {
  std::string of_late(Activity::State state) {
    ::testing::internal::CaptureStdout();
    progress.on_activity(run, activity(Activity::State::running));
    progress.on_text(run, {1}, "The answer.");
    progress.on_activity(run, activity(state));
    journal::Entry entry;
    llm::Response response;
    response.message = llm::assistant_message("The answer.", {{"c", "look", "{}"}});
    entry.payload = journal::Responded{std::move(response)};
    progress.on_entry(run, entry);
    return ::testing::internal::GetCapturedStdout();
  }
  static Activity activity(Activity::State state) {
    Activity activity;
    activity.id = "0.0";
    activity.summary = "Looking";
    activity.state = state;
    return activity;
  }
  const RunId run = *RunId::parse("run");
  Progress progress{Terminal{}};
};

TEST(Progress, IsNotCutInTwoByTheEndOfACallThatIsToldLate) {
  EXPECT_EQ(Shown().of_late(Activity::State::complete), "\u203a Looking\nThe answer.\n");
}

TEST(Progress, ShowsAFailureThatIsToldLateBelowTheText) {
  EXPECT_EQ(Shown().of_late(Activity::State::error), "\u203a Looking\nThe answer.\n\u2717 Looking\n");
}

}  // namespace
}  // namespace executus::cli
