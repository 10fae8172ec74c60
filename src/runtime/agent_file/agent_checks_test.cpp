// Every key of the format with each value it cannot have: an error with its place, the same one for `agents validate`
// and for who loads the file to run it.
#include "runtime/agent_file/agent_checks_test.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Keys = std::map<std::string, std::string>;  // with values they can have

std::string flow(const Keys& keys) {
  std::string text;
  for (const auto& [key, value] : keys) text.append(text.empty() ? "{" : ", ").append(key).append(": ").append(value);
  return text + "}";
}

std::string lines(const Keys& keys) {
  std::string text;
  for (const auto& [key, value] : keys) text.append(key).append(": ").append(value).append("\n");
  return text;
}

// A map of the format: the keys it may have, and how a file with such a map looks.
struct Level {
  std::string name;
  Keys keys;
  std::string (*file)(const Keys& keys);
};

const std::vector<Level>& levels() {
  static const std::vector<Level> all{
      {"file",
       {{"name", "probe"},
        {"description", "d"},
        {"model", "fast"},
        {"system_prompt", "p"},
        {"inputs", "{type: object}"},
        {"output", "{type: object}"},
        {"root", "."},
        {"max_iterations", "3"},
        {"max_runtime", "5m"},
        {"tools", "[grep]"},
        {"http_tools", "[]"},
        {"command_tools", "[]"},
        {"on_in_doubt", "park"},
        {"on_model_unavailable", "fail"},
        {"durability", "relaxed"},
        {"phases", "[]"},
        {"permissions", "{}"},
        {"agents", "[kid]"},
        {"skills", "[kid]"},
        {"critic", "{}"}},
       lines},
      {"http tool",
       {{"name", "pay"},
        {"description", "d"},
        {"method", "PUT"},
        {"url", "http://h/"},
        {"headers", "{A: b}"},
        {"effect", "probeable"},
        {"probe", "{url: 'http://h/{idempotency_key}'}"},
        {"timeout", "3s"},
        {"settle", "3s"},
        {"parallel", "true"},
        {"allow_private_network", "true"},
        {"parameters", "{type: object}"}},
       [](const Keys& keys) { return "name: probe\nhttp_tools:\n  - " + flow(keys) + "\n"; }},
      {"probe",
       {{"url", "'http://h/{idempotency_key}'"}},
       [](const Keys& keys) {
         return "name: probe\nhttp_tools:\n  - {name: t, description: d, url: http://h/, effect: probeable, probe: " +
                flow(keys) + "}\n";
       }},
      {"command tool",
       {{"name", "lint"},
        {"description", "d"},
        {"command", "[x]"},
        {"cwd", "."},
        {"env", "{A: b}"},
        {"effect", "keyed"},
        {"timeout", "3s"},
        {"parallel", "false"},
        {"parameters", "{type: object}"}},
       [](const Keys& keys) { return "name: probe\ncommand_tools:\n  - " + flow(keys) + "\n"; }},
      {"phase",
       {{"name", "plan"},
        {"system_prompt", "p"},
        {"model", "fast"},
        {"max_iterations", "3"},
        {"tools", "[]"},
        {"kind", "loop"},
        {"optional", "true"},
        {"on_error", "{use: x}"}},
       [](const Keys& keys) { return "name: probe\nphases:\n  - " + flow(keys) + "\n"; }},
      {"on_error",
       {{"use", "x"}},
       [](const Keys& keys) {
         return "name: probe\nphases:\n  - {name: p, optional: true, on_error: " + flow(keys) + "}\n";
       }},
      {"permissions",
       {{"ask", "[grep]"}, {"deny", "[now]"}, {"allow", "[\"grep(path: a)\"]"}},
       [](const Keys& keys) { return "name: probe\ntools: [grep, now]\npermissions: " + flow(keys) + "\n"; }},
      {"schedule",
       {{"cron", "'0 9 * * 1-5'"},
        {"timezone", "Europe/Berlin"},
        {"prompt", "Report"},
        {"misfire", "skip"},
        {"overlap", "queue"},
        {"jitter", "5m"}},
       [](const Keys& keys) { return "name: probe\nschedule: " + flow(keys) + "\n"; }},
      {"critic", {{"enabled", "true"}, {"backstop_multiplier", "2"}}, [](const Keys& keys) {
         return "name: probe\ncritic: " + flow(keys) + "\n";
       }}};
  return all;
}

// Values of other kinds than that of `good`.
std::vector<std::string> wrong_for(const std::string& good) {
  if (good.starts_with('[')) return {"~", "3", "text", "{a: b}", "[3]", "[[x]]", "[~]"};
  if (good.starts_with('{')) return {"~", "3", "text", "[x]"};
  if (good == "true" || good == "false") return {"~", "3", "'yes'", "[true]"};
  if (good == "3" || good == "2") return {"~", "many", "[3]", "-3", "0", "true"};
  return {"~", "3", "true", "[x]", "{a: b}"};
}

TEST_F(AgentChecks, TakeEveryKeyOfTheFormat) {
  for (const auto& level : levels()) EXPECT_THAT(said_of(level.file(level.keys)).errors, IsEmpty()) << level.name;
}

TEST_F(AgentChecks, RefuseEachKeyWithAValueOfAnotherKind) {
  for (const auto& level : levels())
    for (const auto& [key, good] : level.keys)
      for (const auto& wrong : wrong_for(good)) {
        auto keys = level.keys;
        keys[key] = wrong;
        EXPECT_THAT(said_of(level.file(keys)).errors, Contains(AnyOf(HasSubstr(key), HasSubstr("expected a map"))))
            << level.name << ": " << key << ": " << wrong;
      }
}

TEST_F(AgentChecks, RefuseEachKeyThatIsMisspelt) {
  for (const auto& level : levels())
    for (const auto& [key, good] : level.keys) {
      auto keys = level.keys;
      keys.erase(key);
      keys[key + "x"] = good;
      EXPECT_THAT(said_of(level.file(keys)).errors,
                  Contains(AllOf(HasSubstr("unknown key '" + key + "x'"), HasSubstr("did you mean '" + key + "'?"))))
          << level.name;
    }
}

TEST_F(AgentChecks, RefuseModelsThatAreNone) {
  for (std::string place : {"model: ", "phases:\n  - name: p\n    model: "}) {
    EXPECT_THAT(errors(place + "\"stub/m, \"\n"), ElementsAre(HasSubstr("has an empty place"))) << place;
    EXPECT_THAT(errors(place + "\"stub/m?temprature=1\"\n"), ElementsAre(HasSubstr("parameter 'temprature'")));
    EXPECT_THAT(errors(place + "\"fast?temperature=3\"\n"), ElementsAre(HasSubstr("a number from 0 to 2")));
    EXPECT_THAT(errors(place + "fsat\n"), ElementsAre(HasSubstr("did you mean 'fast'?")));
    EXPECT_THAT(errors(place + "\"fast,fsat?effort=low\"\n"), ElementsAre(HasSubstr("'fsat' is no tier")));
    EXPECT_THAT(errors(place + "\" \"\n"), ElementsAre(HasSubstr("'model': must not be empty")));
    EXPECT_THAT(errors(place + "openai/\n"), ElementsAre(HasSubstr("names no model")));
    EXPECT_THAT(errors(place + "https://h/v1?key=hush\n"),
                ElementsAre(AllOf(HasSubstr("holds no URL"), ::testing::Not(HasSubstr("hush")))));
  }
  EXPECT_THAT(errors("model: ',openai://hush@h/v1'\n"),
              ElementsAre(AllOf(HasSubstr("has an empty place"), ::testing::Not(HasSubstr("hush")))));
  EXPECT_THAT(errors("model: fsat\n"), ElementsAre(HasSubstr("probe.yaml:2:8: error: 'model': ")));
  write("kid.yaml", "name: kid\nmodel: nonsense\n");
  EXPECT_THAT(errors("agents: [kid]\n"), ElementsAre(AllOf(HasSubstr(":2:10: error: "), HasSubstr("'nonsense'"))));
}

TEST_F(AgentChecks, WarnOfAModelWhoseProviderIsNotHere) {
  EXPECT_THAT(warnings("model: nowhere/m\n"),
              ElementsAre(AllOf(HasSubstr("a run is refused here"), HasSubstr("no provider 'nowhere'"))));
  EXPECT_THAT(warnings("model: anthropic/m\n"), ElementsAre(HasSubstr("ANTHROPIC_API_KEY is not set")));
  EXPECT_THAT(warnings("model: anthropic/m, openai/m\n"), IsEmpty()) << "one of the chain can be asked";
  EXPECT_THAT(warnings("phases: [{name: p, model: nowhere/m}]\n"),
              ElementsAre(HasSubstr("the agent's own model is asked here: model 'nowhere/m': there is no provider")));
  EXPECT_THAT(warnings("model: fast\n"), IsEmpty());
}

TEST(AgentChecksOfATier, SayNothingWhereNoProviderIsConfigured) {
  const FixedEnvironment nothing{FixedEnvironment::Variables()};
  auto models = llm::make_model_resolver({.environment = &nothing});
  const executus::testing::TemporaryFolder folder;
  std::ofstream(folder / "a.yaml") << "name: a\nmodel: fast\nphases: [{name: p, model: thinking}]\n";
  Diagnostics said;

  (void)AgentLibrary({folder.path()}, {}, {models.get(), &nothing}).load((folder / "a.yaml").string(), said);

  EXPECT_THAT(said.errors, IsEmpty());
  EXPECT_THAT(said.warnings, IsEmpty());
}

TEST_F(AgentChecks, RefuseVariablesThatCanNeverBeFilledIn) {
  auto command = [](const std::string& value) {
    return "command_tools: [{name: t, description: d, command: [x], effect: pure, env: {A: '" + value + "'}}]\n";
  };
  EXPECT_THAT(errors(command("${NOPE")), ElementsAre(AllOf(HasSubstr(":2:80: error: "), HasSubstr("no closing }"))));
  EXPECT_THAT(errors(command("${1X}")), ElementsAre(HasSubstr("expected ${NAME}")));
  EXPECT_THAT(errors(command("${A:-${B}}")), ElementsAre(HasSubstr("its default holds another ${")));
  EXPECT_THAT(errors(command("$${NOPE ${SET}")), IsEmpty());
  auto http = [](const std::string& more) {
    return "http_tools: [{name: t, description: d, effect: probeable, " + more + "}]\n";
  };
  EXPECT_THAT(errors(http("url: 'http://${H', probe: {url: 'http://h/{idempotency_key}'}")),
              Contains(HasSubstr("no closing }")));
  EXPECT_THAT(errors(http("url: 'http://h', probe: {url: 'http://${}/{idempotency_key}'}")),
              Contains(HasSubstr("expected ${NAME}")));
  EXPECT_THAT(errors(http("url: 'http://h', probe: {url: 'http://h/{idempotency_key}'}, headers: {X: '${Y'}")),
              Contains(HasSubstr("no closing }")));
}

TEST_F(AgentChecks, WarnOfVariablesThatAreNotSetHereAndTellNoValue) {
  auto said = warnings(
      "command_tools: [{name: t, description: d, command: ['${SET}/x'], cwd: '${SET}', effect: pure,\n"
      "  env: {A: '${SET} ${OTHER}', B: '${OTHER:-x}'}}]\n");

  EXPECT_THAT(said,
              ElementsAre(HasSubstr("'${' stays as it is"), HasSubstr("'${' stays as it is"),
                          HasSubstr("3:12: warning: a run is refused here: tool 't': variable OTHER is not set")));
  EXPECT_THAT(said, Each(::testing::Not(HasSubstr("hidden"))));
}

TEST_F(AgentChecks, WarnOfValuesThatCannotBeSent) {
  auto said = warnings(
      "http_tools: [{name: t, description: d, effect: pure, url: 'http://h/${BLANK}',\n"
      "  headers: {A: '${LINES}', B: '${BLANK}'}}]\n");

  EXPECT_THAT(said, ElementsAre(HasSubstr("the value of variable BLANK"), HasSubstr("the value of variable LINES")));
  EXPECT_THAT(said, Each(AllOf(HasSubstr("a run is refused here"), ::testing::Not(HasSubstr("hidden")))));
}

TEST_F(AgentChecks, RefuseUrlsThatAreNone) {
  auto tool = [](const std::string& url) {
    return "http_tools: [{name: t, description: d, effect: pure, url: '" + url + "'}]\n";
  };
  EXPECT_THAT(errors(tool("http://")), ElementsAre(HasSubstr(":2:59: error: 'url': this is no URL")));
  EXPECT_THAT(errors(tool("http://h:99999/")), ElementsAre(HasSubstr("this is no URL")));
  EXPECT_THAT(errors(tool("https://[::1/")), ElementsAre(HasSubstr("this is no URL")));
  EXPECT_THAT(errors(tool("http://h:1/a?b=c#d")), IsEmpty());
  EXPECT_THAT(errors(tool("http://${SET}:99999/")), IsEmpty()) << "a variable may hold what makes it one";
  EXPECT_THAT(errors("http_tools: [{name: t, description: d, effect: probeable, url: http://h,\n"
                     "  probe: {url: 'http://h:99999/{idempotency_key}'}}]\n"),
              ElementsAre(HasSubstr(":3:16: error: 'url': this is no URL")));
}

TEST_F(AgentChecks, RefuseAHeaderThatIsGivenTwice) {
  EXPECT_THAT(errors("http_tools: [{name: t, description: d, effect: pure, url: http://h,\n"
                     "  headers: {X-Key: a, x-key: b, X-Other: c}}]\n"),
              ElementsAre(HasSubstr(":3:23: error: header 'x-key' is given as 'X-Key' too")));
}

TEST_F(AgentChecks, RefuseAPromptFileThatIsNoText) {
  auto said_of_bytes = [&](const std::string& bytes) {
    write("p.md", bytes);
    return errors("system_prompt_file: p.md\n");
  };
  EXPECT_THAT(said_of_bytes("One.\nTwo \xff.\n"), ElementsAre(HasSubstr("p.md:2:5: error: this byte is no text")));
  EXPECT_THAT(said_of_bytes(std::string("One.\0", 5)), ElementsAre(HasSubstr("p.md:1:5: error: ")));
  EXPECT_THAT(said_of_bytes("Gr\xc3\xbc\xc3\x9f dich.\n"), IsEmpty());
}

TEST_F(AgentChecks, SayThatADelegateLeadsBackToItsAgent) {  // [PAL-02]
  write("kid.yaml", "name: kid\nskills: [baby]\n");
  write("baby.yaml", "name: baby\nagents: [probe]\n");

  EXPECT_THAT(warnings("agents: [kid]\n"),
              ElementsAre(AllOf(HasSubstr(":2:10: warning: "), HasSubstr("(kid -> baby -> probe)"))));
  EXPECT_THAT(errors("agents: [probe]\n"), ElementsAre(HasSubstr("cannot delegate to itself")));
}

TEST_F(AgentChecks, SayThatAnotherFileHasAnAgentOfThisName) {
  write("copy.yaml", "name: probe\n");

  EXPECT_THAT(errors(""), ElementsAre(AllOf(HasSubstr("probe.yaml:1:7: error: "), HasSubstr("copy.yaml"))));
  EXPECT_THAT(runtime_.load_agent("probe").error().message(),
              AllOf(HasSubstr("probe.yaml"), HasSubstr(" and "), HasSubstr("copy.yaml")));
}

}  // namespace
}  // namespace executus
