// Port: finds files by their content, with whatever index the host has.
//
// Absent: the tool file_search is not there. Threads: any; cancelled with the call. Errors: the call fails with what is
// thrown. What it finds and the run may not read is left out by the tool, so an index of all files will do.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/storage/scope.hpp>

namespace executus::storage {

struct FileHit {
  std::string file_id;
  std::string excerpt = {};  // of its content, for the model
};

class FileSearcher {
 public:
  virtual ~FileSearcher() = default;

  // Files of the scope, the best first, at most `limit`.
  [[nodiscard]] virtual Task<std::vector<FileHit>> search(Scope scope, std::string query, std::size_t limit) = 0;
};

}  // namespace executus::storage
