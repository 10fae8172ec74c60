#include "mcp/offer/header_parameters.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

namespace executus::mcp {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

boost::json::object object_of(std::string_view text) { return parse_json(text).value().as_object(); }

TEST(HeaderParameters, AreTheArgumentsThatHaveAValue) {
  auto schema = object_of(R"({"type":"object","properties":{
      "region":{"type":"string","x-mcp-header":"Region"},"n":{"type":"integer","x-mcp-header":"N"},
      "flag":{"type":"boolean","x-mcp-header":"Flag"},"plain":{"type":"string"},
      "where":{"type":"object","properties":{"zone":{"type":"string","x-mcp-header":"Zone"}}}}})");
  EXPECT_EQ(header_problem(schema), std::nullopt);
  auto headers = [&](std::string_view arguments) { return header_parameters(schema, object_of(arguments)); };
  EXPECT_EQ(
      headers(R"({"region":"größe","n":7.0,"flag":false,"plain":"x","where":{"zone":""}})"),
      (Headers{
          {"Mcp-Param-Region", "größe"}, {"Mcp-Param-N", "7"}, {"Mcp-Param-Flag", "false"}, {"Mcp-Param-Zone", ""}}));
  EXPECT_EQ(headers(R"({"region":null,"where":"x"})"), Headers());
}

TEST(HeaderParameters, HaveOneMeaningOrNone) {
  EXPECT_EQ(header_problem(object_of(R"({"type":"object"})")), std::nullopt);
  for (std::string_view properties :
       {R"({"a":{"type":"number","x-mcp-header":"A"}})", R"({"a":{"type":"object","x-mcp-header":"A"}})",
        R"({"a":{"type":["string","null"],"x-mcp-header":"A"}})", R"({"a":{"x-mcp-header":"A"}})",
        R"({"a":{"type":"string","x-mcp-header":""}})", R"({"a":{"type":"string","x-mcp-header":"A B"}})",
        R"({"a":{"type":"string","x-mcp-header":"A:"}})", R"({"a":{"type":"string","x-mcp-header":1}})",
        R"({"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}})",
        R"({"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}})",
        R"({"a":{"anyOf":[{"type":"string","x-mcp-header":"A"}]}})"})
    EXPECT_TRUE(header_problem({{"type", "object"}, {"properties", object_of(properties)}})) << properties;
}

}  // namespace
}  // namespace executus::mcp
