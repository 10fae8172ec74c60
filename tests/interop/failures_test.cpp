#include "interop.hpp"

namespace executus::interop {
namespace {

using llm::Failure;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A chain of one reports what happened, and repeats nothing.
class Failures : public Interop {};
INSTANTIATE_TEST_SUITE_P(Interop, Failures, ::testing::ValuesIn(all_peers()),
                         [](const auto& peer) { return case_name(peer.param); });

TEST_P(Failures, SaysHowLongToWaitWhenItWasAskedTooOften) {  // [LLM-15]
  auto error = failure_of(question("I ask too much"));

  EXPECT_EQ(error.code(), "model.overloaded");
  EXPECT_EQ(error.http_status(), 429);
  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.retry_after(), Milliseconds(37'000));
  EXPECT_THAT(error.message(), HasSubstr("Slow down, please"));
}

TEST_P(Failures, QuotesTheProviderWhenItFails) {  // [LLM-15]
  auto error = failure_of(question("fall over"));

  EXPECT_EQ(error.code(), "model.unavailable");
  EXPECT_EQ(error.http_status(), 500);
  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_THAT(error.message(), HasSubstr("The machine fell over"));
}

TEST_P(Failures, TakesAnOverloadAsPassing) {  // [LLM-15]
  Screen screen;

  auto error = failure_of(question("be overloaded"), &screen);

  EXPECT_EQ(error.http_status(), 529);
  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_THAT(error.message(), HasSubstr("All machines are busy"));
  EXPECT_THAT(screen.shown, IsEmpty());
}

TEST_P(Failures, DoesNotRepeatWhatWasRefused) {  // [LLM-15]
  auto error = failure_of(question("an impossible wish"));

  EXPECT_EQ(error.code(), "model.rejected");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(), HasSubstr("No such parameter"));
}

TEST_P(Failures, NamesTheVariableOfAKeyThatIsWrong) {  // [LLM-15]
  auto locked_out = resolve("locked-out-" + spec(GetParam()));

  auto error = failure_of(*locked_out, question("What is the capital of Norway?"));

  EXPECT_EQ(error.code(), "model.unauthorized");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(), HasSubstr("LLM_LOCKED_OUT_"));
  EXPECT_THAT(error.message(), Not(HasSubstr("no-such-key")));
}

TEST_P(Failures, NoticesAStreamThatBreaksOff) {  // [LLM-05] [LLM-15]
  Screen screen;

  auto error = failure_of(question("break off, please"), &screen);

  EXPECT_EQ(error.code(), "model.truncated");
  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_THAT(screen.shown, StartsWith("This "));
  EXPECT_THAT(screen.shown, Not(HasSubstr("its end")));
}

TEST_P(Failures, NoticesAnAnswerThatIsNoJson) {  // [LLM-15]
  Screen screen;
  for (auto* watching : {static_cast<Screen*>(nullptr), &screen}) {
    auto error = failure_of(question("garble it"), watching);

    EXPECT_EQ(error.code(), "model.malformed");
    EXPECT_EQ(error.failure(), Failure::unknown);
    EXPECT_THAT(screen.shown, IsEmpty());
  }
}

TEST_P(Failures, NoticesThatTheProviderHangsUp) {  // [LLM-15]
  Screen screen;
  for (auto* watching : {static_cast<Screen*>(nullptr), &screen}) {
    auto error = failure_of(question("hang up"), watching);

    EXPECT_EQ(error.code(), "model.truncated");
    EXPECT_EQ(error.failure(), Failure::transient);
    EXPECT_EQ(error.http_status(), 0);
  }
}

}  // namespace
}  // namespace executus::interop
