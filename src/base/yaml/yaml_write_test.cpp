#include "base/yaml/yaml_write.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml/yaml.hpp"

namespace executus {
namespace {

namespace json = boost::json;

TEST(WriteYaml, IsAsAPersonWouldWriteIt) {
  json::object agent{{"name", "triage"},
                     {"system_prompt", "You are kind.\n  You know things: #1.\n\nDone.\n"},
                     {"tools", {"grep", "fs.*"}},
                     {"permissions", {{"ask", json::array{}}, {"deny", {"run_command(rm *)"}}}},
                     {"phases", {{{"name", "plan"}, {"max_iterations", 4}}, {{"name", "answer"}, {"optional", true}}}},
                     {"inputs", json::object{}},
                     {"temperature", 0.05}};

  EXPECT_EQ(write_yaml(agent), R"yaml(name: triage
system_prompt: |
  You are kind.
    You know things: #1.

  Done.
tools: [grep, "fs.*"]
permissions:
  ask: []
  deny: ["run_command(rm *)"]
phases:
  - name: plan
    max_iterations: 4
  - name: answer
    optional: true
inputs: {}
temperature: 0.05
)yaml");
}

TEST(WriteYaml, IsReadAsWhatWasWritten) {
  json::array texts;
  for (const char* text : {"",
                           " ",
                           "a",
                           "a b",
                           "a b ",
                           "a: b",
                           "a #b",
                           "true",
                           "no",
                           "null",
                           "~",
                           "12",
                           "007",
                           "0x1f",
                           "1e3",
                           "-",
                           "---",
                           "...",
                           "- a",
                           "&a",
                           "*a",
                           "!a",
                           "%a",
                           "@a",
                           "`a",
                           "|",
                           ">",
                           "'",
                           "\"",
                           "a\\b",
                           "?",
                           "[a]",
                           "{a}",
                           "a, b",
                           "<<",
                           "\n",
                           "\n\n",
                           "a\n",
                           "a\nb",
                           "a\nb\n",
                           "a\n\nb\n\n\n",
                           " a\nb",
                           "a\n b\n  c\n",
                           "a\n \n",
                           "\na",
                           "a\tb",
                           "\ta\nb",
                           "a\n\tb\n",
                           "a\r\nb",
                           "a\x7f\nb",
                           "\xC2\x85\nb",
                           "\xE2\x80\xA8\nb",
                           "\xEF\xBB\xBF"
                           "a\nb",
                           "é\nü\n",
                           "😀",
                           "a\x01",
                           "a \nb \n",
                           "---\n---\n",
                           "# a\n# b\n",
                           "{{inputs.a}}: 'x'\n\"y\"\n",
                           "http://a.b/c?d=e&f=%20#g"})
    texts.emplace_back(text);
  json::object all{
      {"in a line", json::array{}}, {"of several lines", texts}, {"numbers", {0, -7, 1.5, 1e300, 9007199254740993}}};
  for (const auto& text : texts) {
    all[std::string(text.as_string()) + "?"] = text;
    all["list " + std::string(text.as_string())] = json::array{text, text};
    all["map " + std::string(text.as_string())] = json::array{json::object{{"a", text}, {"b", {{"c", text}}}}};
  }
  all["nested"] = json::array{json::array{json::array{}, json::array{1}}, json::object{}, nullptr, true};

  auto written = write_yaml(all);
  auto read = parse_yaml(written, "written");

  ASSERT_TRUE(read.ok()) << read.error().message() << "\n" << written;
  for (const auto& [key, value] : all) EXPECT_EQ(read->root().get_object().at(key), value) << key;
  EXPECT_EQ(read->root().get_object().size(), all.size());
  EXPECT_EQ(write_yaml({}), "{}\n");
}

}  // namespace
}  // namespace executus
