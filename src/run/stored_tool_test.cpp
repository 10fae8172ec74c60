#include "run/stored_tool.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace executus::run {
namespace {

bool takes(const char* now, const char* then) {
  return takes_arguments_of(boost::json::parse(now).as_object(), boost::json::parse(then).as_object());
}

constexpr const char* kThen =
    R"({"type":"object","properties":{"path":{"type":"string","description":"Old words."}},"required":["path"]})";

TEST(StoredTool, IsTakenUpByOneThatIsOnlyDescribedOtherwise) {  // [DUR-39]
  EXPECT_TRUE(takes(kThen, kThen));
  EXPECT_TRUE(takes(
      R"({"required":["path"],"type":"object","properties":{"path":{"type":"string","description":"New."}}})", kThen));
}

TEST(StoredTool, IsTakenUpByOneThatHasMoreOptions) {  // [DUR-39]
  EXPECT_TRUE(takes(
      R"({"type":"object","properties":{"path":{"type":"string"},"column":{"type":"integer"}},"required":["path"]})",
      kThen));
}

TEST(StoredTool, IsNotTakenUpByOneThatTakesOtherArguments) {  // [DUR-39]
  for (
      const char* now :
      {R"({"type":"object","properties":{"path":{"type":"integer"}},"required":["path"]})",
       R"({"type":"object","properties":{"path":{"type":"string"},"mode":{"type":"string"}},"required":["path","mode"]})",
       R"({"type":"object","properties":{"file":{"type":"string"}},"required":["file"]})",
       R"({"type":"object","properties":{},"required":[]})", R"({})"})
    EXPECT_FALSE(takes(now, kThen)) << now;
}

TEST(StoredTool, MayHaveAMemberNamedDescription) {  // [DUR-39]
  const char* with = R"({"type":"object","properties":{"description":{"type":"string"}}})";
  EXPECT_TRUE(takes(with, with));
  EXPECT_FALSE(takes(R"({"type":"object","properties":{"description":{"type":"integer"}}})", with));
}

}  // namespace
}  // namespace executus::run
