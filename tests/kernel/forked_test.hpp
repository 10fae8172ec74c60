// Forks of a run that acts in three steps.
#pragma once

#include <executus/run/answering.hpp>
#include <executus/run/forking.hpp>

#include "run/harness_test.hpp"

namespace executus::run {

// `run` forked after so many steps.
inline ForkOptions after(int steps, std::string id = "fork") {
  ForkOptions options;
  options.at = steps;
  options.run_id = *RunId::parse(id);
  return options;
}

inline Forked fork(Harness& run, ForkOptions options, DryRun dry_run = DryRun::no) {
  return run.loop.run(fork_run(*run.executor, *run.store, *RunId::parse("run"), std::move(options), dry_run));
}

inline std::string code_of_fork(Harness& run, ForkOptions options) {
  try {
    (void)fork(run, std::move(options));
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

inline void approve(Harness& run, std::string id) {
  auto said =
      run.loop.run(answer_approval(*run.store, *RunId::parse(std::move(id)), "", Approval::approved, AnswerNote()));
  EXPECT_EQ(said.verdict, CallAnswered::Verdict::given);
}

// Acts in three steps, then answers.
struct Steps : Harness {
  explicit Steps(tool::Effect effect = tool::Effect::keyed)
      : Harness([](std::size_t turn) {
          auto id = "c" + std::to_string(turn);
          return turn < 3 ? calls({{id, "act", R"({"n":)" + std::to_string(turn) + "}"}}) : says("done");
        }),
        act(add_tool("act", effect)) {}
  EffectTool& act;
};

}  // namespace executus::run
