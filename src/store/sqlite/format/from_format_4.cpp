#include "store/sqlite/format/from_format_4.hpp"

#include "store/sqlite/tables/battery_tables.hpp"

namespace executus::sqlite {

void from_format_4(Connection& connection) {
  for (const char* tables : battery_tables()) connection.execute(tables);
}

}  // namespace executus::sqlite
