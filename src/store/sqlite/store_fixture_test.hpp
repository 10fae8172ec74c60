// What the tests of this folder share: a directory that goes away, runs to write to, and child processes to kill.
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <executus/async/root_group.hpp>
#include <executus/store/sqlite.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

using testing::TemporaryFolder;

// A store and a loop to ask it from.
class Client {
 public:
  explicit Client(Options options) : store_(open_store(std::move(options))) {}

  template <class T>
  T run(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }
  journal::JournalStore& store() { return *store_; }
  Loop& loop() { return *loop_; }

  static RunId id(const std::string& name) { return RunId::parse(name).value(); }

  static journal::Admission admission(const std::string& run, Durability durability = Durability::strict) {
    journal::Admission admission;
    admission.id = id(run);
    admission.agent = "clerk";
    admission.durability = durability;
    admission.entry = {1, {}, {}, journal::Admitted{}};
    return admission;
  }
  static journal::Append append_of(const std::string& run, std::uint64_t after, const std::string& text,
                                   std::int64_t epoch = 1) {
    journal::Append append;
    append.run = id(run);
    append.epoch = epoch;
    append.after = after;
    append.entries.push_back({after + 1, {}, {}, journal::Steered{llm::user_message(text)}});
    return append;
  }

  journal::AdmitResult admit(const std::string& run_id) { return run(store_->admit(admission(run_id))); }
  journal::AppendVerdict append(const std::string& run_id, std::uint64_t after, const std::string& text = "x",
                                std::int64_t epoch = 1) {
    return run(store_->append(append_of(run_id, after, text, epoch))).verdict;
  }
  std::vector<std::string> texts(const std::string& run_id) {
    std::vector<std::string> found;
    for (const auto& entry : run(store_->read(id(run_id), 1, 100'000)))
      found.push_back(std::get<journal::Steered>(entry.payload).message.text());
    return found;
  }
  std::vector<std::string> claimable() {
    std::vector<std::string> found;
    for (const auto& row : run(store_->claimable({}))) found.push_back(row.id.str());
    return found;
  }
  journal::RunRow find(const std::string& run_id) { return run(store_->find(id(run_id))).value(); }

 private:
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<journal::JournalStore> store_;
};

// Adds so many rows like each of the runs that are there, without their journals: many runs cost little so.
inline void copy_runs(const std::filesystem::path& database, int times) {
  Connection connection(database, Connection::Mode::existing, Milliseconds(5'000));
  Statement names(connection,
                  "SELECT group_concat(name) FROM pragma_table_info('runs') WHERE name NOT IN('id','run_id')");
  std::string columns;
  {
    auto rows = names.query();
    if (rows.next()) columns = rows.text(0);
  }
  connection.execute(("INSERT INTO runs(run_id," + columns +
                      ") WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 " + "FROM n WHERE i<" +
                      std::to_string(times) + ") SELECT run_id||'-'||i," + columns +
                      " FROM runs CROSS JOIN n ORDER BY id, i")
                         .c_str());
}

// A process of its own; killed when it goes. To be made while this process has no other threads.
class Child {
 public:
  explicit Child(const std::function<int()>& body) : pid_(::fork()) {
    if (pid_ != 0) return;
    int code = 99;
    try {
      code = body();
    } catch (...) {
    }
    ::_exit(code);
  }
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void wait_until_stopped() const {
    int status = 0;
    ::waitpid(pid_, &status, WUNTRACED);
    ASSERT_TRUE(WIFSTOPPED(status));
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void go_on() const { ::kill(pid_, SIGCONT); }
  int exit_code() {  // minus the signal when one ended it
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

// While it lives, no file of this process can grow.
class FullDisk {
 public:
  explicit FullDisk(rlim_t size) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    struct rlimit tight{size, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  struct rlimit old_{};
  void (*old_handler_)(int) = nullptr;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The code of the Error that `action` throws; "" when it throws none.
template <class Action>
std::string error_code_of(Action action) {
  try {
    (void)action();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

}  // namespace executus::sqlite
