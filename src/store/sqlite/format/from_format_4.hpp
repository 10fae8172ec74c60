// The step from format 4 to 5: the tables of the batteries.
#pragma once

#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

// Within a transaction.
void from_format_4(Connection& connection);

}  // namespace executus::sqlite
