// What `agents validate` says of an agent file, and that a program which loads the file is told the same.
#pragma once

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/executus.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "runtime/agent_file/agent_library.hpp"

namespace executus {

class AgentChecks : public ::testing::Test {
 protected:
  AgentChecks() : runtime_(options()) { write("kid.yaml", "name: kid\n"); }
  RuntimeOptions options() {
    RuntimeOptions options;
    options.agent_folders = {folder_.path().string()};
    options.environment = &environment_;
    return options;
  }
  void write(const std::string& file, const std::string& text) { std::ofstream(folder_ / file) << text; }

  // What `agents validate` says, which is what a program that loads the file is told.
  Diagnostics said_of(const std::string& yaml) {
    auto path = (folder_ / "probe.yaml").string();
    write("probe.yaml", yaml);
    Diagnostics said;
    AgentLibrary library({folder_.path()}, runtime_.tools().names(), {&runtime_.models(), &environment_});
    bool valid = library.load(path, said).has_value();
    auto loaded = runtime_.load_agent(path);
    EXPECT_EQ(valid, said.errors.empty()) << yaml;
    EXPECT_EQ(valid, loaded.ok()) << yaml;
    if (valid && loaded.ok()) EXPECT_EQ(loaded->warnings, said.warnings) << yaml;
    for (const auto& line : said.errors) {
      EXPECT_THAT(line, ::testing::ContainsRegex("^[^ ]*\\.(yaml|md):[0-9]+:[0-9]+: error: .")) << yaml;
      if (!loaded.ok()) EXPECT_THAT(loaded.error().message(), ::testing::HasSubstr(line)) << yaml;
    }
    return said;
  }
  std::vector<std::string> errors(const std::string& more) { return said_of("name: probe\n" + more).errors; }
  std::vector<std::string> warnings(const std::string& more) {
    auto said = said_of("name: probe\n" + more);
    EXPECT_THAT(said.errors, ::testing::IsEmpty()) << more;
    return said.warnings;
  }

  const executus::testing::TemporaryFolder folder_;
  const FixedEnvironment environment_{
      {{"OPENAI_API_KEY", "sk-hidden"}, {"SET", "hidden"}, {"LINES", "hid\nden"}, {"BLANK", "hid den"}}};
  Runtime runtime_;
};

}  // namespace executus
