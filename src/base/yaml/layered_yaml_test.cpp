#include "base/yaml/layered_yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Files named 1, 2, ... that are laid in this order.
struct Layered {
  explicit Layered(const std::vector<std::string>& files) : layers({"/whole"}) {
    for (const auto& text : files) layers.lay(parse_yaml(text, std::to_string(++laid)).value(), problems);
  }
  std::string json() const { return canonical_json(layers.document().root()); }
  std::string where(const std::string& pointer) const {
    auto document = layers.document();
    auto at = document.value_at(pointer);
    return document.file_at(pointer) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
  std::vector<std::string> origins(const std::string& pointer) const {
    std::vector<std::string> places;
    for (const auto& [file, line] : layers.origins().at(pointer)) places.push_back(file + ":" + std::to_string(line));
    return places;
  }

  int laid = 0;
  Problems problems;
  YamlLayers layers;
};

TEST(LayeredYaml, TheHigherFileReplacesListsAndMergesMaps) {  // [PER-08]
  Layered two({"list: [a, b]\nmap: {a: 1, b: {x: 1, y: 2}}\nwhole: {a: 1}\nkept: 1\n",
               "list: [c]\nmap: {b: {y: 3}, c: 4}\nwhole: {b: 2}\n"});

  EXPECT_EQ(two.json(), R"({"kept":1,"list":["c"],"map":{"a":1,"b":{"x":1,"y":3},"c":4},"whole":{"b":2}})");
  EXPECT_THAT(two.problems.lines(), IsEmpty());
}

TEST(LayeredYaml, EmptyClears) {  // [PER-08]
  EXPECT_EQ(Layered({"list: [a]\nmap: {a: 1}\n", "list: []\nmap: {}\n"}).json(), R"({"list":[],"map":{}})");
}

TEST(LayeredYaml, AddsUnderAKeyOfItsOwn) {  // [PER-08]
  Layered three({"list: [a]\nmap: {list: [x]}\n", "map: {list+: [y]}\n", "list+: [b, {k: [c]}]\n"});

  EXPECT_EQ(three.json(), R"({"list":["a","b",{"k":["c"]}],"map":{"list":["x","y"]}})");
  EXPECT_THAT(three.origins("/list"), ElementsAre("1:1", "3:1"));
  EXPECT_THAT(three.origins("/map/list"), ElementsAre("1:2", "2:1"));
  EXPECT_EQ(three.where("/list/0"), "1:1:8");
  EXPECT_EQ(three.where("/list/2/k/0"), "3:1:17");
}

TEST(LayeredYaml, KnowsWhereEachValueStands) {
  Layered two({"a: 1\nmap:\n  b: 2\n  c: 3\nlist: [x, y]\n", "\nmap: {c: 4}\nlist: [z]\n"});

  EXPECT_EQ(two.where("/a"), "1:1:4");
  EXPECT_EQ(two.where("/map/b"), "1:3:6");
  EXPECT_EQ(two.where("/map/c"), "2:2:10");
  EXPECT_EQ(two.where("/list/1"), "2:3:7") << "nothing is left of the list that was replaced";
  EXPECT_EQ(two.where("/none"), "2:2:1") << "the map of the highest file";
  EXPECT_THAT(two.origins("/map/c"), ElementsAre("2:2"));
}

TEST(LayeredYaml, AMapAndAnotherValueReplaceEachOther) {
  EXPECT_EQ(Layered({"a: [1]\nb: {c: 1}\n", "a: {c: 1}\nb: [1]\n"}).json(), R"({"a":{"c":1},"b":[1]})");
}

TEST(LayeredYaml, SaysWhatAddsToNothing) {  // [PER-08]
  auto lines = [](const std::string& low, const std::string& high) { return Layered({low, high}).problems.lines(); };

  EXPECT_THAT(lines("b: 1", "a+: [1]"), ElementsAre(HasSubstr("2:1:1: error: 'a+' adds to 'a', which nothing")));
  EXPECT_THAT(lines("a: 1", "a+: [1]"), ElementsAre(HasSubstr("'a' of what this file extends is none")));
  EXPECT_THAT(lines("a: [1]", "a+: 2"), ElementsAre(HasSubstr("'a+' has to be a list")));
  EXPECT_THAT(lines("a: [1]", "a: [2]\na+: [3]"), ElementsAre(HasSubstr("2:2:1: error: give either 'a' or 'a+'")));
}

TEST(LayeredYaml, DropsAKeyWithItsPlaces) {
  Layered one({"a: {b: 1}\na2: 3\n"});
  one.layers.drop("a");

  EXPECT_EQ(one.json(), R"({"a2":3})");
  EXPECT_EQ(one.where("/a/b"), "1:1:1") << "the map that it is not in";
}

}  // namespace
}  // namespace executus
