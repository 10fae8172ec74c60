#include "store/sqlite/connection/open_connection.hpp"

#include <atomic>

#include <pthread.h>

#include <executus/base/error.hpp>

namespace executus::sqlite {
namespace {

std::atomic<int> open_connections{0};
std::atomic<bool> forked_with_connections{false};

const int open_ones_are_noted = ::pthread_atfork(nullptr, nullptr, [] {
  if (open_connections > 0) forked_with_connections = true;
});

}  // namespace

OpenConnection::OpenConnection(const std::filesystem::path& database) {
  if (forked_with_connections)
    throw failed("store.forked", "the database " + database.string() +
                                     " was not opened: the parent of this process had a database open when it forked, "
                                     "and SQLite cannot be used here then; call exec first, or fork before");
  ++open_connections;
}

OpenConnection::~OpenConnection() { --open_connections; }

}  // namespace executus::sqlite
