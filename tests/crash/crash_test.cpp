// Kills, stops and terminates the real program, recovers, and compares; judge.hpp and plot_judge.hpp say with what. A
// failing round prints how to replay its plan: seeds fix the plan, not the scheduling, so repeat it a few times
// (--gtest_repeat).
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "judge.hpp"
#include "plot_round.hpp"
#include "round.hpp"
#include "seed.hpp"
#include "tally.hpp"

namespace executus::crash {
namespace {

namespace fs = std::filesystem;

constexpr int kDefaultRounds = 20;
constexpr int kPlotShare = 4;     // of the rounds
constexpr int kEnoughBroken = 3;  // rounds; more would say the same

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

template <class AnyEvidence>
void report(const Findings& findings, const AnyEvidence& evidence, std::uint64_t seed, const fs::path& folder) {
  std::string text = "run " + evidence.run + ":";
  for (const auto& finding : findings) text += "\n  " + finding;
  text += "\nWhat was done:";
  for (const auto& step : evidence.story) text += "\n  " + step;
  ADD_FAILURE() << text << "\nReplay: EXECUTUS_CRASH_SEED=" << seed << " EXECUTUS_CRASH_ROUNDS=1\nFiles: " << folder;
}

// Plays one round and judges it. False: it broke something.
template <class AnyEvidence, class Play>
bool hold(std::uint64_t seed, AnyEvidence& evidence, Play play) {
  RoundFolder folder;
  Findings findings;
  try {
    play(seed, folder.path(), evidence);
    findings = judge(evidence);
  } catch (const std::exception& error) {
    findings.emplace_back(error.what());
  }
  if (findings.empty()) return true;
  folder.keep();
  report(findings, evidence, seed, folder.path());
  return false;
}

constexpr int share_of(Hazard hazard) {
  if (hazard == Hazard::kill) return 1;
  return hazard == Hazard::stop ? 20 : 4;  // each stop takes as long as a lease
}

int rounds(int share) {
  auto all = static_cast<int>(number_from_environment("EXECUTUS_CRASH_ROUNDS").value_or(kDefaultRounds));
  return std::max(1, all / share);
}

constexpr int kSureTries = 8;  // a process stopped in a transaction blocks all others

// A round counts when at least one signal hit, and a message if there is one. One that was over too soon is played
// again with a plan that hits. `one_round(seed, aim, counts)` says whether it held.
template <class OneRound>
void survive_rounds(int wanted, OneRound one_round) {
  auto seed = first_seed();
  int broken = 0;
  for (int round = 0; round < wanted && broken < kEnoughBroken; ++round, ++seed) {
    bool counts = false;
    bool held = one_round(seed, Aim::random, counts);
    for (int tries = 0; held && !counts && tries < kSureTries; ++tries) held = one_round(seed, Aim::sure, counts);
    if (!held) ++broken;
    EXPECT_TRUE(counts || !held) << "no signal or message of a sure plan met a living process; seed " << seed;
  }
}

void tell_of_a_miss(const std::vector<std::string>& story) {
  std::cout << "A sure plan missed:\n";
  for (const auto& step : story) std::cout << "  " << step << "\n";
}

void survive(EffectClass effect, Hazard hazard = Hazard::kill) {
  Tally tally;
  survive_rounds(rounds(share_of(hazard)), [&](std::uint64_t seed, Aim aim, bool& counts) {
    Evidence evidence;
    bool held = hold(seed, evidence, [&](auto with, const fs::path& folder, Evidence& into) {
      play_round(effect, hazard, aim, with, folder, into);
    });
    counts = evidence.kills() > 0;
    if (aim == Aim::sure && !counts) tell_of_a_miss(evidence.story);
    tally.add(evidence);
    return held;
  });
  std::cout << "[  crash   ] " << name_of(effect) << ": " << to_string(tally) << "\n";
}

void survive(Plot plot) {
  int kills = 0, heard = 0;
  survive_rounds(rounds(kPlotShare), [&](std::uint64_t seed, Aim aim, bool& counts) {
    PlotEvidence evidence;
    bool held = hold(seed, evidence, [&](auto with, const fs::path& folder, PlotEvidence& into) {
      play_plot(plot, aim, with, folder, into);
    });
    counts = evidence.kills() > 0 && evidence.heard == !evidence.message.empty();
    if (aim == Aim::sure && !counts) tell_of_a_miss(evidence.story);
    kills += evidence.kills();
    heard += evidence.heard ? 1 : 0;
    return held;
  });
  std::cout << "[  crash   ] " << name_of(plot) << ": " << kills << " kills, " << heard << " messages heard\n";
}

TEST(Crash, PureCallsMayRepeatAndNothingElseDoes) {  // [DUR-01] [DUR-05] [DUR-09] [DUR-11] [DUR-24] [DUR-34]
  survive(EffectClass::pure);
}

TEST(Crash, IdempotentCallsMayRepeatAndNothingElseDoes) {  // [DUR-04] [DUR-05] [DUR-09] [DUR-24]
  survive(EffectClass::idempotent);
}

TEST(Crash, KeyedCallsHappenOnceThroughTheirKey) {  // [DUR-03] [DUR-04] [DUR-05] [DUR-09] [DUR-24]
  survive(EffectClass::keyed);
}

TEST(Crash, ProbeableCallsHappenOnceThroughTheProbe) {  // [DUR-03] [DUR-05] [DUR-08] [DUR-24] [DUR-41]
  survive(EffectClass::probeable);
}

TEST(Crash, IrreversibleCallsHappenOnceOrAreInDoubt) {  // [DUR-03] [DUR-05] [DUR-06] [DUR-08] [DUR-24] [DUR-41]
  survive(EffectClass::irreversible);
}

TEST(Crash, ATerminatedProgramLeavesItsRunForRecovery) {  // [DUR-05] [DUR-09] [DUR-24]
  survive(EffectClass::keyed, Hazard::terminate);
}

TEST(Crash, ATerminatedProgramLeavesInDoubtAtMostWhatIsUnderWay) {  // [DUR-05] [DUR-06] [DUR-24]
  survive(EffectClass::irreversible, Hazard::terminate);
}

TEST(Crash, AStoppedProgramLosesItsRunAndHarmsNothingWhenItGoesOn) {  // [DUR-05] [DUR-09] [DUR-17] [DUR-24] [DUR-28]
  survive(EffectClass::keyed, Hazard::stop);
}

TEST(Crash, TwoRecoveriesAtOnceAreAsOne) {  // [DUR-05] [DUR-09] [DUR-24]
  survive(EffectClass::keyed, Hazard::rivals);
}

TEST(Crash, PhasesGoOnInTheMiddleAndBuyNothingTwice) {  // [DUR-09] [DUR-12] [DUR-24] [DUR-34]
  survive(Plot::phases);
}

TEST(Crash, ParentsAndChildrenGoOnAndBuyNothingTwice) {  // [DUR-09] [DUR-24] [DUR-29] [DUR-34]
  survive(Plot::delegation);
}

TEST(Crash, AMessageIsHeardOnceWheneverItIsSaid) {  // [DUR-09] [DUR-13] [DUR-38]
  survive(Plot::steering);
}

}  // namespace
}  // namespace executus::crash
