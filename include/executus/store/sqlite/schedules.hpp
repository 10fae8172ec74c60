// The jobs of schedules in one SQLite file, beside its runs. Any number of processes share them.
#pragma once

#include <memory>

#include <executus/schedule/store.hpp>
#include <executus/store/sqlite/database.hpp>

namespace executus::sqlite {

// Keeps the file open as long as it lives.
[[nodiscard]] std::unique_ptr<schedule::ScheduleStore> schedules_of(const Database& database);

}  // namespace executus::sqlite
