#include "tools/program/program_outcome.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::tools {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using How = ProgramEnd::How;

ProgramEnd ended(How how, int code, std::string_view output, std::string_view errors) {
  ProgramEnd end;
  end.how = how;
  end.code = code;
  end.output.append(output);
  end.errors.append(errors);
  return end;
}
std::string told(const tool::Outcome& outcome) {
  if (const auto* wrong = std::get_if<tool::Failed>(&outcome)) return "failed: " + wrong->message;
  if (const auto* unknown = std::get_if<tool::Unknown>(&outcome)) return "unknown: " + unknown->reason;
  return "done: " + std::get<tool::Done>(outcome).text;
}
std::string told(const ProgramEnd& end, const Secrets& secrets = {}) {
  return told(outcome_of_program("lint", Milliseconds(1'000), end, secrets));
}

TEST(ProgramOutcome, SaysWhatKindOfEndItWas) {  // [DUR-05]
  EXPECT_EQ(told(ended(How::exited, 0, "out\n", "noise\n")), "done: out\n");
  EXPECT_EQ(told(ended(How::exited, 2, "", "")), "failed: 'lint' ended with exit code 2 and wrote nothing");
  EXPECT_TRUE(std::get<tool::Failed>(outcome_of_program("lint", {}, ended(How::not_started, 0, "", ""), {})).unsent);
  EXPECT_FALSE(std::get<tool::Failed>(outcome_of_program("lint", {}, ended(How::exited, 2, "", ""), {})).unsent);
  EXPECT_EQ(told(ended(How::signalled, 11, "", "")), "unknown: 'lint' was killed by signal 11 and wrote nothing");
  EXPECT_EQ(told(ended(How::timed_out, 0, "", "")),
            "unknown: 'lint' was ended after its time of 1000 ms and wrote nothing");
  EXPECT_THAT(told(ended(How::lost, 0, "", "")), HasSubstr("unknown: 'lint' was lost"));
}

TEST(ProgramOutcome, ShowsBothOutputsOfOneThatFailedOrWasKilled) {
  EXPECT_EQ(told(ended(How::exited, 1, "3 tests failed\n", "warning\n")),
            "failed: 'lint' ended with exit code 1\nstandard output:\n3 tests failed\nstandard error:\nwarning\n");
  EXPECT_EQ(told(ended(How::signalled, 11, "progress", "trace")),
            "unknown: 'lint' was killed by signal 11\nstandard output:\nprogress\nstandard error:\ntrace");
}

TEST(ProgramOutcome, ShowsTheEndOfLongOutputsAndSaysSo) {
  std::string output(KeptOutput::kBeginning + 100'000, 'x');
  auto text = told(ended(How::exited, 1, output + "summary\n", std::string(5'000, 'y') + "last\n"));
  EXPECT_THAT(text,
              HasSubstr("standard output:\n[cut: the end of " + std::to_string(output.size() + 8) + " bytes]\nxx"));
  EXPECT_THAT(text, HasSubstr("xxsummary\nstandard error:\n[cut: the end of 5005 bytes]\nyy"));
  EXPECT_THAT(text, EndsWith("yylast\n"));
  EXPECT_LT(text.size(), kShownOutput + kShownErrors + 200);
}

TEST(ProgramOutcome, MasksSecretsWhateverTheEnd) {
  Secrets secrets("canary-4711");
  for (auto [how, code] : {std::pair{How::exited, 0}, {How::exited, 1}, {How::signalled, 9}}) {
    auto text = told(ended(how, code, "key canary-4711\n", "key canary-4711\n"), secrets);
    EXPECT_THAT(text, HasSubstr("key ***"));
    EXPECT_THAT(text, Not(HasSubstr("canary")));
  }
}

// An output of many secrets becomes so short that the edge where it was cut comes into view.
TEST(ProgramOutcome, ShowsNoPieceOfASecretWhereAnOutputWasCut) {
  for (auto [length, before] : {std::pair<std::size_t, std::size_t>{11, 6}, {333, 0}}) {
    std::string secret = "canary-4711";
    while (secret.size() < length) secret += std::to_string(secret.size());
    secret.resize(length);
    std::string output(before, '.');
    while (output.size() < KeptOutput::kBeginning + 100'000) output += secret + "\n";
    Secrets secrets(secret);
    for (auto text :
         {told(ended(How::exited, 0, output, ""), secrets), told(ended(How::exited, 1, output, output), secrets)}) {
      EXPECT_THAT(text, Not(HasSubstr(secret.substr(0, 8)))) << length << " " << before;
      EXPECT_THAT(text, Not(HasSubstr(secret.substr(length - 8)))) << length << " " << before;
    }
  }
}

TEST(ProgramOutcome, ShowsNoPieceOfASecretThatAKilledProgramWrote) {
  Secrets secrets("canary-4711");
  EXPECT_THAT(told(ended(How::timed_out, 0, "key canary-47", ""), secrets), EndsWith("\nkey ***"));
  EXPECT_EQ(told(ended(How::exited, 0, "key canary-47", ""), secrets), "done: key canary-47") << "its whole answer";
}

}  // namespace
}  // namespace executus::tools
