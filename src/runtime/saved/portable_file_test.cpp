#include "runtime/saved/portable_file.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Portable : public ::testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) const { std::ofstream(folder_ / file) << text; }
  [[nodiscard]] AgentLibrary library() const { return {{folder_.path()}, {"grep", "now"}, {}, {folder_.path()}}; }
  // The text of a file; it says what the file says, and is portable itself.
  [[nodiscard]] std::string text_of(const std::string& file, DelegateKind as = DelegateKind::agent) const {
    Diagnostics said;
    auto read = load_portable(library(), (folder_ / file).string(), as, said);
    EXPECT_THAT(said.errors, ElementsAre());
    if (!read) return "";
    const executus::testing::TemporaryFolder elsewhere;
    std::ofstream(elsewhere / "other.yaml") << read->text;
    auto again = load_portable(library(), (elsewhere / "other.yaml").string(), as, said);
    EXPECT_TRUE(again) << (said.errors.empty() ? "" : said.errors.front());
    if (!again) return "";
    EXPECT_EQ(again->text, read->text) << "byte for byte";
    EXPECT_EQ(again->file.agent, read->file.agent);
    return read->text;
  }

  const executus::testing::TemporaryFolder folder_;
};

TEST_F(Portable, ATextThatStandsAloneIsKeptWithItsComments) {
  const std::string text = "# Who reads logs.\nname:   a   # short\ntools: [ grep ]\n";
  write("a.yaml", text);

  EXPECT_EQ(text_of("a.yaml"), text);
}

TEST_F(Portable, WhatAFileExtendsAndNamesIsInIt) {
  write("base.yaml", "name: base\nmodel: fast\ntools: [grep]\nroot: .\nmax_runtime: 5m\n");
  write("prompt.md", "You are kind.\n\nAnd brief.\n");
  write("a.yaml", "name: a\nextends: base\nsystem_prompt_file: prompt.md\ntools+: [now]\n");

  EXPECT_EQ(text_of("a.yaml"),
            "name: a\nmodel: fast\nsystem_prompt: |\n  You are kind.\n\n  And brief.\nmax_runtime: 5m\n"
            "tools: [grep, now]\nroot: " +
                folder_.path().string() + "/\n");
}

TEST_F(Portable, AFolderThatIsMeantFromTheFileIsWritten) {
  write("a.yaml", "name: a\nroot: .\n");

  EXPECT_THAT(text_of("a.yaml"), HasSubstr(folder_.path().string()));
}

TEST_F(Portable, EveryKeyOfASkillSurvives) {
  write("base.yaml", "name: base\n");
  write("s.yaml", R"yaml(name: s
extends: base
description: "Shortens: a text."
system_prompt: "{{inputs.text}} in {{inputs.n}}"
inputs: {type: object, properties: {text: {type: string}, n: {type: integer, default: 3}}, required: [text]}
visibility: shared
shared_with: [bob]
exposed: true
retention: {keep: 30d}
permissions: {ask: [grep], deny: ["now"]
}
tools: [grep, now, look]
http_tools: [{name: look, description: Looks., url: "http://127.0.0.1:9/${WHERE:-x}", effect: pure, headers: {A: "b: c"}, parameters: {type: object}}]
)yaml");

  EXPECT_THAT(text_of("s.yaml", DelegateKind::skill),
              AllOf(HasSubstr("${WHERE:-x}"), HasSubstr("keep: 30d"), HasSubstr("shared_with: [bob]"),
                    Not(HasSubstr("extends"))));
}

TEST_F(Portable, WhatIsWrongIsToldAsALoadTellsIt) {
  write("a.yaml", "name: a\ntool: [grep]\n");
  Diagnostics said;

  EXPECT_FALSE(load_portable(library(), (folder_ / "a.yaml").string(), DelegateKind::agent, said));
  EXPECT_THAT(said.errors, ElementsAre(HasSubstr("a.yaml:2:1: error: unknown key 'tool'; did you mean 'tools'?")));
}

}  // namespace
}  // namespace executus
