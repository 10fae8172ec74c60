#include <tuple>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/run/agent.hpp>

namespace executus {
namespace {

// The fields of a struct, as a tuple of references. The structured bindings do not compile when a field is missing.
auto fields_of(const Phase& phase) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = phase;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m);
}
auto fields_of(const Condition& condition) {
  const auto& [a, b, c] = condition;
  return std::tie(a, b, c);
}
auto fields_of(const BranchCase& branch) {
  const auto& [a, b] = branch;
  return std::tie(a, b);
}
auto fields_of(const Repeat& repeat) {
  const auto& [a, b, c] = repeat;
  return std::tie(a, b, c);
}
auto fields_of(const MapItems& map) {
  const auto& [a, b, c, d, e] = map;
  return std::tie(a, b, c, d, e);
}
auto fields_of(const Agent& agent) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, bb, cc, dd, ee, ff, gg,
               last] = agent;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, bb, cc, dd, ee, ff,
                  gg, last);
}

// Where no field has its default: a field that is not stored cannot go unnoticed.
void expect_no_defaults(const auto& value) {
  using T = std::remove_cvref_t<decltype(value)>;
  const T empty{};
  auto differs = [](const auto&... left) {
    return [&left...](const auto&... right) { return std::vector<bool>{!(left == right)...}; };
  };
  auto given = std::apply([&](const auto&... of_value) { return std::apply(differs(of_value...), fields_of(empty)); },
                          fields_of(value));
  for (std::size_t i = 0; i < given.size(); ++i) EXPECT_TRUE(given[i]) << "field " << i << " has its default";
}

MapItems full_map() { return {"{{plan.items}}", "r", "Look into {{item}}", 3, MapItems::OnFailure::stop}; }

Condition full_condition() { return {"{{plan.kind}}", Condition::Test::one_of, boost::json::array{"a", 1, nullptr}}; }

Phase full_phase() {
  return {"one",
          "One {{Query}}",
          "fast",
          3,
          std::vector<std::string>{"look"},
          Phase::Kind::prompt,
          true,
          "-",
          {{"type", "string"}},
          "end",
          full_map(),
          {{{full_condition()}, "tell"}},
          {"plan", {full_condition()}, 3}};
}

Agent full_agent() {
  Agent agent;
  agent.name = "triage";
  agent.description = "Finds the cause.";
  agent.system_prompt = "Be brief.";
  agent.model = "fast";
  agent.tools = {"grep", "read_*"};
  agent.declared_tools = {{{"kind", "http"}, {"name", "restart"}}};
  agent.root = "/srv/logs";
  agent.max_iterations = 12;
  agent.max_runtime = Milliseconds(90'000);
  agent.on_in_doubt = OnInDoubt::tell_model;
  agent.on_model_unavailable = OnModelUnavailable::fail;
  agent.durability = Durability::relaxed;
  agent.durable_after = Milliseconds(2'000);
  agent.id = "7";
  agent.phases = {full_phase()};
  agent.critic = {true, 4.5};
  agent.budget =
      AgentBudget{{Milliseconds(600'000), 200'000, llm::NanoDollars{1'500'000'000}}, {OnBreach::tier, "cheap"}};
  agent.budgets_above = {"top"};
  agent.permissions = {{"a*"}, {"b"}, {"c(d)"}};
  agent.skills = {"s"};
  agent.agents = {"r"};
  agent.sub_agents = {Agent{.name = "v", .sub_agents = {Agent{.name = "w"}}}};
  agent.submit_tool = Agent::SubmitTool::added;
  agent.model_tier = "smart";
  agent.output = {{"type", "string"}};
  agent.session = Agent::Session::later;
  agent.system_header = "Be kind.";
  agent.resolved_tools = {{{"grep", "Searches.", {{"type", "object"}}}, tool::Effect::pure}};
  agent.resolved_delegates = {{DefinedDelegate::Kind::skill, "s", "d", {{"type", "object"}}, {{"name", "s"}}}};
  agent.context_tokens = 1'000;
  agent.skill_packs = {"office"};
  agent.pinned_packs = {{"office", "ab", {"pdf"}, {{"link", "a symbolic link"}}}};
  agent.skill_catalog = "Skills: pdf";
  agent.source_tools = {"fs.*"};
  return agent;
}

TEST(AgentJson, EveryFieldComesBack) {  // [SKP-12] [API-06] [DUR-22] [DUR-07] [DUR-40] [RUN-14]
  expect_no_defaults(full_map());
  expect_no_defaults(full_condition());
  expect_no_defaults(full_phase().branches[0]);
  expect_no_defaults(full_phase().repeat);
  expect_no_defaults(full_phase());
  expect_no_defaults(full_agent());
  auto back = agent_from_json(to_json(full_agent()));
  ASSERT_TRUE(back.ok()) << back.error().message();
  EXPECT_EQ(*back, full_agent());
}

TEST(AgentJson, EveryValueOfAnEnumComesBack) {  // [DUR-22] [DUR-06] [DUR-40]
  auto comes_back = [](const Agent& agent) { return *agent_from_json(to_json(agent)) == agent; };
  Agent agent;
  for (auto policy : {OnInDoubt::park, OnInDoubt::tell_model, OnInDoubt::retry}) {
    agent.on_in_doubt = policy;
    EXPECT_TRUE(comes_back(agent)) << to_string(policy);
  }
  for (auto policy : {OnModelUnavailable::park, OnModelUnavailable::fail}) {
    agent.on_model_unavailable = policy;
    EXPECT_TRUE(comes_back(agent)) << to_string(policy);
  }
  for (auto durability : {Durability::strict, Durability::relaxed, Durability::memory, Durability::lazy}) {
    agent.durability = durability;
    EXPECT_TRUE(comes_back(agent)) << to_string(durability);
  }
  for (auto session : {Agent::Session::unknown, Agent::Session::none, Agent::Session::stored, Agent::Session::later}) {
    agent.session = session;
    EXPECT_TRUE(comes_back(agent));
  }
  for (auto effect : {tool::Effect::pure, tool::Effect::idempotent, tool::Effect::keyed, tool::Effect::probeable,
                      tool::Effect::irreversible}) {
    agent.resolved_tools = {{{"t", "", {}}, effect}};
    EXPECT_TRUE(comes_back(agent)) << tool::to_string(effect);
  }
  using enum Condition::Test;
  for (auto test : {equals, differs, one_of, above, below}) {
    agent.phases = {Phase{.name = "p", .system_prompt = "", .repeat = {"q", {{"{{q}}", test, 1}}, 2}}};
    EXPECT_TRUE(comes_back(agent));
  }
  for (auto kind :
       {Phase::Kind::loop, Phase::Kind::prompt, Phase::Kind::map, Phase::Kind::branch, Phase::Kind::repeat}) {
    agent.phases = {Phase{.name = "p", .system_prompt = "", .kind = kind}};
    EXPECT_TRUE(comes_back(agent));
  }
  agent.resolved_delegates = {{DefinedDelegate::Kind::agent, "a", "", {}, {}},
                              {DefinedDelegate::Kind::skill, "s", "", {}, {}}};
  EXPECT_TRUE(comes_back(agent));
}

// What "no tools" and "all tools" of a phase mean is not the same.
TEST(AgentJson, AnEmptyListOfAPhasesToolsIsNotAllTools) {  // [PH-01]
  Agent agent;
  agent.phases = {{"none", "p", {}, 0, std::vector<std::string>{}}, {"all", "p"}};
  auto back = *agent_from_json(to_json(agent));
  EXPECT_TRUE(back.phases[0].tools && back.phases[0].tools->empty());
  EXPECT_FALSE(back.phases[1].tools);
}

// The stored form is frozen: what a journal of an earlier version holds is read, with defaults for what it lacks.
TEST(AgentJson, ReadsWhatTheFirstVersionWrote) {
  auto first = boost::json::parse(R"({"name":"a","description":"d","system_prompt":"p","model":"m","tools":["t"],
      "declared_tools":[],"resolved_tools":[{"name":"t","description":"x","parameters":{"type":"object"},"effect":"keyed"}],
      "root":"/r","max_iterations":3,"max_runtime_ms":1000,"on_in_doubt":"retry","on_model_unavailable":"fail",
      "durability":"relaxed"})");
  auto agent = agent_from_json(first.as_object());
  ASSERT_TRUE(agent.ok()) << agent.error().message();
  EXPECT_EQ(agent->resolved_tools[0].effect, tool::Effect::keyed);
  EXPECT_EQ(agent->on_in_doubt, OnInDoubt::retry);
  EXPECT_TRUE(agent->phases.empty() && !agent->critic.enabled && !agent->system_header);
  EXPECT_EQ(to_json(*agent), first) << "and writes it in the same words";
}

TEST(AgentJson, WritesFormat2) {
  Agent agent = full_agent();
  agent.sub_agents.clear();  // said below
  EXPECT_EQ(
      boost::json::serialize(to_json(agent)),
      R"json({"name":"triage","description":"Finds the cause.","system_prompt":"Be brief.","model":"fast","tools":["grep","read_*"],"declared_tools":[{"kind":"http","name":"restart"}],"resolved_tools":[{"name":"grep","description":"Searches.","parameters":{"type":"object"},"effect":"pure"}],"root":"/srv/logs","max_iterations":12,"max_runtime_ms":90000,"on_in_doubt":"tell_model","on_model_unavailable":"fail","durability":"relaxed","durable_after_ms":2000,"id":"7","phases":[{"name":"one","system_prompt":"One {{Query}}","model":"fast","max_iterations":3,"kind":"prompt","optional":true,"fallback":"-","tools":["look"],"output":{"type":"string"},"next":"end","map":{"over":"{{plan.items}}","agent":"r","prompt":"Look into {{item}}","concurrency":3,"on_failure":"stop"},"cases":[{"when":[{"value":"{{plan.kind}}","test":"one_of","with":["a",1,null]}],"next":"tell"}],"repeat":{"from":"plan","until":[{"value":"{{plan.kind}}","test":"one_of","with":["a",1,null]}],"most":3}}],"critic":4.5E0,"budget":{"ms":600000,"tokens":200000,"nano_usd":1500000000,"on_breach":"tier","tier":"cheap"},"ask":["a*"],"deny":["b"],"allow":["c(d)"],"skills":["s"],"agents":["r"],"skill_packs":["office"],"submit_tool":true,"output":{"type":"string"},"resolved_delegates":[{"kind":"skill","name":"s","description":"d","parameters":{"type":"object"},"agent":{"name":"s"}}],"context_tokens":1000,"system_header":"Be kind.","model_tier":"smart","session":"later","pinned_packs":[{"pack":"office","digest":"ab","skills":["pdf"],"missing":[{"path":"link","what":"a symbolic link"}]}],"skill_catalog":"Skills: pdf","budgets_above":["top"],"source_tools":["fs.*"]})json");
}

TEST(AgentJson, AgentsDifferWhenTheirSubAgentsDo) {  // [API-06]
  Agent one = full_agent(), other = full_agent();
  EXPECT_TRUE(one == other);
  other.sub_agents[0].sub_agents[0].system_prompt = "Be long.";
  EXPECT_FALSE(one == other);
  EXPECT_NE(to_json(one), to_json(other));
  EXPECT_EQ(to_json(one).at("sub_agents").at(0).at("sub_agents").at(0).at("name"), "w");
}

TEST(AgentJson, SaysThatADefinitionIsMalformed) {
  EXPECT_EQ(agent_from_json({{"name", 7}}).error().code(), "journal.malformed");
}

}  // namespace
}  // namespace executus
