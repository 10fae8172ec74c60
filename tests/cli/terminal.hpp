// A terminal of its own, with the executus program on it, and a person who types and looks at the screen.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace executus::testing {

class Terminal final {
 public:
  using Environment = std::map<std::string, std::string>;
  Terminal(const std::filesystem::path& folder, const Environment& environment, std::vector<std::string> arguments);
  // A shell of its own runs `script` in the foreground; EXECUTUS is the program's path.
  [[nodiscard]] static Terminal with_shell(const std::filesystem::path& folder, Environment environment,
                                           const std::string& script);
  ~Terminal();  // kills what still runs on it
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void type(const std::string& text);

  // Reads until the screen, from where the last call ended, shows `text`; fails the test when that does not come.
  void await(const std::string& text);

  // Whether typed characters show and lines are given as a whole: as a terminal is left to other programs.
  [[nodiscard]] bool echoes() const;
  // Whether a Ctrl-C drops what was typed, as the terminal does by itself.
  [[nodiscard]] bool flushes() const;

  void signal(int number) const;
  int finish();  // waits for the program's end; 1000 + N: it died of signal N

  std::string screen;  // all that was shown so far

 private:
  Terminal(const std::filesystem::path& folder, const Environment& environment, const std::string& program,
           std::vector<std::string> words);
  bool read_some();

  int fd_ = -1;
  pid_t pid_ = 0;
  std::size_t seen_ = 0;
};

}  // namespace executus::testing
