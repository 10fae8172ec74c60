#include "mcp/offer/live_tool.hpp"

#include <gtest/gtest.h>

#include <executus/base/json.hpp>

namespace executus::mcp {
namespace {

bool takes(std::string_view now) {
  constexpr std::string_view kStored =
      R"({"type":"object","properties":{"path":{"type":"string"},"all":{"type":"boolean"}},"required":["path"]})";
  return takes_arguments_of(parse_json(now).value(), parse_json(kStored).value().as_object());
}

TEST(LiveTool, TakesACallWhenItTakesAsMuchAsBefore) {
  EXPECT_TRUE(takes(
      R"({"type":"object","required":["path"],"properties":{"all":{"type":"boolean"},"path":{"type":"string"}}})"));
  EXPECT_TRUE(takes(R"({"type":"object","title":"T","properties":{"path":{"type":"string"},"all":{"type":"boolean"},
                        "depth":{"type":"integer"}}})"));
  EXPECT_FALSE(takes(R"({"type":"object","properties":{"path":{"type":"string"}},"required":["path"]})"));
  EXPECT_FALSE(takes(R"({"type":"object","properties":{"path":{"type":"integer"},"all":{"type":"boolean"}}})"));
  EXPECT_FALSE(takes(R"({"type":"object","properties":{"path":{"type":"string"},"all":{"type":"boolean"}},
                         "required":["path","all"]})"));
  EXPECT_FALSE(takes(R"({"type":"object","properties":{"path":{"type":"string"},"all":{"type":"boolean"}},
                         "required":["path"],"additionalProperties":false})"));
  EXPECT_FALSE(takes("null"));
}

}  // namespace
}  // namespace executus::mcp
