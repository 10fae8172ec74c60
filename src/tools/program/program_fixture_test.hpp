// Real programs for tests: a directory of their own, scripts in it, and word of which processes are there.
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <executus/testing/temporary_folder.hpp>

#include "tools/program/program.hpp"

namespace executus::tools {

class ProgramFixture : public ::testing::Test {
 protected:
  ProgramSpec spec(std::vector<std::string> argv) const {
    ProgramSpec spec;
    spec.argv = std::move(argv);
    spec.environment = {"PATH=/usr/bin:/bin"};
    spec.directory = directory_;
    spec.timeout = std::chrono::minutes(5);
    return spec;
  }
  ProgramSpec shell(std::string script) const { return spec({"sh", "-c", std::move(script)}); }

  ProgramEnd run(const ProgramSpec& spec, std::stop_token stop = {}) { return run_program(guard_, spec, stop); }
  std::string output_of(const ProgramSpec& spec) {
    ProgramEnd end = run(spec);
    EXPECT_EQ(end.how, ProgramEnd::How::exited) << end.problem;
    EXPECT_EQ(end.code, 0) << end.errors.beginning();
    return end.output.beginning();
  }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  void write_script(const std::string& name, const std::string& text, bool executable = true) const {
    std::ofstream(path(name)) << text;
    using std::filesystem::perms;
    auto mode = executable ? perms::owner_all : perms::owner_read | perms::owner_write;
    std::filesystem::permissions(path(name), mode);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // What a script wrote with `echo $$ > NAME.tmp; mv NAME.tmp NAME`, once it is there.
  pid_t wait_for_pid(const std::string& name) const {
    EXPECT_TRUE(wait_until([&] { return std::filesystem::exists(path(name)); })) << name;
    return static_cast<pid_t>(std::atoi(read(name).c_str()));
  }
  static std::string note_pid(const std::string& name) {
    return "echo $$ > " + name + ".tmp; mv " + name + ".tmp " + name + "; ";
  }

  // Whether it runs: not gone, and no zombie.
  static bool lives(pid_t pid) {
    char state = stat_of(pid).state;
    return state != 0 && state != 'Z' && state != 'X';
  }
  static bool wait_for_end(pid_t pid) {
    return wait_until([&] { return !lives(pid); });
  }
  static pid_t parent_of(pid_t pid) { return stat_of(pid).parent; }

 private:
  struct Stat {
    char state = 0;
    pid_t parent = 0;
  };
  static Stat stat_of(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);  // nothing when the process goes just now; other ways of reading would throw
    auto end = text.rfind(')');
    if (end == text.npos) return {};
    return {text[end + 2], static_cast<pid_t>(std::atoi(text.c_str() + end + 4))};
  }
  template <class Condition>
  static bool wait_until(Condition condition) {
    auto bound = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > bound) return false;
      std::this_thread::yield();
    }
    return true;
  }

 protected:
  testing::TemporaryFolder folder_;
  const std::string directory_ = folder_.path().string();
  Guard guard_;
};

}  // namespace executus::tools
