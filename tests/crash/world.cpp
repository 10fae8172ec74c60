#include "world.hpp"

#include <fstream>
#include <stdexcept>

#include "script.hpp"

namespace executus::crash {
namespace {

namespace fs = std::filesystem;

EffectServer::Repeats repeats_for(EffectClass effect) {
  return effect == EffectClass::keyed ? EffectServer::Repeats::deduped_by_key : EffectServer::Repeats::happen;
}

}  // namespace

// The settle time outlives what the effect server dawdles (dawdle.hpp) many times over: that is the promise a target
// has to keep for a probe to be believed.
std::string tool_declaration(EffectClass effect, const EffectServer& effects) {
  std::string text = "http_tools:\n  - name: " + std::string(kTool) +
                     "\n    description: Makes an effect happen.\n    url: " + effects.effect_url() +
                     "\n    effect: " + name_of(effect) + "\n    timeout: 20s\n    allow_private_network: true\n";
  if (effect == EffectClass::probeable) text += "    settle: 1s\n    probe: {url: \"" + effects.probe_url() + "\"}\n";
  return text +
         "    parameters:\n"
         "      type: object\n"
         "      properties: {label: {type: string}, amount: {type: integer}}\n"
         "      required: [label, amount]\n";
}

Cast scripted_cast(EffectClass effect) {
  auto files = [effect](const EffectServer& effects) -> std::map<std::string, std::string> {
    return {{"agent.yaml",
             "name: crash\nmodel: lab/test\nsystem_prompt: You act step by step.\nroot: .\nmax_iterations: 12\n"
             "tools: [" +
                 std::string(kTool) + "]\n" + tool_declaration(effect, effects)}};
  };
  return {follow_script, repeats_for(effect), files};
}

World::World(const fs::path& folder, const std::string& name, const Cast& cast, const Stage& stage)
    : folder_(folder / name), store_(folder_ / "store"), model_(stage, cast.mind), effects_(cast.repeats, stage) {
  fs::create_directories(store_);
  fs::create_directory(folder_ / "agents");
  for (const auto& [file, text] : cast.files(effects_)) std::ofstream(folder_ / file) << text;
}

std::vector<std::string> World::run_command(const std::string& run) const {
  return {"run", (folder_ / "agent.yaml").string(), prompt_for(run), "--run-id", run, "--json"};
}

std::vector<std::string> World::recover_command(const std::string& run) {
  return {"recover", run, "--max-attempts", "unlimited", "--json"};
}

Process World::start(const std::vector<std::string>& arguments, const std::string& name) const {
  return Process(folder_, arguments,
                 {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                  {"HOME", folder_.string()},
                  {"EXECUTUS_DB", (store_ / "executus.db").string()},
                  {"LLM_LAB", "openai+" + model_.url()}},
                 name);
}

Finished World::call(const std::vector<std::string>& arguments) const { return start(arguments).finish(); }

void World::let_arrive() {
  model_.let_arrive();
  effects_.let_arrive();
}

std::optional<std::string> World::ask(const std::vector<std::string>& command) const {
  auto finished = call(command);
  if (finished.exit == 0) return finished.out;
  if (finished.out.find("\"cli.run\"") != std::string::npos) return std::nullopt;
  throw std::runtime_error("'" + command[0] + " " + command[1] + "' failed: " + finished.out + finished.err);
}

Snapshot World::snapshot(const std::string& run) const {
  return {JournalView(ask({"runs", "events", run, "--json"}).value_or("")), model_.log(run), effects_.log()};
}

boost::json::object World::show(const std::string& run) const {
  auto shown = ask({"runs", "show", run, "--json"});
  return shown ? boost::json::parse(*shown).as_object() : boost::json::object{};
}

}  // namespace executus::crash
