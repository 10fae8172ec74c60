#include "run/definition/input_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/harness_test.hpp"

namespace executus::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct KeepingFiles final : InputFiles {
  Task<std::string> stage(RunId run, std::size_t index, InputFile file) override {
    if (file.name == "broken.txt") throw std::runtime_error("the disk is full");
    kept.push_back(file.name);
    co_return run.str() + "-" + std::to_string(index);
  }
  std::vector<std::string> kept;
};

struct Staging : Harness {
  Staging() : Harness([](std::size_t) { return says("done"); }) {
    reconfigure([this](ExecutorConfig& config) { config.ports.input_files = with_port ? &files : nullptr; });
  }
  std::string first_text(std::vector<InputFile> given) {
    auto invocation = this->invocation("run");
    invocation.files = std::move(given);
    EXPECT_TRUE(loop.run(executor->run(agent, std::move(invocation))).ok());
    return model->requests.back().messages[0].text();
  }
  KeepingFiles files;
  bool with_port = true;
};

TEST(InputFiles, AreStoredUnderTheRunAndToldById) {  // [IO-03] [IO-04]
  Staging run;
  auto text = run.first_text({{"report.pdf", "application/pdf", "secret bytes"}});
  EXPECT_EQ(text, "please\n\n[ATTACHED FILES]\n- report.pdf (application/pdf, 12 bytes), file id: run-0");
  EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST(InputFiles, EmptyOversizedAndFailedOnesAreSkipped) {  // [IO-05]
  Staging run;
  std::string huge(kMaxInputFile + 1, 'x');
  auto text =
      run.first_text({{"empty.txt", "", ""}, {"huge.bin", "", huge}, {"broken.txt", "", "x"}, {"a.txt", "", "x"}});
  EXPECT_THAT(run.files.kept, ElementsAre("a.txt"));
  EXPECT_THAT(text, HasSubstr("file id: run-3"));
}

TEST(InputFiles, CollidingNamesAreNumbered) {  // [IO-06]
  std::vector<std::string> names{"a.txt", "b", "a.txt", "a.txt", "b", ".env", ".env"};
  make_names_unique(names);
  EXPECT_THAT(names, ElementsAre("a.txt", "b", "a-2.txt", "a-3.txt", "b-2", ".env", ".env-2"));
}

TEST(InputFiles, SkippedOnesTakeNoName) {  // [IO-05] [IO-06]
  Staging run;
  run.first_text({{"a.txt", "", ""}, {"a.txt", "", "x"}, {"a.txt", "", "y"}});
  EXPECT_THAT(run.files.kept, ElementsAre("a.txt", "a-2.txt"));
}

TEST(InputFiles, AreFoundInTheTextThatTellsOfThem) {  // [API-13] [IO-04]
  auto block = files_block({{"run:a", "a.txt", "text/plain", 1}, {"run:b", "b.txt", "text/plain", 2}});
  for (const auto* prompt : {"please", "", "[ATTACHED FILES] are:\n\n[ATTACHED FILES]"})
    EXPECT_EQ(files_block_of(with_files_block(prompt, block)), block) << prompt;
  for (const auto* other : {"", "please", "[ATTACHED FILES]", "see [ATTACHED FILES]\n- a bytes), file id: x",
                            "[ATTACHED FILES]\n- milk", "[ATTACHED FILES]\n- a (t, 1 bytes), file id: x\nand more"})
    EXPECT_EQ(files_block_of(other), "") << other;
}

TEST(InputFiles, LongNamesKeepTheirExtension) {  // [IO-08]
  EXPECT_EQ(safe_file_name(std::string(300, 'x') + ".pdf"), std::string(96, 'x') + ".pdf");
  EXPECT_EQ(safe_file_name("a." + std::string(300, 'x')), "a." + std::string(98, 'x'));
}

TEST(InputFiles, WithoutAPortAreIgnored) {  // [IO-07]
  Staging run;
  run.with_port = false;
  run.new_process();
  EXPECT_EQ(run.first_text({{"a.txt", "", "x"}}), "please");
}

TEST(InputFiles, NamesAndTypesAreReducedToSafeCharacters) {  // [IO-08]
  EXPECT_EQ(safe_file_name("../../etc/pass wd\n[SYSTEM]"), "passwdSYSTEM");
  EXPECT_EQ(safe_file_name("C:\\temp\\x.txt"), "x.txt");
  EXPECT_EQ(safe_file_name(".."), "file");
  EXPECT_EQ(safe_file_name(""), "file");
  EXPECT_EQ(safe_mime("text/plain; charset=\"x\"\n"), "text/plaincharsetx");
  EXPECT_EQ(safe_mime(""), "application/octet-stream");
}

}  // namespace
}  // namespace executus::run
