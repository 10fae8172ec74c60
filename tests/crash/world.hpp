// Everything one run needs: a folder with a store and agent files, the two servers, and the program with an environment
// that names them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "effect_class.hpp"
#include "effect_server.hpp"
#include "evidence.hpp"
#include "model_server.hpp"
#include "process.hpp"
#include "stage.hpp"

namespace executus::crash {

// The parts of a scenario: what the model says, how the target takes repeats, and the files by their paths, of which
// agent.yaml is the agent that is run.
struct Cast {
  Mind mind;
  EffectServer::Repeats repeats;
  std::function<std::map<std::string, std::string>(const EffectServer& effects)> files;
};

[[nodiscard]] Cast scripted_cast(EffectClass effect);
// The declaration of the tool of the script, as it stands in an agent file.
[[nodiscard]] std::string tool_declaration(EffectClass effect, const EffectServer& effects);

class World final {
 public:
  // `folder` exists; `name` tells apart the worlds in it.
  World(const std::filesystem::path& folder, const std::string& name, const Cast& cast, const Stage& stage);

  [[nodiscard]] std::vector<std::string> run_command(const std::string& run) const;
  [[nodiscard]] static std::vector<std::string> recover_command(const std::string& run);

  // `name` tells apart what runs at once.
  [[nodiscard]] Process start(const std::vector<std::string>& arguments, const std::string& name = "") const;
  [[nodiscard]] Finished call(const std::vector<std::string>& arguments) const;  // to its end

  // With no process of ours alive. let_arrive() waits for what dead ones have sent; without it, that may still come.
  void let_arrive();
  // Journal and object are empty when there is no such run. Throw std::runtime_error when the store cannot be read.
  [[nodiscard]] Snapshot snapshot(const std::string& run) const;
  [[nodiscard]] boost::json::object show(const std::string& run) const;

  [[nodiscard]] const std::filesystem::path& store_folder() const { return store_; }
  [[nodiscard]] EffectLog effects() const { return effects_.log(); }
  [[nodiscard]] std::map<std::string, ModelLog> asked() const { return model_.logs(); }
  // What a command prints; nothing: no such run. Throws std::runtime_error when it fails otherwise.
  [[nodiscard]] std::optional<std::string> ask(const std::vector<std::string>& command) const;

 private:
  std::filesystem::path folder_, store_;
  ModelServer model_;
  EffectServer effects_;
};

}  // namespace executus::crash
