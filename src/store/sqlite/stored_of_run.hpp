// Values and files of a scope as SQL that deletes them, within write transactions: those of an erased run go with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite/connection.hpp"

namespace executus::sqlite {

class StoredOfRun final {
 public:
  explicit StoredOfRun(const Connection& connection);

  // As much as one transaction deletes. False: there was nothing left.
  [[nodiscard]] bool delete_part(std::string_view run) {
    auto scope = std::string("run/").append(run);
    return delete_values(scope) || delete_file(scope);
  }
  [[nodiscard]] bool delete_values(const std::string& scope);
  [[nodiscard]] bool delete_file(const std::string& scope);

 private:
  Statement values_, delete_value_, file_, parts_, delete_part_, delete_file_;
};

}  // namespace executus::sqlite
