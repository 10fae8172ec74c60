// Kills the real program with SIGKILL, recovers, and compares; judge.hpp says with what. A failing round prints how to
// replay its plan: seeds fix the plan, not the scheduling, so repeat it a few times (--gtest_repeat).
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "judge.hpp"
#include "round.hpp"
#include "tally.hpp"

namespace executus::crash {
namespace {

namespace fs = std::filesystem;

constexpr int kDefaultRounds = 20;
constexpr int kEnoughBroken = 3;  // rounds; more would say the same

std::optional<std::uint64_t> from_environment(const char* name) {
  const char* text = std::getenv(name);
  if (!text || !*text) return std::nullopt;
  return std::stoull(text);
}

// Removed when the round broke nothing.
class RoundFolder final {
 public:
  RoundFolder() {
    auto pattern = (fs::temp_directory_path() / "executus-crash-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder for the round");
    path_ = pattern;
  }
  ~RoundFolder() {
    std::error_code ignored;
    if (!keep_) fs::remove_all(path_, ignored);
  }
  RoundFolder(const RoundFolder&) = delete;
  RoundFolder& operator=(const RoundFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  void keep() { keep_ = true; }

 private:
  fs::path path_;
  bool keep_ = false;
};

void report(const Findings& findings, const Evidence& evidence, std::uint64_t seed, const fs::path& folder) {
  std::string text = "run " + evidence.run + ":";
  for (const auto& finding : findings) text += "\n  " + finding;
  text += "\nWhat was done:";
  for (const auto& step : evidence.story) text += "\n  " + step;
  ADD_FAILURE() << text << "\nReplay: EXECUTUS_CRASH_SEED=" << seed << " EXECUTUS_CRASH_ROUNDS=1\nFiles: " << folder;
}

// False: it broke something.
bool play_and_judge(EffectClass effect, std::uint64_t seed, Tally& tally) {
  RoundFolder folder;
  Evidence evidence;
  Findings findings;
  try {
    play_round(effect, seed, folder.path(), evidence);
    findings = judge(evidence);
    tally.add(evidence);
  } catch (const std::exception& error) {
    findings.emplace_back(error.what());
  }
  if (findings.empty()) return true;
  folder.keep();
  report(findings, evidence, seed, folder.path());
  return false;
}

// A round counts when at least one kill hit; the others were over too soon.
void survive_kills(EffectClass effect) {
  auto seed = from_environment("EXECUTUS_CRASH_SEED").value_or(std::random_device{}());
  auto wanted = static_cast<int>(from_environment("EXECUTUS_CRASH_ROUNDS").value_or(kDefaultRounds));
  Tally tally;
  int broken = 0;
  for (auto end = seed + 4 * static_cast<std::uint64_t>(wanted);
       tally.rounds < wanted && seed < end && broken < kEnoughBroken; ++seed)
    if (!play_and_judge(effect, seed, tally)) ++broken;
  std::cout << "[  crash   ] " << name_of(effect) << ": " << to_string(tally) << "\n";
  if (broken == 0) {
    EXPECT_EQ(tally.rounds, wanted) << "too few of the kills hit a living process";
  }
}

TEST(Crash, PureCallsMayRepeatAndNothingElseDoes) {  // [DUR-01] [DUR-05] [DUR-09] [DUR-11] [DUR-24] [DUR-34]
  survive_kills(EffectClass::pure);
}

TEST(Crash, IdempotentCallsMayRepeatAndNothingElseDoes) {  // [DUR-04] [DUR-05] [DUR-09] [DUR-24]
  survive_kills(EffectClass::idempotent);
}

TEST(Crash, KeyedCallsHappenOnceThroughTheirKey) {  // [DUR-03] [DUR-04] [DUR-05] [DUR-09] [DUR-24]
  survive_kills(EffectClass::keyed);
}

TEST(Crash, ProbeableCallsHappenOnceThroughTheProbe) {  // [DUR-03] [DUR-05] [DUR-08] [DUR-24] [DUR-41]
  survive_kills(EffectClass::probeable);
}

TEST(Crash, IrreversibleCallsHappenOnceOrAreInDoubt) {  // [DUR-03] [DUR-05] [DUR-06] [DUR-08] [DUR-24] [DUR-41]
  survive_kills(EffectClass::irreversible);
}

}  // namespace
}  // namespace executus::crash
