// A cassette on disk: appended to line by line, or read whole.
#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "llm/cassette/cassette_line.hpp"

namespace executus::llm {

// Threads: any. What append() returned from survives this process, not the machine.
class CassetteWriter final {
 public:
  explicit CassetteWriter(const std::filesystem::path& file);  // created when it is not there. Error cassette.io
  ~CassetteWriter();
  CassetteWriter(const CassetteWriter&) = delete;
  CassetteWriter& operator=(const CassetteWriter&) = delete;

  // One line, whole or not at all: other writers and readers of the file, in other processes too, see nothing of it
  // until it is there. Error cassette.io.
  void append(const CassetteLine& line);

  // The same, unless this writer has written it already.
  void append_once(const Resolution& resolution);

 private:
  void write(const std::string& line);

  std::filesystem::path path_;
  int file_ = -1;
  std::mutex mutex_;
  std::set<std::string> resolutions_;
};

struct NumberedLine {
  std::size_t number = 0;  // from 1
  CassetteLine line;
};

// Error cassette.io or cassette.malformed; the latter names the line.
[[nodiscard]] std::vector<NumberedLine> read_cassette(const std::filesystem::path& file);

}  // namespace executus::llm
