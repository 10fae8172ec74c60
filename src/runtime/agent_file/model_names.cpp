#include "runtime/agent_file/model_names.hpp"

#include "base/text.hpp"
#include "llm/catalog/naming.hpp"

namespace executus {
namespace {

// What is wrong with it wherever it is read: each name in it counts as a model that is there.
std::optional<Error> malformed_model(const std::string& name) {
  llm::Naming all_known;
  all_known.tier = [](const std::string&) { return Result<std::optional<std::string>>(std::string("some/model")); };
  auto chain = llm::expand_name(name, all_known);
  return chain.ok() ? std::nullopt : std::optional(chain.error());
}

}  // namespace

std::optional<ModelFault> fault_of_model(const std::string& name, const ModelObstacle& obstacle) {
  using enum ModelFault::Of;
  if (trim(name).empty()) return ModelFault{file, "must not be empty; leave it out to have the default"};
  if (auto wrong = malformed_model(name)) return ModelFault{file, wrong->message()};
  auto why = obstacle ? obstacle(name) : std::nullopt;
  if (!why || why->code() == "model.no_provider") return std::nullopt;  // a tier is what a place makes of it
  if (why->code() == "model.unknown") return ModelFault{file, why->message()};
  return ModelFault{surroundings, why->message()};
}

}  // namespace executus
