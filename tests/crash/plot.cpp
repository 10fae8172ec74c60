#include "plot.hpp"

#include <map>

#include "mark.hpp"

namespace executus::crash {
namespace {

namespace json = boost::json;

ScriptedCall act(const std::string& thread, int ordinal) {
  auto label = thread + "/" + std::to_string(ordinal);
  return {"call_" + std::to_string(ordinal), label, R"({"label":")" + label + R"(","amount":1})"};
}

ScriptedCall delegate(const std::string& child) {
  return {"call_" + child, "", json::serialize(json::object{{"prompt", prompt_for(child)}}), "agent__child"};
}

// `steps` answers with a call each, and then nothing but words, however often it is asked.
Answer step(const std::string& thread, int ordinal, int steps) {
  Answer answer{thread, ordinal, marked_text(thread, ordinal)};
  if (ordinal < steps) answer.calls.push_back(act(thread, ordinal));
  return answer;
}

std::string phase_in(const json::object& request) {
  constexpr std::string_view kPhase = "This is phase ";
  auto text = json::serialize(request.at("messages"));
  auto at = text.find(kPhase);
  return at == std::string::npos ? "none" : text.substr(at + kPhase.size(), text.find('.', at) - at - kPhase.size());
}

Answer in_phases(const std::string& run, const json::object& request) {
  return step(run + "/" + phase_in(request), assistant_messages(request), 1);
}

Answer in_family(const std::string& run, const json::object& request) {
  int ordinal = assistant_messages(request);
  bool is_child = run.ends_with("-a") || run.ends_with("-b");
  auto answer = step(run, ordinal, is_child ? 1 : 0);
  if (!is_child && ordinal == 0) answer.calls = {delegate(run + "-a"), delegate(run + "-b")};
  return answer;
}

Answer steered(const std::string& run, const json::object& request) {
  return step(run, assistant_messages(request), 3);
}

Mind mind_of(Plot plot) {
  constexpr Answer (*minds[])(const std::string&, const json::object&) = {in_phases, in_family, steered};
  auto mind = minds[static_cast<int>(plot)];
  return [mind](const json::object& request, const std::string& body) -> std::optional<Answer> {
    auto run = run_in(body);
    if (run.empty()) return std::nullopt;
    return mind(run, request);
  };
}

constexpr const char* kThreePhases =
    "phases:\n"
    "  - {name: one, system_prompt: \"This is phase one.\"}\n"
    "  - {name: two, system_prompt: \"This is phase two. Before: {{one}}\"}\n"
    "  - {name: three, system_prompt: \"This is phase three. Before: {{two}}\"}\n";

std::map<std::string, std::string> files_of(Plot plot, const EffectServer& effects) {
  const std::string head = "model: lab/test\nsystem_prompt: You act step by step.\nroot: .\nmax_iterations: 12\n";
  auto tool = tool_declaration(EffectClass::keyed, effects);
  if (plot == Plot::delegation)
    return {{"agent.yaml", "name: crash\n" + head + "agents: [child]\n"},
            {"agents/child.yaml", "name: child\ndescription: Helps.\n" + head + tool}};
  return {{"agent.yaml", "name: crash\n" + head + (plot == Plot::phases ? kThreePhases : "") + tool}};
}

}  // namespace

Cast cast_of(Plot plot) {
  return {mind_of(plot), EffectServer::Repeats::deduped_by_key,
          [plot](const EffectServer& effects) { return files_of(plot, effects); }};
}

}  // namespace executus::crash
