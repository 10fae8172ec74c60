#include "tools/files/root_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::tools {
namespace {

using ::testing::ElementsAre;

const RootNames kRoot{"/work/link/", "/work/tree"};

TEST(RootNames, ReadAbsolutePathsBelowTheRoot) {  // [TLS-16]
  EXPECT_EQ(below_root("/work/tree/src/a.cpp", kRoot), "src/a.cpp");
  EXPECT_EQ(below_root("/work/link/src/../a.cpp", kRoot), "a.cpp");
  EXPECT_EQ(below_root("/work/tree", kRoot), ".");
  EXPECT_EQ(below_root("/work/treehouse/a", kRoot), std::nullopt);
  EXPECT_EQ(below_root("/work/tree/../secret", kRoot), std::nullopt);
  EXPECT_EQ(below_root("work/tree/a", kRoot), std::nullopt);
  EXPECT_EQ(below_root("/etc/x", {"/"}), "etc/x");
}

TEST(RootNames, GiveTheLikelierReadingFirst) {  // [TLS-16]
  EXPECT_THAT(readings_of("/work/tree/a", kRoot), ElementsAre("a", "work/tree/a"));
  EXPECT_THAT(readings_of("/a", kRoot), ElementsAre("a"));
  EXPECT_THAT(readings_of("./a", kRoot), ElementsAre("./a"));
  EXPECT_THAT(readings_of("", kRoot), ElementsAre("."));
}

}  // namespace
}  // namespace executus::tools
