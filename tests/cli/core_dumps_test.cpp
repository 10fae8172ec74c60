#include <csignal>
#include <fstream>

#include <sys/resource.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKeyCanary = "c4n4ry-of-a-key-that-is-nowhere-else";

#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))
constexpr bool kSanitized = true;  // dumps nothing by itself
#else
constexpr bool kSanitized = false;
#endif

// The program hangs in a tool, with a key in its environment, and is aborted.
class CoreDumps : public CliProgram {
 protected:
  CoreDumps() {
    ::getrlimit(RLIMIT_CORE, &before_);
    auto most = before_;
    most.rlim_cur = most.rlim_max;
    ::setrlimit(RLIMIT_CORE, &most);
    environment_["ANTHROPIC_API_KEY"] = kKeyCanary;
    agent("a", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: done\n", R"(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "touch hangs; exec sleep 1000"], cwd: ., effect: pure}
)");
  }
  ~CoreDumps() override { ::setrlimit(RLIMIT_CORE, &before_); }

  void abort_in_the_middle() {
    auto started = start({"run", "a", "hi", "--run-id", "r1"});
    until_exists("hangs");
    started->signal(SIGABRT);
    EXPECT_EQ(started->finish().exit, 1000 + SIGABRT);
  }
  [[nodiscard]] std::vector<std::string> files_with_the_key() const {
    std::vector<std::string> found;
    for (const auto& file : fs::recursive_directory_iterator(folder()))
      if (file.is_regular_file() &&
          read(fs::relative(file.path(), folder()).string()).find(kKeyCanary) != std::string::npos)
        found.push_back(file.path().filename().string());
    return found;
  }
  static bool dumps_land_here() {
    std::ifstream file("/proc/sys/kernel/core_pattern");
    std::string pattern;
    std::getline(file, pattern);
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    return !kSanitized && limit.rlim_cur != 0 && !pattern.empty() && pattern.find_first_of("|/%") == std::string::npos;
  }

 private:
  rlimit before_{};
};

TEST_F(CoreDumps, HoldNoKeySinceThereIsNone) {
  abort_in_the_middle();

  EXPECT_THAT(files_with_the_key(), ::testing::Not(::testing::Contains(::testing::StartsWith("core"))));
}

// The same with dumps allowed: here a key would be found.
TEST_F(CoreDumps, AreThereForWhoWantsThem) {
  if (!dumps_land_here()) GTEST_SKIP() << "this machine's core dumps go elsewhere, or nowhere";
  environment_["EXECUTUS_CORE_DUMPS"] = "1";

  abort_in_the_middle();

  EXPECT_THAT(files_with_the_key(), ::testing::Contains(::testing::StartsWith("core")));
}

}  // namespace
}  // namespace executus::testing
