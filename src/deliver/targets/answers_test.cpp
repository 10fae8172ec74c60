#include "deliver/targets/answers.hpp"

#include <gtest/gtest.h>

#include "deliver/targets/pace.hpp"

namespace executus::deliver {
namespace {

using std::chrono::seconds;

const WallTime kNow{seconds(1'700'000'000)};

// "taken", or the code of what is thrown.
std::string said_of(int status, const net::HttpHeaders& headers = {}) {
  try {
    require_taken(status, headers, kNow);
  } catch (const Error& error) {
    return error.code();
  }
  return "taken";
}

TEST(Answers, TellWhetherADeliveryIsOver) {  // [IO-09] [DUR-45]
  for (int status : {200, 201, 202, 204}) EXPECT_EQ(said_of(status), "taken") << status;
  for (int status : {400, 401, 403, 404, 405, 409, 410, 413, 422})
    EXPECT_EQ(said_of(status), "delivery.refused") << status;
  for (int status : {301, 302, 307, 408, 425, 429, 500, 502, 503, 504, 599})
    EXPECT_EQ(said_of(status), "delivery.failed") << status;
}

TEST(Answers, TellWhenToTryAgain) {  // [TOOL-13]
  for (int status : {429, 503}) {
    try {
      require_taken(status, {{"retry-after", "120"}}, kNow);
      ADD_FAILURE() << status;
    } catch (const DeliverLater& later) {
      EXPECT_EQ(later.after(), seconds(120));
    }
  }
  EXPECT_EQ(said_of(410, {{"Retry-After", "1"}}), "delivery.refused");
  EXPECT_EQ(said_of(429, {{"Retry-After", "soon"}}), "delivery.failed");
  for (const char* over : {"0", "Wed, 21 Oct 2015 07:28:00 GMT"})
    EXPECT_EQ(said_of(503, {{"Retry-After", over}}), "delivery.failed") << "it is tried again later and later";
}

TEST(Pace, LetsThroughSoManyInAMinuteOfEachTarget) {  // [TOOL-13]
  Pace pace;
  MonoTime start{std::chrono::hours(1)};
  EXPECT_FALSE(pace.wait_for("a", 2, start));
  EXPECT_FALSE(pace.wait_for("a", 2, start + seconds(10)));
  EXPECT_EQ(pace.wait_for("a", 2, start + seconds(20)), seconds(40));
  EXPECT_FALSE(pace.wait_for("b", 2, start + seconds(20))) << "another target's are its own";
  EXPECT_EQ(pace.wait_for("a", 2, start + seconds(60) - Milliseconds(1)), Milliseconds(1));
  EXPECT_FALSE(pace.wait_for("a", 2, start + seconds(60)));
  EXPECT_EQ(pace.wait_for("a", 2, start + seconds(60)), seconds(10)) << "what was refused does not count";
}

TEST(Pace, FollowsALimitThatIsLowered) {  // [TOOL-13]
  Pace pace;
  MonoTime start{std::chrono::hours(1)};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(pace.wait_for("a", 3, start + seconds(i)));
  EXPECT_EQ(pace.wait_for("a", 1, start + seconds(3)), seconds(59)) << "until the newest is a minute old";
}

}  // namespace
}  // namespace executus::deliver
