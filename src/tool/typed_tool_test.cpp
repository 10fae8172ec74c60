#include <limits>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/blocking_pool.hpp>
#include <executus/async/timing.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/tool/invoke.hpp>
#include <executus/tool/typed_tool.hpp>

namespace executus::tool {
namespace {

using ::testing::HasSubstr;

struct Charge {
  std::string customer;
  int cents = 0;
};
BOOST_DESCRIBE_STRUCT(Charge, (), (customer, cents))

struct Receipt {
  std::string number;
  double fee = 0.5;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (number, fee))

Call charging() {
  return {*RunId::parse("run"),
          "call",
          "the key of a call, too long to stand in a string itself",
          {{"customer", "ada"}, {"cents", 5}},
          "/"};
}

Outcome called(Tool& tool, Call call = charging()) {
  executus::testing::ManualLoop loop;
  return loop.run(invoke(tool, std::move(call)));
}
Probe asked(Tool& tool, Call call = charging()) {
  executus::testing::ManualLoop loop;
  return loop.run(ask_probe(tool, std::move(call)));
}
template <class F>
std::string text_from(F function) {
  auto tool = make_tool<Charge>({.name = "charge"}, std::move(function));
  return std::get<Done>(called(*tool)).text;
}
template <class P>
Probe probed_by(P probe) {
  auto tool =
      make_tool<Charge>({.name = "charge", .effect = Effect::probeable}, [](Charge) { return "charged"; }, probe);
  return asked(*tool);
}
template <class Make>
std::string refusal(Make make) {
  try {
    (void)make();
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "";
}

TEST(MakeTool, TakesAllThatIsToBeSaidOfATool) {  // [API-05]
  auto tool = make_tool<Charge>({.name = "charge",
                                 .description = "Charges a customer.",
                                 .effect = Effect::keyed,
                                 .order = Order::parallel,
                                 .timeout = Milliseconds(7),
                                 .settle = Milliseconds(9),
                                 .kind = "payment"},
                                [](Charge) { return "charged"; });
  const auto& info = tool->info();
  EXPECT_EQ(info.spec.name, "charge");
  EXPECT_EQ(info.spec.description, "Charges a customer.");
  EXPECT_EQ(info.spec.parameters, json_schema_of<Charge>());
  EXPECT_EQ(info.effect, Effect::keyed);
  EXPECT_EQ(info.order, Order::parallel);
  EXPECT_EQ(info.begins, Begins::at_call);
  EXPECT_EQ(info.timeout, Milliseconds(7));
  EXPECT_EQ(info.settle, Milliseconds(9));
  EXPECT_EQ(info.kind, "payment");
}

TEST(MakeTool, IsCarefulWithAToolOfWhichNothingIsSaid) {  // [API-05]
  auto tool = make_tool<Charge>({.name = "charge"}, [](Charge) { return "charged"; });
  EXPECT_EQ(tool->info().effect, Effect::irreversible);
  EXPECT_EQ(tool->info().order, Order::sequential);
  EXPECT_EQ(tool->info().timeout, Milliseconds(60'000));
}

TEST(MakeTool, GivesTheFunctionTheCallWhenItWantsIt) {  // [API-05]
  EXPECT_EQ(text_from([](Charge charge) { return charge.customer; }), "ada");
  EXPECT_EQ(text_from([](Charge, const Call& call) { return call.call_id; }), "call");
  EXPECT_EQ(text_from([](const Charge& charge, Call call) { return call.call_id + charge.customer; }), "callada");
}

TEST(MakeTool, ShowsTheModelTextsAsTheyAreAndValuesAsJson) {  // [API-05]
  EXPECT_EQ(text_from([](Charge) { return Receipt{"r1"}; }), R"({"number":"r1","fee":0.5})");
  EXPECT_EQ(text_from([](Charge charge) { return charge.cents; }), "5");
  EXPECT_EQ(text_from([](Charge) { return std::vector<std::string>{"a", "b"}; }), R"(["a","b"])");
  EXPECT_EQ(text_from([](Charge) { return boost::json::object{{"a", 1}}; }), R"({"a":1})");
  EXPECT_EQ(text_from([](Charge) { return std::string_view("text"); }), "text");
  EXPECT_EQ(text_from([](Charge) { return Outcome(Done{"done", {}}); }), "done");
  EXPECT_EQ(text_from([](Charge) { return Done{"done", {}}; }), "done");
}

// The effect is there: an error would ask the model to have it again.
TEST(MakeTool, AResultThatIsNoJsonIsNoFailure) {  // [API-05]
  auto text = text_from([](Charge) { return std::numeric_limits<double>::quiet_NaN(); });
  EXPECT_THAT(text, HasSubstr("the call has happened"));
}

Task<std::string> later_on(std::string text) {
  co_await sleep_for(Milliseconds(1));
  co_return text;
}

TEST(MakeTool, AwaitsTheTaskOfAFunction) {  // [API-05]
  EXPECT_EQ(text_from([](Charge charge) { return later_on(charge.customer); }), "ada");
  EXPECT_EQ(text_from([](Charge) -> Task<Receipt> { co_return Receipt{"r1"}; }), R"({"number":"r1","fee":0.5})");
  EXPECT_EQ(text_from([](Charge) -> Task<Outcome> { co_return Outcome(Done{"done", {}}); }), "done");
}

TEST(MakeTool, ArgumentsAndCallLiveUntilTheTaskIsDone) {  // [API-05]
  auto text = text_from([](const Charge& charge, const Call& call) -> Task<std::string> {
    co_await sleep_for(Milliseconds(1));
    co_return call.idempotency_key + ": " + charge.customer;
  });
  EXPECT_EQ(text, "the key of a call, too long to stand in a string itself: ada");
}

TEST(MakeTool, AsksTheProbe) {  // [API-05] [DUR-05]
  auto happened = [](Charge charge, const Call& call) { return std::optional(charge.customer + " " + call.call_id); };
  EXPECT_EQ(std::get<Done>(probed_by(happened)).text, "ada call");
  auto not_happened = [](Charge) { return std::optional<std::string>(); };
  EXPECT_TRUE(std::holds_alternative<DidNotHappen>(probed_by(not_happened)));
  auto receipt = [](Charge) { return std::optional(Receipt{"r1"}); };
  EXPECT_EQ(std::get<Done>(probed_by(receipt)).text, R"({"number":"r1","fee":0.5})");
  auto unclear = [](Charge) { return Probe(Unclear{"the bank is closed"}); };
  EXPECT_EQ(std::get<Unclear>(probed_by(unclear)).reason, "the bank is closed");
  auto found = [](Charge) { return std::optional(Done{"charged", {}}); };
  EXPECT_EQ(std::get<Done>(probed_by(found)).text, "charged");
  auto none_found = [](Charge) { return std::optional<Done>(); };
  EXPECT_TRUE(std::holds_alternative<DidNotHappen>(probed_by(none_found)));
  auto away = [](Charge) { return std::optional<Probe>(Unclear{"the bank is closed"}); };
  EXPECT_EQ(std::get<Unclear>(probed_by(away)).reason, "the bank is closed");
  auto slow = [](Charge) -> Task<std::optional<std::string>> {
    co_await sleep_for(Milliseconds(1));
    co_return "charged";
  };
  EXPECT_EQ(std::get<Done>(probed_by(slow)).text, "charged");
}

TEST(MakeTool, ArgumentsThatDoNotFitAreAKnownFailure) {  // [API-05] [DUR-05]
  BlockingPool pool(1);
  for (auto runs_on : {RunsOn::strand, RunsOn::pool}) {
    auto tool = make_tool<Charge>({.name = "charge", .runs_on = runs_on}, [](Charge) { return "charged"; });
    Call other = charging();
    other.arguments = {{"customer", 5}};
    other.pool = &pool;
    auto failure = std::get<Failed>(called(*tool, other));
    EXPECT_THAT(failure.message, HasSubstr("'/customer'"));
    EXPECT_TRUE(failure.unsent) << "the function is not called; no word of an attempt before this one";
  }
}

TEST(MakeTool, AProbeThatCannotBeAskedKnowsNothing) {  // [API-05] [DUR-05]
  auto tool = make_tool<Charge>(
      {.name = "charge", .effect = Effect::probeable}, [](Charge) { return "charged"; },
      [](Charge) { return std::optional<std::string>(); });
  Call other = charging();
  other.arguments = {{"customer", 5}};
  EXPECT_THAT(std::get<Unclear>(asked(*tool, other)).reason, HasSubstr("'customer'"));
}

TEST(MakeTool, RefusesAProbeableToolWithoutAProbe) {  // [API-05]
  auto charge = [](Charge) { return "charged"; };
  auto said = refusal([&] { return make_tool<Charge>({.name = "charge", .effect = Effect::probeable}, charge); });
  EXPECT_THAT(said, ::testing::AllOf(HasSubstr("tool.options: "), HasSubstr("'charge'"), HasSubstr("has no probe")));
  ToolInfo info;
  info.effect = Effect::probeable;
  EXPECT_THAT(refusal([&] { return make_tool<Charge>(info, charge); }), HasSubstr("has no probe"));
}

TEST(MakeTool, RefusesAProbeThatWouldNeverBeAsked) {  // [API-05]
  auto charge = [](Charge) { return "charged"; };
  auto probe = [](Charge) { return std::optional<std::string>(); };
  for (auto effect : {Effect::pure, Effect::idempotent, Effect::keyed, Effect::irreversible}) {
    auto said = refusal([&] { return make_tool<Charge>({.name = "charge", .effect = effect}, charge, probe); });
    EXPECT_THAT(said, HasSubstr("its effect class is " + std::string(to_string(effect))));
  }
}

TEST(MakeTool, TakesAToolInfoWithAProbeToo) {  // [API-05]
  ToolInfo info;
  info.spec.name = "charge";
  info.effect = Effect::probeable;
  auto tool = make_tool<Charge>(info, [](Charge) { return "charged"; }, [](Charge) { return std::optional("yes"); });
  EXPECT_EQ(std::get<Done>(asked(*tool)).text, "yes");
}

}  // namespace
}  // namespace executus::tool
