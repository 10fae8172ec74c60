// The JSON Schema Test Suite, as far as Debian has it: the drafts 6 and 7. What is left out is listed with its reason.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

namespace executus {
namespace {

namespace json = boost::json;

const std::filesystem::path kSuite = "/usr/share/json-schema-test-suite/tests";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Without optional/bignum.json: integers of more than 64 bits are strings here (parse_json), which json_schema_test.cpp
// looks at.
std::vector<std::filesystem::path> files_of(const std::string& draft) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kSuite / draft))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  for (const char* optional : {"ecmascript-regex.json", "zeroTerminatedFloats.json"})
    if (std::filesystem::exists(kSuite / draft / "optional" / optional))
      files.push_back(kSuite / draft / "optional" / optional);
  std::ranges::sort(files);
  return files;
}

// Schemas that check_schema refuses, so that nothing is held to them unnoticed: references that leave the document, or
// that go by the $id of a schema inside it.
const std::vector<std::string> kRefused{
    "definitions: invalid definition",
    "definitions: valid definition",
    "ref: Recursive references between schemas",
    "ref: remote ref, containing refs itself",
    "refRemote: base URI change",
    "refRemote: base URI change - change folder",
    "refRemote: base URI change - change folder in subschema",
    "refRemote: fragment within remote ref",
    "refRemote: ref within remote ref",
    "refRemote: remote ref",
    "refRemote: root ref in remote ref",
};

// Since 2019-09 what stands beside a $ref counts; and "\\Z" is the letter Z, as ECMAScript has it without its flag u.
const std::vector<std::string> kOtherwise{
    "ecmascript-regex: ECMA 262 regex non-compliance",
    "ref: ref overrides any sibling keywords: ref valid, maxItems ignored",
};

bool is_listed(const std::vector<std::string>& list, const std::string& name) {
  return std::ranges::find(list, name) != list.end();
}

class Suite : public ::testing::TestWithParam<std::string> {};

TEST_P(Suite, AgreesWithTheValidator) {
  ASSERT_TRUE(std::filesystem::exists(kSuite / GetParam())) << "install Debian's json-schema-test-suite";
  std::size_t held = 0;
  for (const auto& file : files_of(GetParam())) {
    auto groups = parse_json(text_of(file), 256).value();
    for (const auto& group : groups.as_array()) {
      std::string name = file.stem().string() + ": " + std::string(group.at("description").as_string());
      auto refused = check_schema(group.at("schema"));
      EXPECT_EQ(refused.has_value(), is_listed(kRefused, name)) << name << ": " << (refused ? refused->message() : "");
      if (refused) continue;
      for (const auto& test : group.at("tests").as_array()) {
        std::string full = name + ": " + std::string(test.at("description").as_string());
        if (is_listed(kOtherwise, name) || is_listed(kOtherwise, full)) continue;
        ++held;
        EXPECT_EQ(validate(group.at("schema"), test.at("data")).empty(), test.at("valid").as_bool()) << full;
      }
    }
  }
  EXPECT_GT(held, 370U);
}

INSTANTIATE_TEST_SUITE_P(Drafts, Suite, ::testing::Values("draft6", "draft7"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace executus
