#include "mcp/wire/version.hpp"

#include <vector>

#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "mcp/wire/capabilities.hpp"

namespace executus::mcp {
namespace {

std::optional<Version> common(std::vector<std::string> theirs) { return newest_common(theirs); }

TEST(Version, TakesTheNewestThatBothKnow) {
  EXPECT_EQ(common({"2025-06-18", "2026-07-28", "2025-11-25"}), Version::v2026_07_28);
  EXPECT_EQ(common({"2031-01-01", "2025-03-26"}), Version::v2025_03_26);
  EXPECT_EQ(common({"DRAFT", ""}), std::nullopt);
  EXPECT_TRUE(is_modern(Version::v2026_07_28));
  EXPECT_FALSE(is_modern(Version::v2025_11_25));
}

TEST(Capabilities, AreDeclaredAsEachVersionHasThem) {
  Capabilities ours{Capabilities::Elicitation::form_and_url, true, true, true};
  auto declared = [&](Version version) { return write_json(to_json(ours, version)); };
  EXPECT_EQ(declared(Version::v2025_03_26), R"({"roots":{},"sampling":{}})");
  EXPECT_EQ(declared(Version::v2025_06_18), R"({"roots":{},"sampling":{},"elicitation":{}})");
  EXPECT_EQ(declared(Version::v2025_11_25), R"({"roots":{},"sampling":{},"elicitation":{"form":{},"url":{}}})");
  EXPECT_EQ(declared(Version::v2026_07_28), R"({"roots":{},"sampling":{},"elicitation":{"form":{},"url":{}},)"
                                            R"("extensions":{"io.modelcontextprotocol/tasks":{}}})");
  EXPECT_EQ(write_json(to_json(Capabilities(), Version::v2026_07_28)), "{}");
}

TEST(Capabilities, OfAServerAreReadByVersion) {
  auto read = [](std::string_view text, Version version) {
    return abilities_from(parse_json(text).value().as_object(), version);
  };
  auto everything = read(R"({"tools":{"listChanged":true},"resources":{"subscribe":true},"prompts":{},"logging":{},)"
                         R"("completions":{},"tasks":{"list":{},"requests":{"tools":{"call":{}}}}})",
                         Version::v2025_11_25);
  EXPECT_TRUE(everything.tools && everything.tool_changes && everything.resources && everything.prompts);
  EXPECT_TRUE(everything.logging && everything.completions && everything.resource_subscriptions);
  EXPECT_EQ(everything.tasks, ServerAbilities::Tasks::asked_for);
  auto modern =
      read(R"({"extensions":{"io.modelcontextprotocol/tasks":{}},"tasks":{"requests":{"tools":{"call":{}}}}})",
           Version::v2026_07_28);
  EXPECT_EQ(modern.tasks, ServerAbilities::Tasks::own_choice);
  EXPECT_FALSE(modern.tools || modern.tool_changes);
}

}  // namespace
}  // namespace executus::mcp
