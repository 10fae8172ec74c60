// Suspensions by hand in a file beside the database, for all processes that use it.
#pragma once

#include <mutex>
#include <string>

#include <executus/llm/health.hpp>

namespace executus {

class SuspensionFile final : public llm::SuspensionStore {
 public:
  // The file need not exist. `path` empty: nothing is stored.
  explicit SuspensionFile(std::string path) : path_(std::move(path)) {}

  // Throws Error models.suspensions when the file is there and cannot be read.
  [[nodiscard]] std::optional<std::vector<llm::ManualSuspension>> load() override;

  // All or nothing; the last of two writers wins.
  void save(const std::vector<llm::ManualSuspension>& suspensions) override;

 private:
  const std::string path_;
  std::mutex mutex_;
  std::string seen_;  // what tells one version of the file from the next
};

}  // namespace executus
