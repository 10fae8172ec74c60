// Port: makes addresses under which a file can be fetched without a login, for a time. The host serves them.
//
// Absent: the tool create_file_url is not there. Threads: any; cancelled with the call. Errors: the call fails with
// what is thrown. An address is as good as the file: whoever has it reads the file, and it is in the transcript of the
// run.
#pragma once

#include <string>

#include <executus/async/task.hpp>
#include <executus/storage/file_store.hpp>

namespace executus::storage {

struct FileUrl {
  std::string url;
  WallTime until{};  // it holds until then
};

class FileTokenMinter {
 public:
  virtual ~FileTokenMinter() = default;

  // `until`: it should hold so long; a shorter time is the host's to choose.
  [[nodiscard]] virtual Task<FileUrl> mint(FileInfo file, WallTime until) = 0;
};

}  // namespace executus::storage
