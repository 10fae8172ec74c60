// The journal store of a database that may be read and not written: its runs can be looked at, and nothing else.
#pragma once

#include <filesystem>
#include <memory>

#include <executus/base/clock.hpp>
#include <executus/journal/store.hpp>

namespace executus::sqlite {

// What would write throws Error store.read_only. `clock` outlives the store. Throws Error store.* when the file cannot
// be read.
[[nodiscard]] std::unique_ptr<journal::JournalStore> make_reading_store(const std::filesystem::path& path,
                                                                        const Clock& clock, Milliseconds busy_timeout);

}  // namespace executus::sqlite
