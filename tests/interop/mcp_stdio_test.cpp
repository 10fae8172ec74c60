// The MCP client against servers that others wrote, over their stdin and stdout.
#include <algorithm>
#include <cstdlib>

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/base/json.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "mcp/tools/sources.hpp"
#include "mcp_servers.hpp"
#include "tools/program/guard.hpp"

namespace executus::interop {
namespace {

namespace json = boost::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// A run that declares one server, without the run.
class McpStdio : public ::testing::Test {
 protected:
  journal::ToolOffer offered(const std::vector<std::string>& command, json::object more = {}) {
    declaration_ = {{"kind", "mcp"}, {"name", "it"}, {"command", json::array(command.begin(), command.end())}};
    for (auto& member : more) declaration_[member.key()] = member.value();
    open_ = sources_->open({}, folder_.path(), {declaration_});
    auto offer = block_on(*loop_, open_->ask({"it"})).at(0);
    tools_ = sources_->tools(declaration_, offer).value();
    return offer;
  }

  tool::Outcome outcome(const std::string& name, std::string_view arguments) {
    auto found = std::ranges::find_if(tools_, [&](const auto& tool) { return tool->info().spec.name == name; });
    if (found == tools_.end()) throw std::runtime_error("no tool " + name);
    tool::Call call{RunId::generate(loop_->clock()), "1", "key", parse_json(arguments).value().as_object(),
                    folder_.path()};
    return block_on(*loop_, (*found)->call(std::move(call)));
  }
  std::string text(const std::string& name, std::string_view arguments) {
    auto came = outcome(name, arguments);
    if (const auto* done = std::get_if<tool::Done>(&came)) return done->text;
    if (const auto* failed = std::get_if<tool::Failed>(&came)) return "failed: " + failed->message;
    return "unknown: " + std::get<tool::Unknown>(came).reason;
  }

  testing::TemporaryFolder folder_;

  tools::Guard guard_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  FixedEnvironment environment_{
      {{"PATH", "/usr/bin:/bin"}, {"OPENAI_API_KEY", "sk-of-the-host"}, {"TOKEN", "tok-4711-secret"}}};
  std::unique_ptr<ToolSources> sources_ =
      mcp::make_tool_sources({loop_.get(), &guard_, nullptr, &environment_, &null_logger(), {}});
  std::unique_ptr<OpenSources> open_;
  json::object declaration_;
  std::vector<std::shared_ptr<tool::Tool>> tools_;
};

std::vector<std::string> names_of(const journal::ToolOffer& offer) {
  std::vector<std::string> names;
  for (const auto& tool : offer.tools) names.push_back(tool.name);
  return names;
}

// [MCP-02]
TEST_F(McpStdio, CallsTheToolsOfAServerOfTheYear2025) {
  auto offer = offered(everything_server(), {{"env", {{"API_TOKEN", "${TOKEN}"}}}, {"trust_annotations", true}});
  EXPECT_THAT(names_of(offer),
              AllOf(Contains("it.echo"), Contains("it.get-sum"), Contains("it.trigger-long-running-operation")));
  EXPECT_THAT(offer.problem, HasSubstr("'simulate-research-query' (it can only be called as a task"));
  EXPECT_EQ(offer.offer.at("version"), "2025-11-25");
  EXPECT_EQ(offer.tools.at(0).effect, "pure");

  EXPECT_EQ(text("it.get-sum", R"({"a":2,"b":3})"), "The sum of 2 and 3 is 5.");
  EXPECT_THAT(text("it.get-sum", R"({"a":"x"})"), AllOf(StartsWith("failed: "), HasSubstr("expected number")));
  auto weather = text("it.get-structured-content", R"({"location":"Chicago"})");
  EXPECT_EQ(parse_json(weather).value().at("temperature"), 36);  // once, although it came twice
  auto image = std::get<tool::Done>(outcome("it.get-tiny-image", "{}"));
  ASSERT_THAT(image.images, SizeIs(1));
  EXPECT_EQ(image.images[0].mime, "image/png");
  EXPECT_THAT(text("it.get-resource-links", R"({"count":2})"), HasSubstr("[link: Text Resource 2, demo://"));

  EXPECT_THAT(text("it.list_resources", "{}"),
              AllOf(HasSubstr("demo://resource/static/document/"), HasSubstr("demo://resource/dynamic/text/{")));
  EXPECT_THAT(text("it.read_resource", R"({"uri":"demo://resource/dynamic/text/1"})"),
              HasSubstr("Resource 1: This is a plaintext resource"));
  EXPECT_THAT(text("it.read_resource", R"({"uri":"demo://nothing"})"), StartsWith("failed: MCP server 'it': "));

  // What it was given, and nothing of ours; what is a secret in it is not shown.
  auto variables = parse_json(text("it.get-env", "{}")).value().as_object();
  EXPECT_EQ(variables.at("API_TOKEN"), "***");
  EXPECT_FALSE(variables.contains("OPENAI_API_KEY"));
}

// [MCP-01]
TEST_F(McpStdio, CallsTheToolsOfAServerOfTheYear2026) {
  auto offer = offered(modern_server(), {{"effects", {{"add", "idempotent"}}}});
  EXPECT_EQ(offer.offer.at("version"), "2026-07-28");
  EXPECT_THAT(names_of(offer), ElementsAre("it.add", "it.fail", "it.grow"));
  EXPECT_EQ(offer.tools.at(0).effect, "idempotent");
  EXPECT_EQ(text("it.add", R"({"a":2,"b":3})"), "5\n\nstructured result:\n{\"sum\":5}");
  EXPECT_EQ(text("it.fail", "{}"), "failed: it failed");

  EXPECT_THAT(open_->changed({offer}), IsEmpty());
  EXPECT_EQ(text("it.grow", "{}"), "growing");
  for (int i = 0; i < 1'000 && open_->changed({offer}).empty(); ++i) (void)text("it.add", R"({"a":2,"b":3})");
  EXPECT_THAT(open_->changed({offer}), ElementsAre("it"));
}

TEST_F(McpStdio, OffersTheSameOfTwoStarts) {
  auto once = offered(filesystem_server(folder_.path()));
  EXPECT_THAT(once.tools, SizeIs(14));
  EXPECT_THAT(once.problem, IsEmpty());
  EXPECT_THAT(text("it.list_allowed_directories", "{}"), HasSubstr(folder_.path()));
  EXPECT_EQ(offered(filesystem_server(folder_.path()), {{"shared", false}}).tools, once.tools);
}

TEST_F(McpStdio, SaysWhyAServerCannotBeUsed) {
  auto offer = offered({"/bin/sh", "-c", "echo no database >&2; exit 1"});
  EXPECT_THAT(offer.problem, AllOf(HasSubstr("MCP server 'it' cannot be used now"), HasSubstr("no database")));
  EXPECT_THAT(offer.tools, IsEmpty());
}

}  // namespace
}  // namespace executus::interop
