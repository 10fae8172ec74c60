// Benches by hand in a file beside the database, for all processes that use it.
#pragma once

#include <mutex>
#include <string>

#include <executus/llm/health.hpp>

namespace executus {

class BenchFile final : public llm::BenchStore {
 public:
  // The file need not exist. `path` empty: nothing is stored.
  explicit BenchFile(std::string path) : path_(std::move(path)) {}

  // Throws Error models.benches when the file is there and cannot be read.
  [[nodiscard]] std::optional<std::vector<llm::ManualBench>> load() override;

  // All or nothing; the last of two writers wins.
  void save(const std::vector<llm::ManualBench>& benches) override;

 private:
  const std::string path_;
  std::mutex mutex_;
  std::string seen_;  // what tells one version of the file from the next
};

}  // namespace executus
