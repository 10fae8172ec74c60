#include <executus/schedule/memory_store.hpp>

#include "schedule/store_suite_test.hpp"

namespace executus::schedule {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, ScheduleStoreSuite,
                         ::testing::Values([] { return std::make_unique<MemorySchedules>(); }));

}  // namespace
}  // namespace executus::schedule
