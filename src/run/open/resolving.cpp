#include "run/open/resolving.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/json.hpp>
#include <unistd.h>

#include "run/definition/admission.hpp"
#include "run/definition/defined_tools.hpp"
#include "run/definition/output.hpp"
#include "run/definition/phase_edges.hpp"
#include "run/definition/phase_faults.hpp"
#include "run/definition/source_declaration.hpp"
#include "run/definition/sub_agents.hpp"
#include "run/definition/submit_tool.hpp"
#include "tool/chosen_by_name.hpp"

namespace executus::run {
namespace {

std::string working_directory() {
  std::string path(4096, '\0');
  if (!::getcwd(path.data(), path.size()))
    throw failed("run.root", "the working directory cannot be read; give the agent a root");
  path.resize(path.find('\0'));
  path.shrink_to_fit();  // a run keeps it as long as it lives
  return path;
}

// As of where the run is submitted: a later process may work elsewhere.
void make_absolute(std::string& root) {
  if (!root.starts_with('/')) root = working_directory() + "/" + root;
}

// An empty one is the parent's.
void make_roots_absolute(std::vector<Agent>& agents) {
  for (auto& agent : agents) {
    if (!agent.root.empty()) make_absolute(agent.root);
    make_roots_absolute(agent.sub_agents);
  }
}

SkillPacks& skill_packs_for(const Agent& agent, SkillPacks* packs) {
  if (packs) return *packs;
  throw failed("skillpack.unknown", "agent '" + agent.name + "' names skill packs, and this host has none");
}

void resolve_skills(Agent& agent, SkillPacks* packs) {
  agent.pinned_packs.clear();
  agent.skill_catalog.clear();
  if (agent.skill_packs.empty()) return;
  auto resolved = skill_packs_for(agent, packs).resolve(agent.skill_packs).value();
  agent.pinned_packs = std::move(resolved.packs);
  agent.skill_catalog = std::move(resolved.catalog);
}

void fill_in(Agent& agent, Definition definition, const ExecutorConfig& config, std::string_view caller) {
  const auto& defaults = config.defaults;
  if (agent.max_iterations <= 0) agent.max_iterations = defaults.max_iterations;
  if (agent.max_runtime.count() <= 0) agent.max_runtime = defaults.max_runtime;
  if (agent.root.empty()) agent.root = working_directory();
  make_absolute(agent.root);
  if (!agent.system_header) agent.system_header = config.system_header;
  if (definition == Definition::fresh) {
    if (agent.budget && !config.ports.budget)
      throw failed("budget.unsupported", "agent '" + agent.name +
                                             "' has a budget, and this host keeps none; take 'budget' out of the "
                                             "agent, or give the host one (Ports::budget)");
    check_permissions(agent);
    check_sub_agents(agent);
    make_roots_absolute(agent.sub_agents);
    agent.resolved_delegates = resolve_delegates(agent, config.ports.sub_agents, caller);
    agent.sub_agents.clear();  // they are among the delegates now
    check_phases(agent);
    resolve_skills(agent, config.ports.skill_packs);
  }
  if (agent.model.empty()) agent.model = defaults.fallback_tier;
}

bool is_source(const boost::json::object& declaration, const ExecutorConfig& config) {
  return config.ports.tool_sources && config.ports.tool_sources->is_source(declaration);
}

// What `pattern` names at most, of all sources of the agent.
Names names_of_sources(const std::string& pattern, const Agent& agent, const ExecutorConfig& config) {
  auto most = Names::none;
  for (const auto& declaration : agent.declared_tools)
    if (is_source(declaration, config)) most = std::max(most, names_tools_of(pattern, source_name(declaration)));
  return most;
}

std::vector<std::string> patterns_for_sources(const Agent& agent, const ExecutorConfig& config) {
  std::vector<std::string> patterns;
  for (const auto& pattern : agent.tools)
    if (names_of_sources(pattern, agent, config) != Names::none) patterns.push_back(pattern);
  return patterns;
}

// Of those that the agent names. A glob that may name tools of a source need not name others.
Result<tool::Toolbox> select(const tool::Registry& tools, const Agent& agent, const ExecutorConfig& config) {
  auto patterns = agent.tools;
  std::erase_if(patterns, [&](const std::string& pattern) {
    auto names = names_of_sources(pattern, agent, config);
    return names == Names::only || (names == Names::some && !tools.select({pattern}).ok());
  });
  return tools.select(patterns);
}

// A declaration whose kind is the name of a shell tool of the registry says how that tool is to be for this agent.
tool::Registry without_configured(const tool::Registry& registry, const Agent& agent) {
  tool::Registry rest;
  for (const auto& name : registry.names()) {
    auto configures = [&](const boost::json::object& declaration) {
      const auto* kind = declaration.if_contains("kind");
      return kind && *kind == boost::json::value(name);
    };
    auto tool = registry.find(name);
    if (!tool::is_chosen_by_name(tool->info()) || std::ranges::none_of(agent.declared_tools, configures))
      rest.add(std::move(tool));
  }
  return rest;
}

// What the agent names: of the registry, and what it declares itself.
tool::Toolbox own_tools(const Agent& agent, const ExecutorConfig& config) {
  if (agent.declared_tools.empty()) return config.registry->select(agent.tools).value();
  tool::Registry all = without_configured(*config.registry, agent);
  for (const auto& declaration : agent.declared_tools) {
    if (is_source(declaration, config)) continue;
    if (!config.ports.declared_tools)
      throw failed("tool.declared",
                   "agent '" + agent.name + "' declares tools, but this host cannot build declared tools");
    all.add(config.ports.declared_tools->make(declaration).value());
  }
  return select(all, agent, config).value();
}

void add_missing_of_sources(LiveRun::Parts& parts, const ExecutorConfig& config) {
  for (const auto& declaration : parts.agent.declared_tools) {
    if (!is_source(declaration, config)) continue;
    for (const auto& what : config.ports.tool_sources->missing(declaration))
      parts.missing.push_back("'" + source_name(declaration) + "': " + what);
  }
}

void set_form(LiveRun::Parts& parts) {
  check_output(parts.agent);
  parts.stage.form = std::make_shared<const agent::AnswerForm>(parts.agent.output);
  parts.stage.toolbox.add(make_submit_tool(parts.stage.form));
}

// In such phases the kernel's own tool of that name hands the answer in, whatever the agent's permissions say.
void refuse_own_submit(const Agent& agent, const tool::Toolbox& toolbox) {
  if (!toolbox.find(agent::kSubmitTool)) return;
  throw failed("submission.phases", "agent '" + agent.name +
                                        "' cannot be run: a phase with an output hands it in by a tool called "
                                        "'submit', and the agent has one of that name; rename that");
}

void set_tools(LiveRun::Parts& parts, Definition definition, const ExecutorConfig& config,
               const Invocation& invocation) {
  auto& toolbox = parts.stage.toolbox = own_tools(parts.agent, config);
  if (definition == Definition::fresh) parts.agent.source_tools = patterns_for_sources(parts.agent, config);
  parts.agent.tools.clear();
  for (const auto& tool : toolbox.tools()) parts.agent.tools.push_back(tool->info().spec.name);
  for (auto& tool : delegation_tools(parts.agent.resolved_delegates)) toolbox.add(std::move(tool));
  if (!parts.agent.pinned_packs.empty())
    toolbox.add(skill_packs_for(parts.agent, config.ports.skill_packs).tool(parts.agent.pinned_packs));
  bool typed_phases = has_typed_phases(parts.agent.phases);
  if (typed_phases) refuse_own_submit(parts.agent, toolbox);
  if (!parts.agent.output.empty())
    set_form(parts);
  else if (!typed_phases && parts.agent.submit_tool == Agent::SubmitTool::added && !toolbox.find("submit"))
    toolbox.add(make_submit_tool());
  for (const auto& tool : invocation.extra_tools) toolbox.add(tool);
}

// What a stored definition remembers and the toolbox has not, or has otherwise. What a session may still bring is not
// missed.
std::vector<std::string> absent(const Agent& agent, const tool::Toolbox& toolbox, SessionStage session) {
  bool may_be_the_sessions = agent.session == Agent::Session::unknown || agent.session == Agent::Session::stored;
  std::vector<std::string> all;
  for (const auto& known : agent.resolved_tools) {
    const auto* tool = toolbox.find(known.spec.name);
    if (tool && !takes_arguments_of(tool->info().spec.parameters, known.spec.parameters))
      all.push_back("tool '" + known.spec.name + "' with the arguments the run was started with");
    if (!tool && !(session == SessionStage::to_come && may_be_the_sessions))
      all.push_back("tool '" + known.spec.name + "'");
  }
  if (session == SessionStage::none && agent.session == Agent::Session::later)
    all.push_back("a session for the run, which this host does not make");
  return all;
}

// What the tools need and this process does not have: secrets, mostly.
std::vector<std::string> lacking(const tool::Toolbox& toolbox) {
  std::vector<std::string> all;
  for (const auto& tool : toolbox.tools())
    for (const auto& what : tool->missing()) all.push_back("tool '" + tool->info().spec.name + "': " + what);
  return all;
}

}  // namespace

void resolve_model(LiveRun::Parts& parts, const ExecutorConfig& config) {
  auto& agent = parts.agent;
  if (agent.model_tier.empty()) agent.model_tier = agent.model;
  auto model = config.models->resolve(agent.model).value();
  if (!model.model)
    throw failed("model.missing", "the model resolver returned no model for '" + agent.model + "'; fix the resolver");
  agent.model = std::move(model.spec);
  if (agent.context_tokens <= 0 && config.context_tokens) agent.context_tokens = config.context_tokens(agent.model);
  if (agent.context_tokens <= 0) agent.context_tokens = model.context_tokens;
  parts.stage.model = std::move(model.model);
  parts.stage.attribution = std::move(model.attribution);
  parts.missing = std::move(model.missing);
  parts.stage.context_tokens = agent.context_tokens;
}

LiveRun::Parts resolve(const ExecutorConfig& config, Definition definition, Agent agent, const Invocation& invocation,
                       WallTime started_at) {
  LiveRun::Parts parts;
  fill_in(agent, definition, config, invocation.caller);
  parts.agent = std::move(agent);
  resolve_model(parts, config);
  set_tools(parts, definition, config, invocation);
  add_missing_of_sources(parts, config);
  parts.info = run_info(parts.agent, invocation, started_at);
  parts.stage.specs = parts.stage.toolbox.specs();
  parts.stage.skill_catalog = parts.agent.skill_catalog;
  parts.stage.system = with_skills(parts.stage, with_header(*parts.agent.system_header, parts.agent.system_prompt));
  parts.stage.max_steps = parts.agent.max_iterations;
  parts.delivery = invocation.delivery;
  parts.observer = invocation.observer;
  return parts;
}

std::unique_ptr<RunSources> open_sources(const LiveRun::Parts& parts, const ExecutorConfig& config) {
  std::vector<boost::json::object> declarations;
  for (const auto& declaration : parts.agent.declared_tools)
    if (is_source(declaration, config)) declarations.push_back(declaration);
  if (declarations.empty() || parts.agent.source_tools.empty()) return nullptr;
  auto& port = *config.ports.tool_sources;
  auto open = port.open(parts.info, parts.agent.root, declarations);
  if (!open) throw failed("tool.sources", "the host's sources of tools (Ports::tool_sources) opened none; fix them");
  return std::make_unique<RunSources>(
      RunSources{port, std::move(open), std::move(declarations), parts.agent.source_tools});
}

SessionFactory session_factory(const Ports& ports, const Invocation& invocation, const RunInfo& info) {
  if (invocation.session) return invocation.session;
  return ports.sessions ? ports.sessions->for_run(info) : SessionFactory();
}

std::vector<std::string> missing_of(const LiveRun::Parts& parts, SessionStage session) {
  auto all = absent(parts.agent, parts.stage.toolbox, session);
  std::ranges::move(lacking(parts.stage.toolbox), std::back_inserter(all));
  std::ranges::copy(parts.missing, std::back_inserter(all));
  return all;
}

void require_complete(const LiveRun::Parts& parts, SessionStage session) {
  auto all = missing_of(parts, session);
  if (all.empty()) return;
  std::string text = "the run cannot be driven here";
  for (const auto& what : all) text += "; " + what;
  throw failed("tool.missing", text);
}

}  // namespace executus::run
