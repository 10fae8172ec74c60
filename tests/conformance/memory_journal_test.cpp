#include <executus/journal/memory_store.hpp>

#include "conformance/journal_children_suite.hpp"

namespace executus::testing {
namespace {

class MemoryPlace final : public JournalPlace {
 public:
  explicit MemoryPlace(ManualClock& clock) : journal_(clock) {}
  std::unique_ptr<journal::JournalStore> open_worker() override { return journal_.open_worker(); }
  void presume_dead(journal::JournalStore& worker, journal::JournalStore&) override { journal_.declare_dead(worker); }

 private:
  journal::MemoryJournal journal_;
};

const JournalImplementation kMemory{"memory", [](ManualClock& clock) { return std::make_unique<MemoryPlace>(clock); }};

INSTANTIATE_TEST_SUITE_P(Memory, JournalStoreSuite, ::testing::Values(kMemory),
                         [](const auto& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(Memory, JournalChildrenSuite, ::testing::Values(kMemory),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace executus::testing
