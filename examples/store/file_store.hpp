// A journal store of one's own: a file of JSON lines, with the runs in memory beside it.
//
// What changes something is written down, synced, and then done in memory. What the memory answered once it answers
// again, so reading the lines leads to the same runs. One process at a time: the file is locked. It only grows, and it
// syncs on the thread that asks: a store for a small tool.
#pragma once

#include <memory>
#include <string>

#include <executus/journal/store.hpp>

// Makes the file when it is not there. Throws Error store.* when another process has it, or a line cannot be read. The
// clock outlives the store.
std::shared_ptr<executus::journal::JournalStore> open_file_store(const std::string& path, const executus::Clock& clock);
