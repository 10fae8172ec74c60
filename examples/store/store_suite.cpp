// The store of file_store.cpp, held to the tests of journal stores.
#include <executus/conformance/journal.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "file_store.hpp"

using executus::conformance::JournalConformance;
using executus::conformance::Need;

// Where its workers meet, one after the other: a file.
class OneFile final : public executus::conformance::JournalPlace {
 public:
  explicit OneFile(executus::Clock& clock) : clock_(clock) {}
  std::shared_ptr<executus::journal::JournalStore> open_worker() override {
    return open_file_store(folder_ / "runs.jsonl", clock_);
  }
  std::vector<Need> lacks() const override { return {Need::several_workers, Need::takeover}; }

 private:
  executus::Clock& clock_;
  executus::testing::TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(FileStore, JournalConformance, ::testing::Values([](executus::testing::ManualClock& clock) {
                           return std::make_unique<OneFile>(clock);
                         }));
