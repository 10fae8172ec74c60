// The step from format 3 to 4: rows of runs learn their root, version, channel, attributes, end and cost.
#pragma once

#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

// Within a transaction.
void from_format_3(Connection& connection);

}  // namespace executus::sqlite
