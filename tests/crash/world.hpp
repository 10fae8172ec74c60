// Everything one run needs: a store and an agent file in a folder, the two servers, and the program with an environment
// that names them.
#pragma once

#include <filesystem>
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

class World final {
 public:
  // `folder` exists; `name` tells apart the worlds in it.
  World(const std::filesystem::path& folder, const std::string& name, EffectClass effect, const Stage& stage);

  [[nodiscard]] std::vector<std::string> run_command(const std::string& run) const;
  [[nodiscard]] static std::vector<std::string> recover_command(const std::string& run);

  [[nodiscard]] Process start(const std::vector<std::string>& arguments) const;
  [[nodiscard]] Finished call(const std::vector<std::string>& arguments) const;  // to its end

  // With no process of ours alive. settle() waits for what dead ones have sent; without it, that may still come.
  void settle();
  // Journal and object are empty when there is no such run. Throw std::runtime_error when the store cannot be read.
  [[nodiscard]] Snapshot snapshot(const std::string& run) const;
  [[nodiscard]] boost::json::object show(const std::string& run) const;

  [[nodiscard]] const std::filesystem::path& store_folder() const { return store_; }
  [[nodiscard]] EffectLog effects() const { return effects_.log(); }

 private:
  void write_agent(EffectClass effect) const;
  [[nodiscard]] std::optional<std::string> ask(const std::vector<std::string>& command) const;

  std::filesystem::path folder_, store_, agent_;
  ModelServer model_;
  EffectServer effects_;
};

}  // namespace executus::crash
