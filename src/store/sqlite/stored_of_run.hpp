// Values and files of a scope as SQL that deletes them, within write transactions: those of an erased run go with it.
// Files are detached first, whole: from then on nobody finds them, also when the process ends before they are deleted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

class StoredOfRun final {
 public:
  explicit StoredOfRun(const Connection& connection);

  // As much as one transaction deletes. False: there was nothing left.
  [[nodiscard]] bool delete_part(std::string_view run) {
    auto scope = std::string("run/").append(run);
    return delete_values(scope) || detach_files(scope);
  }
  [[nodiscard]] bool delete_values(const std::string& scope);
  [[nodiscard]] bool detach_files(const std::string& scope);
  // Of detached files, whosever they were.
  [[nodiscard]] bool has_detached();
  [[nodiscard]] bool delete_detached();

 private:
  const Connection& connection_;
  Statement values_, delete_value_, detach_, detached_, parts_, delete_part_, delete_file_;
};

}  // namespace executus::sqlite
