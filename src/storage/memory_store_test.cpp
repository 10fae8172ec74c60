#include <executus/base/clock.hpp>

#include "storage/store_suite_test.hpp"

namespace executus::storage {
namespace {

// [TLS-08] [TLS-12] [TLS-15]
INSTANTIATE_TEST_SUITE_P(Memory, KvStoreSuite, ::testing::Values([] { return make_memory_kv_store(system_clock()); }));
// [TLS-09] [TLS-12] [TLS-15]
INSTANTIATE_TEST_SUITE_P(Memory, FileStoreSuite,
                         ::testing::Values([] { return make_memory_file_store(system_clock()); }));

}  // namespace
}  // namespace executus::storage
