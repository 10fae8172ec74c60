#include "run/definition/source_declaration.hpp"

#include <gtest/gtest.h>

namespace executus::run {
namespace {

struct Row {
  const char* pattern;
  Names names;
};

TEST(SourceDeclaration, WhatAPatternMayName) {  // [MCP-05]
  for (const auto& [pattern, names] : {
           Row{"fs.read", Names::only},
           Row{"fs.*", Names::only},
           Row{"fs.re?d", Names::only},
           Row{"fs.", Names::only},
           Row{"*", Names::some},
           Row{"f*", Names::some},
           Row{"fs*", Names::some},
           Row{"?s.read", Names::some},
           Row{"fs", Names::none},
           Row{"read_file", Names::none},
           Row{"fsx.*", Names::none},
           Row{"x*", Names::none},
           Row{"", Names::none},
       })
    EXPECT_EQ(names_tools_of(pattern, "fs"), names) << pattern;
}

TEST(SourceDeclaration, HasANameAndSaysWhetherItIsNeeded) {
  EXPECT_EQ(source_name({{"name", "fs"}}), "fs");
  EXPECT_EQ(source_name({{"name", 7}}), "");
  EXPECT_TRUE(is_required({{"required", true}}));
  EXPECT_FALSE(is_required({{"required", "yes"}}));
  EXPECT_FALSE(is_required({}));
}

TEST(SourceDeclaration, TheSameOneHasTheSameDigestInAnyOrder) {  // [MCP-05]
  EXPECT_EQ(declaration_digest({{"name", "fs"}, {"url", "u"}}), declaration_digest({{"url", "u"}, {"name", "fs"}}));
  EXPECT_NE(declaration_digest({{"name", "fs"}}), declaration_digest({{"name", "web"}}));
}

}  // namespace
}  // namespace executus::run
