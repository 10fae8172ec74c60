#include "net/client/url.hpp"

#include <gtest/gtest.h>

namespace executus::net {
namespace {

TEST(ResolvedUrl, FollowsReferencesAsBrowsersDo) {  // [TLS-16]
  auto from = [](const std::string& reference) { return resolved_url("https://a.example/b/c?d=1", reference); };
  EXPECT_EQ(from("../e"), "https://a.example/e");
  EXPECT_EQ(from("e f"), "https://a.example/b/e%20f");
  EXPECT_EQ(from("//g.example/h"), "https://g.example/h");
  EXPECT_EQ(from("http://g.example/"), "http://g.example/");
  EXPECT_EQ(from("?q"), "https://a.example/b/c?q");
  EXPECT_EQ(from(std::string("x\0y", 3)), std::nullopt);
  EXPECT_EQ(resolved_url("no url at all", "x"), std::nullopt);
}

}  // namespace
}  // namespace executus::net
