#include <executus/budget/memory_store.hpp>

#include "budget/store_suite_test.hpp"

namespace executus::budget {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, BudgetStoreSuite,  // [BUD-02] [BUD-04] [BUD-06]
                         ::testing::Values([] { return std::make_unique<MemoryBudgets>(); }));

}  // namespace
}  // namespace executus::budget
