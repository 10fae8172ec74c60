// Stores for judged_stores_test.sh, which runs the suite on them: one that lacks all that a place can lack, and one
// that is wrong.
#include <executus/conformance/journal.hpp>
#include <executus/journal/memory_store.hpp>

namespace executus::conformance {
namespace {

INSTANTIATE_TEST_SUITE_P(Bare, JournalConformance,
                         ::testing::Values([] { return journal::make_memory_store(system_clock()); }));

// Every worker finds it empty.
class ForgetfulPlace final : public JournalPlace {
 public:
  explicit ForgetfulPlace(testing::ManualClock& clock) : clock_(clock) {}
  std::shared_ptr<journal::JournalStore> open_worker() override { return journal::make_memory_store(clock_); }

 private:
  testing::ManualClock& clock_;
};

INSTANTIATE_TEST_SUITE_P(Forgetful, JournalConformance, ::testing::Values([](testing::ManualClock& clock) {
                           return std::make_unique<ForgetfulPlace>(clock);
                         }));

}  // namespace
}  // namespace executus::conformance
