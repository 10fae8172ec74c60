#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/cron/time_zone.hpp>

namespace executus::cron {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(TimeZone, SaysTheLocalTimeWithItsDistanceFromUtc) {
  auto local = [](const char* zone, const char* time) {
    return find_time_zone(zone).value().local(parse_rfc3339(time).value());
  };
  EXPECT_EQ(local("Europe/Berlin", "2026-07-01T10:00:00Z"), "2026-07-01T12:00:00+02:00");
  EXPECT_EQ(local("America/St_Johns", "2026-12-31T23:59:59Z"), "2026-12-31T20:29:59-03:30");
  EXPECT_EQ(local("UTC", "2026-07-01T10:00:00Z"), "2026-07-01T10:00:00+00:00");
  EXPECT_EQ(TimeZone().local(WallTime(Milliseconds(-1))), "1969-12-31T23:59:59+00:00");
}

TEST(TimeZone, HasToBeInTheDatabase) {
  for (const char* name : {"Europe/Atlantis", "europe/berlin", "CEST", "", " UTC", "Europe", "tzdata.zi", "Berlin "}) {
    auto zone = find_time_zone(name);
    ASSERT_FALSE(zone.ok()) << name;
    EXPECT_EQ(zone.error().code(), "schedule.timezone");
    EXPECT_THAT(zone.error().message(), HasSubstr("write a name such as Europe/Berlin"));
  }
}

TEST(TimeZone, IsNoPathAndNoSetting) {
  for (const char* name : {"/usr/share/zoneinfo/Europe/Berlin", "file:Europe/Berlin", "libc:localtime", "localtime",
                           "Europe/../Europe/Berlin", "./UTC", "Fixed/UTC+01:00:00", "../../etc/passwd", "utc",
                           "Europe/", "/", "..", "Europe//Berlin", "Europe/Berlin\n"})
    EXPECT_FALSE(find_time_zone(name).ok()) << name;
  auto message = find_time_zone("\xff\x1b[2J").error().message();
  EXPECT_THAT(message, Not(HasSubstr("\xff")));
}

}  // namespace
}  // namespace executus::cron
