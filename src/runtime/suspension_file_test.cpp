#include "runtime/suspension_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include <executus/base/error.hpp>

namespace executus {
namespace {

using llm::ManualSuspension;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SuspensionFileTest : public ::testing::Test {
 protected:
  SuspensionFileTest() : path_(::testing::TempDir() + "suspensions-" + std::to_string(::getpid()) + ".json") {
    std::filesystem::remove(path_);
  }
  ~SuspensionFileTest() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(SuspensionFileTest, IsSeenByOtherProcesses) {  // [LLM-17]
  SuspensionFile here(path_), there(path_);
  EXPECT_EQ(here.load()->size(), 0u) << "there is no file yet";
  ManualSuspension forever{"lab/m", {}, "too \"dear\""}, soon{"lab/n", WallTime(Milliseconds(1'800'000'000'000)), ""};
  here.save({forever, soon});
  EXPECT_THAT(there.load().value(), ElementsAre(forever, soon));
  EXPECT_FALSE(there.load()) << "it is the same still";
  EXPECT_FALSE(here.load()) << "it is what was saved here";
  there.save({soon});
  EXPECT_THAT(here.load().value(), ElementsAre(soon));
}

TEST_F(SuspensionFileTest, ADamagedFileIsNamedAndLeftAsItIs) {
  std::ofstream(path_) << "{\"suspended\": [{}]}";
  SuspensionFile file(path_);
  try {
    (void)file.load();
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "models.suspensions");
    EXPECT_THAT(error.message(), HasSubstr(path_));
  }
  EXPECT_TRUE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace executus
