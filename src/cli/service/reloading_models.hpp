// The models of a worker that reads its configuration again: runs that are opened afterwards get the new tables, those
// that live keep what they have.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <executus/llm/resolver.hpp>

namespace executus::cli {

// Threads: any.
class ReloadingModels final : public llm::ModelResolver {
 public:
  explicit ReloadingModels(llm::ModelResolver& first) : current_(&first) {}

  [[nodiscard]] Result<llm::ResolvedModel> resolve(std::string_view name) override { return current()->resolve(name); }

  [[nodiscard]] std::optional<llm::NanoDollars> cost(std::string_view target, const llm::Usage& usage,
                                                     WallTime when) override {
    return current()->cost(target, usage, when);
  }

  // What was used before is kept: models it gave may live on.
  void use(std::unique_ptr<llm::ModelResolver> next) {
    std::lock_guard lock(mutex_);
    current_ = next.get();
    all_.push_back(std::move(next));
  }

 private:
  llm::ModelResolver* current() {
    std::lock_guard lock(mutex_);
    return current_;
  }

  std::mutex mutex_;
  llm::ModelResolver* current_;
  std::vector<std::unique_ptr<llm::ModelResolver>> all_;
};

}  // namespace executus::cli
