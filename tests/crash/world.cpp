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

World::World(const fs::path& folder, const std::string& name, EffectClass effect, const Stage& stage)
    : folder_(folder),
      store_(folder / (name + "-store")),
      agent_(folder / (name + ".yaml")),
      model_(stage),
      effects_(repeats_for(effect), stage) {
  fs::create_directory(store_);
  write_agent(effect);
}

// The settle time outlives what the effect server dawdles (round.cpp) many times over: that is the promise a target has
// to keep for a probe to be believed.
void World::write_agent(EffectClass effect) const {
  std::ofstream file(agent_);
  file << "name: crash\n"
          "model: lab/test\n"
          "system_prompt: You act step by step.\n"
          "root: "
       << folder_.string()
       << "\nmax_iterations: 12\n"
          "tools: ["
       << kTool << "]\nhttp_tools:\n  - name: " << kTool
       << "\n    description: Makes an effect happen.\n    url: " << effects_.effect_url()
       << "\n    effect: " << name_of(effect) << "\n    timeout: 20s\n    allow_private_network: true\n";
  if (effect == EffectClass::probeable)
    file << "    settle: 1s\n    probe: {url: \"" << effects_.probe_url() << "\"}\n";
  file << "    parameters:\n"
          "      type: object\n"
          "      properties: {label: {type: string}, amount: {type: integer}}\n"
          "      required: [label, amount]\n";
}

std::vector<std::string> World::run_command(const std::string& run) const {
  return {"run", agent_.string(), prompt_for(run), "--run-id", run, "--json"};
}

std::vector<std::string> World::recover_command(const std::string& run) {
  return {"recover", run, "--max-attempts", "unlimited", "--json"};
}

Process World::start(const std::vector<std::string>& arguments) const {
  return Process(folder_, arguments,
                 {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                  {"HOME", folder_.string()},
                  {"EXECUTUS_DB", (store_ / "executus.db").string()},
                  {"LLM_LAB", "openai+" + model_.url()}});
}

Finished World::call(const std::vector<std::string>& arguments) const { return start(arguments).finish(); }

void World::settle() {
  model_.settle();
  effects_.settle();
}

// Nothing: no such run. Anything else that goes wrong in reading the store is a failure of the round.
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
