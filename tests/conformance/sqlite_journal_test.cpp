#include <filesystem>

#include <executus/conformance/journal.hpp>
#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus::conformance {
namespace {

// Time stands still for the stores unless a test moves it: no heartbeat is due, and no lease runs out.
class SqlitePlace final : public JournalPlace {
 public:
  explicit SqlitePlace(testing::ManualClock& clock) : clock_(clock) {}

  std::shared_ptr<journal::JournalStore> open_worker() override {
    return sqlite::open_store({folder_ / "journal.db", &clock_, Milliseconds(5'000), {}});
  }

  // It lives, but shows no sign of it for the lease: the witness looks, waits, and looks again.
  void presume_dead(journal::JournalStore&, journal::JournalStore& witness) override {
    auto loop = make_loop(1);
    (void)block_on(*loop, witness.claimable({}));
    clock_.advance(std::chrono::seconds(15));
    (void)block_on(*loop, witness.claimable({}));
  }

 private:
  testing::ManualClock& clock_;
  testing::TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, JournalConformance, ::testing::Values([](testing::ManualClock& clock) {
                           return std::make_unique<SqlitePlace>(clock);
                         }));

}  // namespace
}  // namespace executus::conformance
