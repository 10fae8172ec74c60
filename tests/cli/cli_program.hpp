// The executus program as a test sees it: a folder of its own, an environment of its own, exit codes and output.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/types.h>

namespace executus::testing {

struct Finished {
  int exit = -1;
  std::string out, err;

  // The one JSON value on stdout; fails the test when there is not exactly one.
  [[nodiscard]] boost::json::value json() const;
};

// A started program: waited for at the latest by the destructor.
class Started final {
 public:
  Started(pid_t pid, std::filesystem::path out, std::filesystem::path err);
  ~Started();
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;

  void signal(int number) const;
  // Signals again and again until it has ended: what follows a signal within a moment is a repeat of it.
  void signal_until_ended(int number) const;
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] std::string out() const;  // so far
  [[nodiscard]] std::string err() const;
  // What it prints on `stream` holds `text`; fails the test when that does not come within a minute.
  void await_out(const std::string& text) const;
  void await_err(const std::string& text) const;
  [[nodiscard]] Finished finish();  // waits

 private:
  pid_t pid_;
  std::filesystem::path out_, err_;
};

class CliProgram : public ::testing::Test {
 protected:
  CliProgram();
  ~CliProgram() override;

  using Arguments = std::vector<std::string>;
  [[nodiscard]] Finished run(const Arguments& arguments, const std::string& input = "");
  [[nodiscard]] std::unique_ptr<Started> start(const Arguments& arguments, const std::string& input = "");

  // Waits for a moment: asks until the answer is yes. Fails the test when that takes minutes.
  static void until(const std::function<bool()>& yes);
  // Waits until a program has made that file below the test's folder.
  void until_exists(const std::string& name) const;

  // The program on a terminal of its own, with what a person types; its screen is `out`.
  [[nodiscard]] Finished run_on_terminal(const Arguments& arguments, const std::string& typed);

  // A named pipe: opening one end waits for the other.
  void make_pipe(const std::string& name);
  // Waits until the program reads it, and gives the descriptor to write to.
  [[nodiscard]] int open_for_writing(const std::string& name);

  // Writes a file below the test's folder; the program runs there.
  void write(const std::string& name, const std::string& text);
  [[nodiscard]] std::string read(const std::string& name) const;
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }

  // Writes agents/NAME.yaml with a scripted model of these turns (YAML list items), and `more` of the agent file.
  void agent(const std::string& name, const std::string& turns, const std::string& more = "");
  void script(const std::string& name, const std::string& turns);

  [[nodiscard]] boost::json::value show(const std::string& run);

  std::map<std::string, std::string> environment_;

 private:
  [[nodiscard]] std::vector<std::string> variables() const;
  std::filesystem::path folder_;
  int started_ = 0;
};

}  // namespace executus::testing
