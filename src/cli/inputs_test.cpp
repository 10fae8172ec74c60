#include "cli/inputs.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::cli {
namespace {

namespace json = boost::json;

const json::object kSchema{{"type", "object"},
                           {"properties", json::object{{"count", json::object{{"type", "integer"}}},
                                                       {"name", json::object{{"type", "string"}}}}}};

TEST(Inputs, AreTextUnlessDeclaredOtherwise) {
  auto inputs = parse_inputs({"count=3", "name=3", "other=a=b"}, kSchema);

  EXPECT_EQ(inputs.at("count"), json::value(3));
  EXPECT_EQ(inputs.at("name"), json::value("3"));
  EXPECT_EQ(inputs.at("other"), json::value("a=b"));
}

TEST(Inputs, RefuseWhatIsNoInput) {
  for (const char* bad : {"count", "=3", "count=three"}) EXPECT_THROW((void)parse_inputs({bad}, kSchema), Error) << bad;
  EXPECT_THROW((void)parse_inputs({"a=1", "a=2"}, kSchema), Error);
}

}  // namespace
}  // namespace executus::cli
