#include "tools/web/robots.hpp"

#include <gtest/gtest.h>

namespace executus::tools {
namespace {

TEST(Robots, TheLongestPatternDecides) {  // [TLS-16]
  const struct {
    const char* robots;
    const char* target;
    bool allowed;
  } cases[]{
      {"", "/", true},
      {"User-agent: *\nDisallow: /", "/a", false},
      {"User-agent: *\nDisallow:", "/a", true},
      {"user-AGENT : *\r\nDISALLOW : /a # not\r\n", "/ab", false},
      {"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
      {"User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", false},
      {"User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/b/c", true},
      {"User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
      {"User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", false},
      {"User-agent: *\nDisallow: /*.pdf$", "/x.pdf.html", true},
      {"User-agent: *\nDisallow: /*?q=*&r=", "/s?q=1&r=2", false},
      {"User-agent: *\nDisallow: /\nUser-agent: executus\nDisallow: /x", "/a", true},
      {"User-agent: executus\nUser-agent: other\nDisallow: /\n", "/a", false},
      {"User-agent: other\nDisallow: /\n", "/a", true},
      {"User-agent: other\nDisallow: /\nUser-agent: Executus\nSitemap: /s\nDisallow: /b", "/b", false},
      {"Disallow: /\n", "/a", true},
      {"User-agent: *\nDisallow: /", "/robots.txt", true},
      {"\xef\xbb\xbf<html>\0\n:::\nUser-agent", "/a", true},
  };
  for (const auto& [robots, target, allowed] : cases)
    EXPECT_EQ(robots_allow(robots, "executus", target), allowed) << robots << " " << target;
}

TEST(Robots, AreReadInBoundedTimeWhateverTheyHold) {  // [TLS-16]
  std::string stars = "User-agent: *\n";
  while (stars.size() < kMaxRobots / 50) stars += "Disallow: /" + std::string(900, '*') + "a*a*b\n";
  EXPECT_TRUE(robots_allow(stars, "executus", "/" + std::string(100'000, 'a')));
}

TEST(Robots, AreAtTheOriginOfAPage) {  // [TLS-16]
  EXPECT_EQ(robots_url("https://a.example:8443/b/c?d#e"), "https://a.example:8443/robots.txt");
  EXPECT_EQ(robots_url("https://a.example?d"), "https://a.example/robots.txt");
  EXPECT_EQ(target_of("https://a.example/b?c#d"), "/b?c");
  EXPECT_EQ(target_of("https://a.example?c"), "/?c");
  EXPECT_EQ(target_of("https://a.example"), "/");
}

}  // namespace
}  // namespace executus::tools
