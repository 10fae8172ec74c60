#include "cli/service/reload.hpp"

#include <utility>

#include "runtime/suspension_file.hpp"

namespace executus::cli {
namespace {

// A catalog with what it stands on.
class ReadModels final : public llm::ModelResolver {
 public:
  ReadModels(llm::ResolverOptions options, const std::string& database) : suspensions_(database + ".models.json") {
    options.suspension_store = &suspensions_;
    catalog_ = llm::make_model_resolver(std::move(options));
  }
  [[nodiscard]] Result<llm::ResolvedModel> resolve(std::string_view name) override { return catalog_->resolve(name); }
  [[nodiscard]] std::optional<llm::NanoDollars> cost(std::string_view target, const llm::Usage& usage,
                                                     WallTime when) override {
    return catalog_->cost(target, usage, when);
  }

 private:
  SuspensionFile suspensions_;
  std::unique_ptr<llm::ModelCatalog> catalog_;
};

}  // namespace

void take_models(const ProjectConfig& project, llm::ResolverOptions& options) {
  options.tiers = project.tiers;
  options.aliases = project.aliases;
  options.limits = project.limits;
  options.prices = project.prices;
  options.context_windows = project.context_windows;
}

std::unique_ptr<llm::ModelResolver> make_models(const ProjectConfig& project, Runtime& runtime, Logger& logger) {
  llm::ResolverOptions options;
  take_models(project, options);
  options.http = &runtime.http();
  options.clock = &runtime.loop().clock();
  options.logger = &logger;
  return std::make_unique<ReadModels>(std::move(options), runtime.database());
}

}  // namespace executus::cli
