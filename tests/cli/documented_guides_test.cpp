// The commands of guides do what the guides say: a shell runs them as they stand there.
#include <regex>

#include <executus/testing/http_server.hpp>

#include "guide.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct AgentsGuide : Guide {
  AgentsGuide() : Guide("docs/guides/agents.md") {}
};
TEST_F(AgentsGuide, ShowsWhatAnAgentTakesFromOthers) {  // [PER-08]
  write_files();
  models_say("  - text: The logs were never rotated.\n");
  EXPECT_THAT(run_all(), AllOf(HasSubstr("agents/triage.yaml: ok"), HasSubstr("agents/careful.yaml:4"),
                               HasSubstr("The logs were never rotated.")));
}

struct ApprovalsGuide : Guide {
  ApprovalsGuide() : Guide("docs/guides/approvals.md") {}
};
TEST_F(ApprovalsGuide, SaysHowACallIsAllowedAndRefusedAndAQuestionAnswered) {  // [DUR-36]
  write("agents/shop.yaml", blocks("yaml").at(0));
  models_say("  - {calls: [{tool: charge, arguments: {cents: 500}}]}\n  - text: Done.\n");
  EXPECT_THAT(run_block(0), AllOf(HasSubstr("{\"cents\":500}"), HasSubstr("Done.")));
  EXPECT_EQ(read("charges.log"), "{\"cents\":500}");
  EXPECT_THAT(run_block(1), HasSubstr("Done."));
  EXPECT_EQ(read("charges.log"), "{\"cents\":500}") << "the second charge was refused";
  EXPECT_THAT(run({"runs", "show", "order-10"}).out, HasSubstr("over the limit"));
  EXPECT_THAT(run_block(2), HasSubstr("Done."));
  EXPECT_EQ(read("charges.log"), "{\"cents\":500}{\"cents\":300}");
  EXPECT_THAT(run({"runs", "show", "order-11"}).out, HasSubstr("changed the arguments of this call"));

  write("agents/painter.yaml", blocks("yaml").at(1));
  models_say("  - {calls: [{tool: ask_user, arguments: {question: Colour}}]}\n  - text: Ordered.\n");
  EXPECT_THAT(run_block(3), AllOf(HasSubstr("\"Colour\""), HasSubstr("Ordered.")));
  EXPECT_THAT(run({"runs", "show", "paint-1"}).out, HasSubstr("blue"));
}

struct AuditGuide : Guide {
  AuditGuide() : Guide("docs/guides/audit.md") {}
  static std::string first_line(const std::string& text) {
    return std::regex_replace(text.substr(0, text.find('\n')), std::regex(" +"), " ");
  }
};
TEST_F(AuditGuide, SaysWhatIsShown) {
  agent("helper", "  - text: hi\n");
  ASSERT_EQ(run({"run", "helper", "hi", "--run-id", "r1"}).exit, 0);
  EXPECT_EQ(first_line(run({"audit"}).out), first_line(blocks("text").at(0)));
  EXPECT_THAT(run_all(), AllOf(HasSubstr("1 run, "), HasSubstr("AGENT   RUNS"), HasSubstr("run_id,root_run_id")));
}

struct BudgetsGuide : Guide {
  BudgetsGuide() : Guide("docs/guides/budgets.md") {}
};
TEST_F(BudgetsGuide, SaysHowALimitIsPassedAndRaised) {  // [DUR-35]
  write_files();
  models_say(
      "  - {calls: [{tool: now}], usage: {input: 20, output: 5}}\n"
      "  - {text: Dug., usage: {input: 20, output: 5}}\n");
  EXPECT_THAT(run_block(0), HasSubstr("run:dig-1  tokens  20     25"));
  EXPECT_THAT(run_block(1), AllOf(HasSubstr("1020"), HasSubstr("Dug.")));
  EXPECT_THAT(run({"budget", "show", "dig-1", "--json"}).out, HasSubstr("\"tokens\":50"));
  EXPECT_THAT(run_block(2), AllOf(HasSubstr("agent:digger,tokens,2000000,0,0,0,1d,park\r\n"),
                                  HasSubstr("caller:ada,usd,20.00,0.00,0.00,0.00,7d,stop\r\n")));
  EXPECT_THAT(run({"budget", "show"}).out, Not(HasSubstr("caller:ada")));
  models_say("  - {text: Dug., usage: {input: 0, output: 0}}\n");
  EXPECT_THAT(run_block(3), HasSubstr("corrected what run dig-2 used"));
  EXPECT_THAT(run({"budget", "show", "dig-2", "--json"}).out, HasSubstr("\"tokens\":18"));
}

struct DeliveryGuide : Guide {
  DeliveryGuide() : Guide("docs/guides/delivery.md") {}
};
TEST_F(DeliveryGuide, SaysWhereAnAnswerGoes) {  // [IO-09] [DUR-45]
  write_files();
  models_say("  - text: Disk full.\n");
  EXPECT_THAT(run_all(), HasSubstr("delivery    delivered, target answers@"));
  EXPECT_THAT(read("answers.jsonl"), AllOf(HasSubstr(R"("output":"Disk full.")"), HasSubstr("\"id\":\"msg_")));
  EXPECT_THAT(read("note.json"), HasSubstr(R"("type":"run.ended")"));
}

struct HttpToolsGuide : Guide {
  HttpToolsGuide() : Guide("docs/guides/http_tools.md") {}
  HttpServer server_{[](const HttpServer::Request& request) {
    bool known = request.header("Authorization") == "Bearer a-token" && request.header("Idempotency-Key");
    if (request.method == "GET") return HttpServer::Reply{200, {}, R"({"cents":500})"};
    return HttpServer::Reply{known ? 200 : 403, {}, R"({"refunded":true})"};
  }};
};
TEST_F(HttpToolsGuide, SaysHowAServerBecomesATool) {  // [TLS-16]
  for (int i = 0; i < 2; ++i)
    instead_of("http://shop.intra:9000", "http://127.0.0.1:" + std::to_string(server_.port()));
  write_files();
  models_say(
      "  - {calls: [{tool: find_order, arguments: {id: 7}}]}\n"
      "  - {calls: [{tool: refund, arguments: {id: 7, cents: 500}}]}\n  - text: Refunded.\n");
  EXPECT_THAT(run_all(), AllOf(HasSubstr("agents/till.yaml: ok"), HasSubstr("{\"refunded\":true}"),
                               HasSubstr("Refunded."), Not(HasSubstr("a-token"))));
  ASSERT_EQ(server_.request_count(), 2u);
  EXPECT_EQ(server_.requests()[0].target, "/orders?id=7");
  EXPECT_EQ(server_.requests()[1].body, R"({"id":7,"cents":500})");
}

struct McpGuide : Guide {
  McpGuide() : Guide("docs/guides/mcp.md") {}
};
TEST_F(McpGuide, HasAnAgentThatIsValid) {  // [MCP-01]
  write_files();
  EXPECT_THAT(run_all(), HasSubstr("agents/librarian.yaml: ok"));
}

struct PacksGuide : Guide {
  PacksGuide() : Guide("docs/guides/packs.md") {}
  // A repository as the page names one of another machine.
  std::string repository() {
    write("there/pdf/SKILL.md", "---\nname: forms\ndescription: Fills in forms.\n---\nLook first.\n");
    auto git = "cd '" + (folder() / "there").string() +
               "' && git init -q -b main && git add . && git -c user.name=a -c user.email=a@a commit -q -m first";
    EXPECT_EQ(std::system(git.c_str()), 0);
    return "file://" + (folder() / "there").string();
  }
};
TEST_F(PacksGuide, SaysHowOneIsSubscribedAndMoved) {
  models_say("  - text: Done.\n");
  instead_of("https://example.org/skills.git", repository());
  EXPECT_THAT(run_all(), AllOf(HasSubstr("brought skills: 1 skill"), HasSubstr("agents/writer.yaml: ok"),
                               HasSubstr("brought pdf: 1 skill"), Not(HasSubstr("warning"))));
}

struct QueueGuide : Guide {
  QueueGuide() : Guide("docs/guides/queue.md") {}
};
TEST_F(QueueGuide, SaysHowPlacesAreLimited) {
  EXPECT_THAT(run_all(), AllOf(HasSubstr("the queue limits all runs to 8 at once"),
                               HasSubstr("the queue limits agent 'triage' to 2 at once")));
}

struct SavedAgentsGuide : Guide {
  SavedAgentsGuide() : Guide("docs/guides/saved_agents.md") {}
};
TEST_F(SavedAgentsGuide, SaysHowTheyAreKept) {
  models_say("  - text: Done.\n");
  EXPECT_THAT(run_all(), AllOf(HasSubstr("clerk: created (version 1)"), HasSubstr("clerk: updated (version 2)"),
                               HasSubstr("+system_prompt: Answer the letter kindly and briefly.\n"),
                               HasSubstr("clerk: version 1 again, as version 3"), HasSubstr("wrote clerk.yaml"),
                               HasSubstr("would remove clerk with its 3 versions"), HasSubstr("version 1 of ann"),
                               Not(HasSubstr("warning"))));
}

struct SandboxGuide : Guide {
  // The project holds no home: that would be refused.
  SandboxGuide() : Guide("docs/guides/sandbox.md") {
    environment_["HOME"] = "/nonexistent";
    environment_["XDG_STATE_HOME"] = (folder() / "state").string();
  }
};
TEST_F(SandboxGuide, RunsACommandThatSeesTheProjectAlone) {  // [SBX-01] [SBX-02] [TLS-16]
  write_files();
  models_say(
      "  - calls:\n      - {tool: run_command, arguments: {command: ls /home; touch agents/x; echo built > made; cat "
      "made}}\n"
      "  - text: It builds.\n");
  EXPECT_THAT(run_block(0), AllOf(HasSubstr("works: true"), HasSubstr("It builds."), HasSubstr("'/home': No such file"),
                                  HasSubstr("'agents/x': Read-only file system")));
  EXPECT_EQ(read("made"), "built\n");
  EXPECT_THAT(run_block(1), HasSubstr("ok"));
}

struct ScheduleGuide : Guide {
  ScheduleGuide() : Guide("docs/guides/schedule.md") {}
};
TEST_F(ScheduleGuide, SaysHowAScheduleIsRunAndPaused) {
  write_files();
  models_say("  - text: All is well.\n");
  auto shown = run_all();
  EXPECT_THAT(shown, AllOf(HasSubstr("SCHEDULE"), HasSubstr("queued; a worker runs it"), HasSubstr("report is paused"),
                           HasSubstr("report comes next at ")));
  EXPECT_EQ(show("@last").at("output"), "All is well.");
  EXPECT_THAT(shown, HasSubstr("2026-03-29T03:00:00+02:00  2026-03-29T01:00:00Z")) << "as the page shows";
}

struct SkillsGuide : Guide {
  SkillsGuide() : Guide("docs/guides/skills.md") {}
};
TEST_F(SkillsGuide, SaysHowOneIsWrittenAndKept) {
  models_say("  - text: Done.\n");
  EXPECT_THAT(run_all(), AllOf(HasSubstr("skills/shorten.yaml: ok"), HasSubstr("shorten: created (version 1)"),
                               HasSubstr("version 1 of local (another is first)"), Not(HasSubstr("warning"))));
}

struct TeamExample : Guide {
  TeamExample() : Guide("examples/team/README.md") {}
};
TEST_F(TeamExample, SaysHowItsTeamIsLookedAtAndRun) {
  const auto all = std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy(std::filesystem::path(EXECUTUS_SOURCE) / "examples/team", folder(), all);
  EXPECT_THAT(run_all(),
              AllOf(HasSubstr("today  editor  ok  4 steps"), HasSubstr("agent:researcher  usd  0.20   0.03012")));
}

struct WebGuide : Guide {
  WebGuide() : Guide("docs/guides/web.md") {}
  HttpServer server_{[](const HttpServer::Request& request) {
    if (request.target.starts_with("/search?format=json"))
      return HttpServer::Reply{200, {}, R"({"results":[{"title":"Rota","url":"http://wiki.intra/rota"}]})"};
    std::string page = "<h1>Rota</h1><p>Ada, " + std::string(request.header("Authorization").value_or("nobody"));
    return HttpServer::Reply{200, {{"Content-Type", "text/html"}}, page};
  }};
};
TEST_F(WebGuide, SearchesAndReadsWhatTheProjectNames) {  // [TLS-16]
  auto origin = "http://127.0.0.1:" + std::to_string(server_.port());
  instead_of("http://search.intra:8888", origin);
  instead_of("http://wiki.intra:8080", origin);
  instead_of("http://wiki.intra:8080", origin);
  write_files();
  models_say(
      "  - calls:\n      - {tool: web_search, arguments: {query: on call}}\n      - {tool: web_fetch, arguments: {url: "
      "'" +
      origin + "/rota'}}\n  - text: Ada is.\n");
  EXPECT_THAT(run_all(),
              AllOf(HasSubstr("search: SearXNG, from executus.yaml"), HasSubstr("1. Rota"), HasSubstr("# Rota"),
                    HasSubstr("Ada, ***"), HasSubstr("Ada is."), Not(HasSubstr("a-token"))));
}

struct CoderExample : Guide {
  CoderExample() : Guide("examples/coder/README.md") {
    environment_["HOME"] = "/nonexistent";
    environment_["XDG_STATE_HOME"] = (folder() / "state").string();
  }
};
TEST_F(CoderExample, MendsItsProjectInASandbox) {  // [SBX-01] [DUR-36]
  const auto all = std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy(std::filesystem::path(EXECUTUS_SOURCE) / "examples/coder", folder(), all);
  auto said = run_all();
  EXPECT_THAT(said, AllOf(HasSubstr("slug 'Hello, World' is 'hello--world'"), HasSubstr("Signs that follow")));
  EXPECT_TRUE(said.ends_with("all pass\n")) << said;
  EXPECT_THAT(read("project/slug.sh"), HasSubstr("tr -cs"));
}

struct WorkflowsGuide : Guide {
  WorkflowsGuide() : Guide("docs/guides/workflows.md") {}
};
TEST_F(WorkflowsGuide, SaysHowAMapIsRunAndAGraphShown) {  // [WFL-01] [WFL-03]
  write_files();
  models_say("  - text: '{\"topics\": [\"journals\", \"leases\"]}'\n");
  auto ran = run_block(0);
  EXPECT_THAT(ran, AllOf(HasSubstr("s1  survey  ok  3 steps"), HasSubstr("  researcher  ok  1 step")));
  EXPECT_THAT(run_block(1), AllOf(HasSubstr("polish"), HasSubstr("flowchart")));
}

}  // namespace
}  // namespace executus::testing
