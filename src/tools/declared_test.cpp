// Tools that are data, against a real server and real programs.
#include "tools/declared.hpp"

#include <atomic>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/tool/invoke.hpp>

namespace executus::tools {
namespace {

using ::executus::testing::HttpServer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class Declared : public ::testing::Test {
 protected:
  // A server that answers with what `reply_` says.
  Declared() : server_([this](const HttpServer::Request&) { return reply_; }) {}

  boost::json::object http_declaration(std::string effect, boost::json::object more) {
    boost::json::object declaration{
        {"kind", "http"},
        {"name", "charge"},
        {"description", "Charges."},
        {"effect", effect},
        {"url", server_.url("/charge?token=${TOKEN}")},
        {"headers", {{"Authorization", "Bearer ${TOKEN}"}}},
        {"allow_private_network", true},
        {"timeout_ms", 10'000},
        {"parameters", boost::json::parse(R"({"type":"object","properties":{"amount":{"type":"integer"}},
                                                                          "required":["amount"]})")}};
    if (effect == "probeable") declaration["probe"] = {{"url", server_.url("/charge/{idempotency_key}")}};
    for (auto& [key, value] : more) declaration[key] = value;
    return declaration;
  }
  std::shared_ptr<tool::Tool> http_tool(std::string effect, boost::json::object more = {}) {
    auto declaration = http_declaration(effect, std::move(more));
    return make_declared_tool(declaration, {*http_, environment_, programs_}).value();
  }
  std::string problem_of(std::string effect, boost::json::object more) {
    auto made = make_declared_tool(http_declaration(effect, std::move(more)), {*http_, environment_, programs_});
    return made.ok() ? "" : made.error().message();
  }
  std::shared_ptr<tool::Tool> shell(std::string script, int timeout_ms = 20'000, boost::json::object env = {}) {
    boost::json::object declaration{{"kind", "command"},        {"name", "lint"},
                                    {"description", "Lints."},  {"command", {"/bin/sh", "-c", script}},
                                    {"timeout_ms", timeout_ms}, {"parameters", {{"type", "object"}}},
                                    {"env", std::move(env)}};
    return make_declared_tool(declaration, {*http_, environment_, programs_}).value();
  }
  static tool::Call call(boost::json::object arguments = {{"amount", 5}}) {
    return {*RunId::parse("run"), "call", "the-key", std::move(arguments), "/tmp"};
  }
  tool::Outcome run(const std::shared_ptr<tool::Tool>& tool, boost::json::object arguments = {{"amount", 5}}) {
    return block_on(*loop_, tool::invoke(*tool, call(std::move(arguments))));
  }
  template <class T>
  static T as(tool::Outcome outcome) {
    EXPECT_TRUE(std::holds_alternative<T>(outcome)) << "outcome " << outcome.index();
    return std::holds_alternative<T>(outcome) ? std::get<T>(outcome) : T{};
  }

  HttpServer::Reply reply_;
  HttpServer server_;
  FixedEnvironment environment_{{{"TOKEN", "canary-4711"}, {"PATH", "/usr/bin:/bin"}}};
  Guard guard_;
  Programs programs_{guard_};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
};

TEST_F(Declared, HttpToolSendsArgumentsKeyAndSecret) {  // [DUR-04]
  reply_.body = "charged";
  EXPECT_EQ(as<tool::Done>(run(http_tool("keyed"))).text, "charged");
  auto request = server_.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, R"({"amount":5})");
  EXPECT_EQ(request.header("Idempotency-Key"), "the-key");
  EXPECT_EQ(request.header("Authorization"), "Bearer canary-4711");
}

// As a model wrote them.
boost::json::object written_numbers() {
  return tool::parse_arguments(R"({"amount":5,"price":19.90,"rate":0.05,"n":1.0,"id":12345678901234567890123})")
      .value();
}

TEST_F(Declared, NumbersAreSentAsPeopleWriteThemAndKeepTheirDigits) {
  (void)run(http_tool("pure", {{"method", "GET"}}), written_numbers());
  EXPECT_THAT(server_.requests().at(0).target,
              ::testing::EndsWith("&amount=5&price=19.9&rate=0.05&n=1&id=12345678901234567890123"));
  (void)run(http_tool("pure"), written_numbers());
  EXPECT_EQ(server_.requests().at(1).body,
            R"({"amount":5,"price":19.9,"rate":0.05,"n":1,"id":"12345678901234567890123"})");
  EXPECT_EQ(as<tool::Done>(run(shell("cat"), written_numbers())).text, server_.requests().at(1).body);
}

TEST_F(Declared, HttpStatusDecidesWhatIsKnown) {  // [DUR-05]
  for (int status : {301, 302, 303, 408, 502, 504}) {
    reply_.status = status;
    (void)as<tool::Unknown>(run(http_tool("keyed")));
  }
  for (int status : {307, 400, 404, 409, 429, 500, 503}) {
    reply_.status = status;
    auto failure = as<tool::Failed>(run(http_tool("keyed")));
    EXPECT_THAT(failure.message, HasSubstr(std::to_string(status)));
    EXPECT_FALSE(failure.unsent);
  }
}

TEST_F(Declared, ACutConnectionIsAnUnknownOutcomeAndARefusedOneIsNot) {  // [DUR-05]
  reply_.cut_after = 0;
  auto cut = as<tool::Unknown>(run(http_tool("irreversible")));
  EXPECT_THAT(cut.reason, Not(HasSubstr("canary"))) << "secrets of the URL are not told";
  auto refused = as<tool::Failed>(run(http_tool("irreversible", {{"url", "http://127.0.0.1:1/${TOKEN}"}})));
  EXPECT_THAT(refused.message, HasSubstr("nothing was sent"));
  EXPECT_TRUE(refused.unsent);
  EXPECT_THAT(refused.message, Not(HasSubstr("canary")));
}

TEST_F(Declared, IrreversibleAndProbeableCallsAreSentOnceOnAFreshConnection) {  // [DUR-41]
  for (const char* effect : {"irreversible", "probeable"}) {
    auto before = server_.connection_count();
    auto tool = http_tool(effect);
    (void)run(tool);
    (void)run(tool);
    EXPECT_EQ(server_.connection_count() - before, 2u) << effect;
  }
  reply_.status = 307;
  reply_.headers = {{"Location", server_.url("/elsewhere")}};
  auto before = server_.request_count();
  (void)as<tool::Failed>(run(http_tool("irreversible")));
  EXPECT_EQ(server_.request_count() - before, 1u) << "a redirect is not followed";
}

TEST_F(Declared, SeeOtherAfterAPostIsAnUnknownOutcome) {  // [DUR-05]
  reply_.status = 303;
  reply_.headers = {{"Location", server_.url("/done")}};
  EXPECT_THAT(as<tool::Unknown>(run(http_tool("irreversible"))).reason, HasSubstr("/done"));
  EXPECT_EQ(server_.request_count(), 1u) << "nothing is followed";
}

// Of a packed body without its end, whose length is right.
TEST_F(Declared, APackedAnswerWithoutItsEndIsAnUnknownOutcome) {  // [DUR-05]
  reply_.headers = {{"Content-Encoding", "gzip"}};
  reply_.body = std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\x2a\xc9\x57\x28", 14);
  EXPECT_THAT(as<tool::Unknown>(run(http_tool("irreversible"))).reason, HasSubstr("ends before its end"));
  EXPECT_EQ(server_.requests().at(0).header("Accept-Encoding"), "identity") << "none was asked for";
}

TEST_F(Declared, ArgumentsStandBeforeTheFragmentOfAUrl) {
  (void)run(http_tool("pure", {{"method", "GET"}, {"url", server_.url("/price?x=1#y?z")}}));
  EXPECT_EQ(server_.requests().at(0).target, "/price?x=1&amount=5");
}

TEST_F(Declared, AValueThatAHeaderCannotCarryIsNamed) {
  FixedEnvironment with_line_breaks{{{"KEY", "canary-4711\n"}, {"HOST_PART", "a b"}}};
  auto declaration =
      http_declaration("pure", {{"headers", {{"X-Api-Key", "${KEY}"}}}, {"url", server_.url("/${HOST_PART}")}});
  auto tool = make_declared_tool(declaration, {*http_, with_line_breaks, programs_}).value();
  EXPECT_THAT(tool->missing(), UnorderedElementsAre(AllOf(HasSubstr("variable KEY"), HasSubstr("'X-Api-Key'")),
                                                    AllOf(HasSubstr("variable HOST_PART"), HasSubstr("the URL"))));
  auto refused = as<tool::Failed>(run(tool)).message;
  EXPECT_THAT(refused, AllOf(HasSubstr("variable HOST_PART"), HasSubstr("nothing was sent"), Not(HasSubstr("canary"))));
  EXPECT_EQ(server_.request_count(), 0u);
}

TEST_F(Declared, PrivateAddressesAreRefusedUnlessAllowed) {  // [TOOL-08]
  auto refused = as<tool::Failed>(run(http_tool("pure", {{"allow_private_network", false}})));
  EXPECT_THAT(refused.message, HasSubstr("allow_private_network"));
  EXPECT_EQ(server_.request_count(), 0u);
}

TEST_F(Declared, ArgumentsThatDoNotFitAreNotSent) {
  EXPECT_THAT(as<tool::Failed>(run(http_tool("pure"), {{"amount", "five"}})).message, HasSubstr("amount"));
  EXPECT_EQ(server_.request_count(), 0u);
}

TEST_F(Declared, TheProbeTellsWhetherItHappened) {  // [DUR-05]
  auto tool = http_tool("probeable", {{"probe", {{"url", server_.url("/charge/{idempotency_key}")}}}});
  auto ask = [&](int status) {
    reply_.status = status;
    return block_on(*loop_, tool::ask_probe(*tool, call()));
  };
  reply_.body = "charged";
  EXPECT_EQ(std::get<tool::Done>(ask(200)).text, "charged");
  EXPECT_TRUE(std::holds_alternative<tool::DidNotHappen>(ask(404)));
  EXPECT_TRUE(std::holds_alternative<tool::Unclear>(ask(500)));
  EXPECT_EQ(server_.requests().at(0).target, "/charge/the-key");
}

TEST_F(Declared, AnAnswerTooLargeToKeepIsStillAnAnswer) {  // [DUR-05]
  reply_.body = std::string(5u << 20, 'x');
  for (const char* effect : {"irreversible", "pure"}) {
    auto text = as<tool::Done>(run(http_tool(effect))).text;
    EXPECT_THAT(text, ::testing::StartsWith("xxxx"));
    EXPECT_THAT(text, ::testing::ContainsRegex("x\n.cut: the answer has more than [0-9]+ bytes.$"));
    EXPECT_LT(text.size(), 1'050'000u);
  }
  EXPECT_EQ(server_.request_count(), 2u);
  reply_.status = 500;
  EXPECT_THAT(as<tool::Failed>(run(http_tool("irreversible"))).message, HasSubstr("status 500"));
}

TEST_F(Declared, ALongAnswerOfAProbeIsAnAnswer) {  // [DUR-05]
  reply_.body = std::string(5u << 20, 'x');
  auto tool = http_tool("probeable");
  auto answer = block_on(*loop_, tool::ask_probe(*tool, call()));
  EXPECT_TRUE(std::holds_alternative<tool::Done>(answer));
}

TEST_F(Declared, AProbeThatDoesNotNameItsCallIsRefused) {  // [DUR-05]
  for (std::string path : {"/charge", "/charge/{key}"}) {
    auto problem = problem_of("probeable", {{"probe", {{"url", server_.url(path)}}}});
    EXPECT_THAT(problem, HasSubstr("{idempotency_key}")) << path;
  }
  EXPECT_THAT(problem_of("probeable", {{"probe", nullptr}}), Not(::testing::IsEmpty())) << "none at all";
  EXPECT_THAT(problem_of("pure", {{"url", server_.url("/{city}")}}), HasSubstr("'{city}'"));
}

TEST_F(Declared, AHeaderThatWeSendOurselvesIsRefused) {  // [DUR-04]
  EXPECT_THAT(problem_of("keyed", {{"headers", {{"idempotency-key", "mine"}}}}), HasSubstr("idempotency-key"));
  EXPECT_THAT(problem_of("keyed", {{"headers", {{"X Y", "1"}}}}), HasSubstr("'X Y'"));
}

TEST_F(Declared, AProgramGetsArgumentsAndKey) {  // [DUR-04]
  EXPECT_EQ(as<tool::Done>(run(shell("cat; echo; echo $EXECUTUS_IDEMPOTENCY_KEY $TOKEN; pwd"))).text,
            "{\"amount\":5}\nthe-key\n/tmp\n")
      << "and nothing of our environment that was not declared";
}

TEST_F(Declared, AProgramsEndDecidesWhatIsKnown) {  // [DUR-05]
  EXPECT_THAT(as<tool::Failed>(run(shell("echo broken >&2; exit 3"))).message,
              HasSubstr("exit code 3\nstandard error:\nbroken\n"));
  (void)as<tool::Unknown>(run(shell("kill -KILL $$")));
  boost::json::object missing{
      {"kind", "command"}, {"name", "x"}, {"command", {"/no/such/program"}}, {"parameters", {{"type", "object"}}}};
  auto tool = make_declared_tool(missing, {*http_, environment_, programs_}).value();
  EXPECT_THAT(as<tool::Failed>(run(tool)).message, HasSubstr("could not be started"));
}

TEST_F(Declared, SecretsThatAProgramPrintsAreMasked) {
  boost::json::object env{{"A", "${TOKEN}"}, {"B", "plain"}};
  EXPECT_EQ(as<tool::Done>(run(shell("echo $A $B", 20'000, env))).text, "*** plain\n");
  auto failed = as<tool::Failed>(run(shell("echo got $A >&2; exit 1", 20'000, env)));
  EXPECT_THAT(failed.message, HasSubstr("got ***"));
  EXPECT_THAT(failed.message, Not(HasSubstr("canary")));
}

TEST_F(Declared, ASecretAtTheEndOfWhatIsKeptIsNotCutInTwo) {
  auto script = "head -c 1048570 /dev/zero | tr '\\0' x; echo $A; head -c 100000 /dev/zero | tr '\\0' y";
  auto text = as<tool::Done>(run(shell(script, 20'000, {{"A", "${TOKEN}"}}))).text;
  EXPECT_THAT(text, HasSubstr("x***"));
  EXPECT_THAT(text, Not(HasSubstr("canar")));
}

TEST_F(Declared, WhatIsCutOfAProgramsOutputsIsSaid) {
  auto done = as<tool::Done>(run(shell("head -c 2000000 /dev/zero | tr '\\0' x")));
  EXPECT_THAT(done.text, ::testing::EndsWith("x\n[cut: the output has 2000000 bytes]"));
  EXPECT_LT(done.text.size(), 1'049'000u);
  auto failed = as<tool::Failed>(run(shell("head -c 300000 /dev/zero | tr '\\0' x >&2; echo END >&2; exit 2")));
  EXPECT_THAT(failed.message, HasSubstr("exit code 2\nstandard error:\n[cut: the end of 300004 bytes]\nxxx"));
  EXPECT_THAT(failed.message, ::testing::EndsWith("xEND\n"));
}

TEST_F(Declared, WhatIsDeclaredTakesThePlaceOfOurEnvironment) {
  environment_ =
      FixedEnvironment({{"PATH", "/usr/bin:/bin"}, {"TZ", "Asia/Tokyo"}, {"LC_ALL", "C"}, {"HOME", "/ours"}});
  EXPECT_EQ(as<tool::Done>(run(shell("echo $TZ $HOME $LC_ALL $LANG", 20'000, {{"TZ", "UTC"}}))).text, "UTC /ours C\n");
  EXPECT_EQ(as<tool::Done>(run(shell("echo $LC_ALL $LANG", 20'000, {{"LANG", "de_DE.UTF-8"}}))).text, "de_DE.UTF-8\n")
      << "ours would take the effect from it";
}

TEST_F(Declared, AKeyOfItsOwnIsRefused) {  // [DUR-04]
  boost::json::object program{{"kind", "command"},
                              {"name", "x"},
                              {"command", {"true"}},
                              {"env", {{"EXECUTUS_IDEMPOTENCY_KEY", "fixed"}}},
                              {"parameters", {{"type", "object"}}}};
  auto made = make_declared_tool(program, {*http_, environment_, programs_});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().message(), HasSubstr("EXECUTUS_IDEMPOTENCY_KEY"));
}

TEST_F(Declared, ATimeoutIsAnUnknownOutcome) {  // [DUR-05]
  EXPECT_THAT(as<tool::Unknown>(run(shell("exec sleep 1000", 1))).reason, HasSubstr("after its time of 1 ms"));
}

Task<void> run_and_count(std::shared_ptr<tool::Tool> tool, tool::Call call, std::atomic<int>* done) {
  tool::Outcome outcome = co_await tool::invoke(*tool, std::move(call));
  *done += std::holds_alternative<tool::Done>(outcome);
}

// Forty programs with 20 s each, which have to take turns on eight threads.
TEST_F(Declared, ProgramsTakeTurns) {
  std::atomic<int> done = 0;
  RootGroup group(*loop_);
  auto tool = shell("cat");
  for (int i = 0; i < 40; ++i) group.spawn(run_and_count(tool, call(), &done));
  group.join();
  EXPECT_EQ(done, 40);
}

TEST_F(Declared, SaysWhichVariablesItsCallsLack) {  // [DUR-39]
  EXPECT_THAT(http_tool("pure")->missing(), IsEmpty());
  EXPECT_THAT(http_tool("pure", {{"headers", {{"A", "${ABSENT:-default}"}}}})->missing(), IsEmpty());
  auto lacking = http_tool("probeable", {{"headers", {{"A", "${ONE}"}, {"B", "x ${ONE}"}}},
                                         {"probe", {{"url", "http://h/${TWO}/{idempotency_key}"}}}});
  EXPECT_THAT(lacking->missing(), UnorderedElementsAre(HasSubstr("variable ONE"), HasSubstr("variable TWO")));
  EXPECT_THAT(http_tool("pure", {{"url", "http://h/${NOPE"}})->missing(), ElementsAre(HasSubstr("no closing }")));
  boost::json::object program{{"kind", "command"},
                              {"name", "x"},
                              {"command", {"true"}},
                              {"env", {{"SECRET", "${THREE}"}}},
                              {"parameters", {{"type", "object"}}}};
  EXPECT_THAT(make_declared_tool(program, {*http_, environment_, programs_}).value()->missing(),
              ElementsAre(HasSubstr("variable THREE")));
}

TEST_F(Declared, AnUndeclaredEffectIsIrreversible) {  // [DUR-02]
  EXPECT_EQ(shell("true")->info().effect, tool::Effect::irreversible);
  EXPECT_EQ(tool::ToolInfo{}.effect, tool::Effect::irreversible);
}

TEST_F(Declared, MalformedDeclarationsAreErrors) {
  for (const char* text :
       {"{}", R"({"kind":"magic"})", R"({"kind":"command","name":"x"})", R"({"kind":"http","parameters":7})"})
    EXPECT_FALSE(make_declared_tool(boost::json::parse(text).as_object(), {*http_, environment_, programs_}).ok())
        << text;
}

}  // namespace
}  // namespace executus::tools
