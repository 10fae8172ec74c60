#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/may_have_acted.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/tool/invoke.hpp>
#include <executus/tool/registry.hpp>
#include <executus/tool/typed_tool.hpp>

#include "tool/chosen_by_name.hpp"

namespace executus::tool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Sum {
  int a;
  std::optional<int> b;
};
BOOST_DESCRIBE_STRUCT(Sum, (), (a, b))

std::shared_ptr<Tool> sum(std::string name) {
  return make_tool<Sum>({.name = std::move(name), .effect = Effect::pure},
                        [](Sum args) { return std::to_string(args.a + args.b.value_or(0)); });
}

Outcome call(Tool& tool, boost::json::object arguments) {
  executus::testing::ManualLoop loop;
  return loop.run(invoke(tool, {*RunId::parse("run"), "call", "key", std::move(arguments), "/"}));
}

TEST(Registry, RefusesASecondToolOfTheSameName) {  // [AGT-05]
  Registry registry;
  registry.add(sum("sum"));
  EXPECT_THROW(registry.add(sum("sum")), Error);
}

TEST(Registry, SelectsByNameAndGlobInAStableOrder) {  // [TOOL-01]
  Registry registry;
  for (const char* name : {"fs.write", "now", "fs.read"}) registry.add(sum(name));
  auto box = registry.select({"now", "fs.*", "fs.read"});
  ASSERT_TRUE(box.ok());
  auto specs = box->specs();
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  EXPECT_THAT(names, ElementsAre("now", "fs.read", "fs.write"));
}

std::shared_ptr<Tool> shell_tool(std::string name) {
  return make_tool<Sum>({.name = std::move(name), .kind = std::string(kShellKind)}, [](Sum) { return "ran"; });
}

TEST(Registry, SelectsShellToolsByTheirNameAlone) {  // [TOOL-01] [SBX-01]
  Registry registry;
  registry.add(sum("read"));
  registry.add(shell_tool("run_command"));
  EXPECT_EQ(registry.select({"*"})->tools().size(), 1u);
  EXPECT_FALSE(registry.select({"run_*"}).ok());
  EXPECT_EQ(registry.select({"*", "run_command"})->tools().size(), 2u);
}

TEST(Registry, KeepsTheHostsOwnToolInPlaceOfAShellTool) {  // [TOOL-01]
  Registry registry;
  registry.add(shell_tool("run_command"));
  registry.add(sum("run_command"));
  EXPECT_EQ(registry.find("run_command")->info().kind, "tool");
  EXPECT_EQ(registry.select({"run_*"})->tools().size(), 1u);
  EXPECT_THROW(registry.add(shell_tool("run_command")), Error);
}

TEST(Registry, NamesWhatIsUnknownAndWhatWasMeant) {  // [TOOL-01]
  Registry registry;
  registry.add(sum("read_file"));
  auto box = registry.select({"red_file"});
  ASSERT_FALSE(box.ok());
  EXPECT_THAT(box.error().message(), HasSubstr("did you mean 'read_file'?"));
}

TEST(TypedTool, DerivesItsSchemaAndNamesTheFieldThatIsWrong) {  // [LLM-29]
  auto tool = sum("sum");
  EXPECT_TRUE(tool->info().spec.parameters.at("properties").as_object().contains("a"));
  EXPECT_EQ(std::get<Done>(call(*tool, {{"a", 2}, {"b", 3}})).text, "5");
  EXPECT_THAT(std::get<Failed>(call(*tool, {{"a", "two"}})).message, HasSubstr("'/a'"));
}

TEST(Invoke, TurnsExceptionsIntoAnErrorForTheModel) {  // [AGT-04]
  auto tool = make_tool<Sum>({.name = "sum"}, [](Sum) -> std::string { throw std::runtime_error("no"); });
  EXPECT_EQ(std::get<Failed>(call(*tool, {{"a", 1}})).message, "no");
}

TEST(Invoke, GivesTheToolTheArgumentsAsItsSchemaWantsThem) {  // [TOOL-07] [TOOL-11]
  auto tool = sum("sum");
  EXPECT_EQ(std::get<Done>(call(*tool, {{"a", "2"}, {"b", nullptr}})).text, "2");
  auto written = parse_arguments(R"("{\"a\": 2, \"b\": \"3\"}")");
  ASSERT_TRUE(written.ok());
  EXPECT_EQ(std::get<Done>(call(*tool, *written)).text, "5");
  EXPECT_FALSE(parse_arguments(R"("[1]")").ok());
}

TEST(Invoke, MakesNoCallWithArgumentsThatDoNotFit) {  // [TOOL-07] [TOOL-11]
  int made = 0;
  ToolInfo info;
  info.spec.name = "sum";
  auto tool = make_tool<Sum>(std::move(info), [&made](Sum) { return std::to_string(++made); });
  auto refused = std::get<Failed>(call(*tool, {{"a", "two"}, {"c", 1}}));
  EXPECT_THAT(refused.message, HasSubstr("'/a': expected integer"));
  EXPECT_THAT(refused.message, HasSubstr("'/c'")) << "all that is wrong, at once";
  EXPECT_TRUE(refused.unsent);
  EXPECT_EQ(made, 0);
}

TEST(Probing, IsAboutTheSameArguments) {  // [TOOL-11]
  auto tool = make_tool<Sum>(
      {.name = "pay", .effect = Effect::probeable}, [](Sum) { return "paid"; },
      [](Sum args) { return std::optional(std::to_string(args.a)); });
  executus::testing::ManualLoop loop;
  auto answer = loop.run(ask_probe(*tool, {*RunId::parse("run"), "call", "key", {{"a", "7"}}, "/"}));
  EXPECT_EQ(std::get<Done>(answer).text, "7");
}

// Fails, or throws, before or after it began.
class FailingTool final : public Tool {
 public:
  FailingTool(Begins begins, bool begin, bool throws) : begin_(begin), throws_(throws) { info_.begins = begins; }
  const ToolInfo& info() const override { return info_; }
  Task<Outcome> call(Call call) override {
    if (begin_) (void)call.permit->begin();
    if (throws_) throw std::runtime_error("no");
    Outcome failure = Failed{"no"};
    co_return failure;
  }

 private:
  ToolInfo info_;
  bool begin_, throws_;
};

class BrokenOff final : public Error, public MayHaveActed {
 public:
  explicit BrokenOff(bool acted) : Error(ErrorKind::disconnected, "test.broken_off", "it broke off"), acted_(acted) {}
  bool may_have_acted() const noexcept override { return acted_; }

 private:
  bool acted_;
};

TEST(Invoke, LeavesTheOutcomeOpenWhenTheExceptionSaysThatItMayHaveActed) {  // [DUR-05]
  auto outcome_of = [](bool acted) {
    auto tool = make_tool<Sum>({.name = "pay"}, [=](Sum) -> std::string { throw BrokenOff(acted); });
    return call(*tool, {{"a", 1}});
  };
  EXPECT_EQ(std::get<Unknown>(outcome_of(true)).reason, "it broke off");
  EXPECT_TRUE(std::get<Failed>(outcome_of(false)).unsent);
}

TEST(Invoke, SaysOfAFailureWhetherTheCallHadBegun) {  // [DUR-05]
  for (bool throws : {false, true}) {
    auto unsent = [&](Begins begins, bool begin) {
      FailingTool tool(begins, begin, throws);
      return std::get<Failed>(call(tool, {})).unsent;
    };
    EXPECT_TRUE(unsent(Begins::in_turn, false));
    EXPECT_FALSE(unsent(Begins::in_turn, true));
    EXPECT_FALSE(unsent(Begins::at_call, false)) << "nobody can tell";
  }
}

}  // namespace
}  // namespace executus::tool
