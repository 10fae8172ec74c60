#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/settings.hpp>

namespace executus {
namespace {

using std::chrono::seconds;

const FixedEnvironment kSource{{{"TEXT", "x"},
                                {"NUMBER", "-42"},
                                {"TIME", "90s"},
                                {"FLAG", "off"},
                                {"EMPTY", ""},
                                {"NONSENSE", "secret nonsense"}}};

TEST(Settings, AreWhatTheSourceSays) {  // [COR-01]
  EXPECT_EQ(text_setting(&kSource, "TEXT", "f"), "x");
  EXPECT_EQ(integer_setting(&kSource, "NUMBER", 7), -42);
  EXPECT_EQ(duration_setting(&kSource, "TIME", seconds(1)), seconds(90));
  EXPECT_FALSE(flag_setting(&kSource, "FLAG", true));
}

TEST(Settings, AreTheFallbackWhereThereIsNone) {  // [COR-01]
  for (const Environment* source :
       {static_cast<const Environment*>(nullptr), static_cast<const Environment*>(&kSource)})
    for (const char* name : {"EMPTY", "NOT_SET"}) {
      EXPECT_EQ(text_setting(source, name, "f"), "f");
      EXPECT_EQ(integer_setting(source, name, 7), 7);
      EXPECT_EQ(duration_setting(source, name, seconds(1)), seconds(1));
      EXPECT_TRUE(flag_setting(source, name, true));
    }
}

TEST(Settings, OfNonsenseAreErrorsThatDoNotShowIt) {  // [COR-01]
  for (auto read : {+[] { (void)integer_setting(&kSource, "NONSENSE", 7); },
                    +[] { (void)duration_setting(&kSource, "NONSENSE", seconds(1)); },
                    +[] { (void)flag_setting(&kSource, "NONSENSE", true); }}) {
    try {
      read();
      ADD_FAILURE() << "it was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "config.variable");
      EXPECT_THAT(error.message(), ::testing::HasSubstr("NONSENSE"));
      EXPECT_THAT(error.message(), ::testing::Not(::testing::HasSubstr("secret nonsense")));
    }
  }
}

}  // namespace
}  // namespace executus
