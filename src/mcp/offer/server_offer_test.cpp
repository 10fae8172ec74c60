#include "mcp/offer/server_offer.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include <executus/base/json.hpp>

#include "mcp/offer/tool_naming.hpp"

namespace executus::mcp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using tool::Effect;

std::vector<std::string> names(const std::vector<std::string>& remote) {
  return std::move(tool_names("fs", remote)).value();
}

ListedTool listed(std::string name, std::string_view schema = R"({"type":"object"})", std::string description = "") {
  ListedTool tool;
  tool.name = std::move(name);
  tool.description = std::move(description);
  tool.input = parse_json(schema).value();
  return tool;
}

ServerOffer offer(const std::vector<ListedTool>& tools, const OfferRules& rules = {"fs"},
                  const ServerAbilities& abilities = {}) {
  return std::move(make_offer(rules, Version::v2025_11_25, abilities, tools)).value();
}

TEST(ToolNaming, CarriesTheServerAndFits) {
  EXPECT_THAT(names({"read", "db.query", "get-sum"}), ElementsAre("fs.read", "fs.db.query", "fs.get-sum"));
  EXPECT_THAT(names({"read file", "größe"}), ElementsAre("fs.read_file", "fs.gr____e"));
  auto long_name = names({std::string(200, 'x')}).at(0);
  EXPECT_THAT(long_name, MatchesRegex("fs\\.x{87}_[0-9a-f]{8}"));
  EXPECT_THAT(names({""}).at(0), MatchesRegex("fs\\._[0-9a-f]{8}"));
}

TEST(ToolNaming, TellsApartWhatFitsTheSame) {
  auto apart = names({"a b", "a_b", "a/b"});
  EXPECT_EQ(apart[1], "fs.a_b");
  EXPECT_THAT(apart[0], MatchesRegex("fs\\.a_b_[0-9a-f]{8}"));
  EXPECT_NE(apart[0], apart[2]);
  EXPECT_EQ(names({"a/b", "a_b", "a b"}).at(2), apart[0]);
  EXPECT_EQ(tool_names("fs", {"a", "b", "a"}).error().code(), "mcp.name_clash");
}

// Effects of the declaration come first; what the server says counts only where it is trusted.
TEST(OfferRules, GiveEachToolItsEffect) {  // [MCP-04]
  ListedTool reads = listed("read_file"), deletes = listed("delete");
  reads.hints.read_only = true;
  deletes.hints.idempotent = true;
  OfferRules rules{"fs"};
  EXPECT_EQ(effect_of(rules, reads), Effect::irreversible);
  rules.trusts_annotations = true;
  EXPECT_EQ(effect_of(rules, reads), Effect::pure);
  EXPECT_EQ(effect_of(rules, deletes), Effect::idempotent);
  rules.effects = {{"*", Effect::keyed}, {"read_*", Effect::pure}, {"read_file", Effect::idempotent}};
  EXPECT_EQ(effect_of(rules, reads), Effect::idempotent);
  EXPECT_EQ(effect_of(rules, deletes), Effect::keyed);
  rules.parallel = {"del*"};
  EXPECT_EQ(order_of(rules, "delete", Effect::keyed), tool::Order::parallel);
  EXPECT_EQ(order_of(rules, "read_file", Effect::keyed), tool::Order::sequential);
  EXPECT_EQ(order_of(rules, "read_file", Effect::pure), tool::Order::parallel);
}

TEST(ServerOffer, LeavesOutOnlyWhatCannotBeOffered) {
  std::vector<ListedTool> tools(311, listed(""));
  for (std::size_t i = 0; i < tools.size(); ++i) tools[i].name = "t" + std::to_string(i);
  tools[7] = listed("bad", R"({"type":"object","properties":{"a":{"type":"strnig"}}})");
  tools.push_back(listed("list", R"({"type":"array"})"));
  tools.push_back(listed("far", R"({"$ref":"https://example.com/s.json"})"));
  tools.push_back(listed("untyped", R"({"properties":{}})"));
  tools.push_back(listed("job"));
  tools.back().as_task = ListedTool::AsTask::must;
  auto made = offer(tools);
  EXPECT_THAT(made.tools, SizeIs(311));
  EXPECT_EQ(made.tools.back().parameters.at("type"), "object");
  ASSERT_THAT(made.left_out, SizeIs(4));
  EXPECT_EQ(made.left_out[0].tool, "bad");
  EXPECT_THAT(made.left_out[0].why, HasSubstr("strnig"));
  EXPECT_THAT(to_tool_offer("fs", made).problem, HasSubstr("'job' (it can only be called as a task"));
}

TEST(ServerOffer, HasOnlyWhatIsWanted) {
  OfferRules rules{"fs", {"read_*", "list"}};
  auto made = offer({listed("read_file"), listed("write"), listed("list")}, rules);
  EXPECT_THAT(made.tools, SizeIs(2));
  EXPECT_THAT(made.left_out, IsEmpty());
}

TEST(ServerOffer, IsTheSameWhenItIsReadAgain) {  // [MCP-05]
  auto tool = listed("read", R"({"type":"object","properties":{"path":{"type":"string"}}})", "Reads.");
  tool.output = parse_json(R"({"type":"object"})").value();
  OfferRules rules{"fs"};
  rules.effect = Effect::pure;
  auto made = offer({tool, listed("job", R"({"type":"array"})")}, rules);
  made.server_name = "files", made.server_version = "2";
  auto stored = to_json(made);
  EXPECT_EQ(offer_from_json(stored).value(), made);
  EXPECT_EQ(write_json(stored),
            R"({"version":"2025-11-25","server":{"name":"files","version":"2"},"tools":[{"name":"fs.read",)"
            R"("remote":"read","description":"Reads.","parameters":{"type":"object","properties":{"path":{"type":)"
            R"("string"}}},"effect":"pure","digest":")" +
                made.tools[0].digest +
                R"(","output":{"type":"object"},"parallel":true}],"left_out":[{"tool":"job","why":"its input is no )"
                R"(object"}]})");
  EXPECT_FALSE(offer_from_json({}));
  stored["tools"].as_array().push_back(17);
  EXPECT_EQ(offer_from_json(stored).error().code(), "mcp.malformed");
}

TEST(ServerOffer, HasToolsForResourcesWhereTheServerHasThem) {
  ServerAbilities abilities;
  abilities.resources = true;
  auto made = offer({listed("read_resource")}, {"fs"}, abilities);
  ASSERT_THAT(made.tools, SizeIs(2));
  EXPECT_EQ(made.tools[0].does, StoredTool::Does::call);
  EXPECT_EQ(made.tools[1].name, "fs.list_resources");
  EXPECT_EQ(made.tools[1].effect, Effect::pure);
  EXPECT_EQ(offer_from_json(to_json(made)).value(), made);
  EXPECT_THAT(offer({}, {"fs", {"read_*"}}, abilities).tools, SizeIs(1));
}

TEST(ServerOffer, HasADigestOfWhatAPersonAgreesTo) {
  auto digest = [](const ListedTool& tool) { return offer({tool}).tools.at(0).digest; };
  auto tool = listed("read", R"({"type":"object"})", "Reads.");
  auto before = digest(tool);
  tool.hints.read_only = true;
  EXPECT_EQ(digest(tool), before);
  tool.description = "Reads, and sends it away.";
  EXPECT_NE(digest(tool), before);
}

}  // namespace
}  // namespace executus::mcp
