#include <executus/conformance/journal.hpp>
#include <executus/journal/memory_store.hpp>

namespace executus::conformance {
namespace {

class MemoryPlace final : public JournalPlace {
 public:
  explicit MemoryPlace(testing::ManualClock& clock) : journal_(clock) {}
  std::shared_ptr<journal::JournalStore> open_worker() override { return journal_.open_worker(); }
  void presume_dead(journal::JournalStore& worker, journal::JournalStore&) override { journal_.declare_dead(worker); }

 private:
  journal::MemoryJournal journal_;
};

INSTANTIATE_TEST_SUITE_P(Memory, JournalConformance, ::testing::Values([](testing::ManualClock& clock) {
                           return std::make_unique<MemoryPlace>(clock);
                         }));

}  // namespace
}  // namespace executus::conformance
