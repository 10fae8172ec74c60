#include "runtime/project_web.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tools::SearchServer;

struct Read {
  tools::WebOptions web;
  std::string problems;
};

Read read(const std::string& text) {
  auto document = parse_yaml(text, "c.yaml").value();
  Problems problems;
  Read found;
  read_fields(document, problems, [&](Fields& fields) { found.web = read_web(fields, "/project"); });
  for (const auto& line : problems.errors()) found.problems += line + "\n";
  return found;
}

TEST(ProjectWeb, SaysWhatWebToolsMayReach) {  // [TLS-16]
  auto [web, problems] = read(
      "private: ['http://wiki.intra:8080']\nrobots: respected\n"
      "headers: {'https://docs.example': {Authorization: 'Bearer ${TOKEN}'}}\n");
  EXPECT_EQ(problems, "");
  EXPECT_THAT(web.private_origins, ElementsAre("http://wiki.intra:8080"));
  EXPECT_EQ(web.headers.at("https://docs.example").at("Authorization"), "Bearer ${TOKEN}");
  EXPECT_EQ(web.robots, tools::WebOptions::Robots::respected);
  EXPECT_FALSE(web.search);
  EXPECT_EQ(read("search: {engine: searxng, url: 'http://x'}\n").web.robots, tools::WebOptions::Robots::ignored);
}

TEST(ProjectWeb, NamesASearchEngine) {  // [TLS-16]
  auto search = [](const std::string& text) { return read("search: " + text).web.search.value(); };
  EXPECT_EQ(search("{engine: searxng, url: 'http://127.0.0.1:8888'}").url, "http://127.0.0.1:8888");
  auto brave = search("{engine: brave, key: '${BRAVE_API_KEY}'}");
  EXPECT_EQ(brave.api, SearchServer::Api::brave);
  EXPECT_EQ(brave.key, "${BRAVE_API_KEY}");
  EXPECT_EQ(search("{engine: brave, key_file: keys/brave}").key_file, "/project/keys/brave");
}

TEST(ProjectWeb, RefusesWhatCannotBeMeant) {  // [TLS-16]
  const std::pair<const char*, const char*> cases[]{
      {"search: {engine: searxng}", "'url'"},
      {"search: {url: 'http://x'}", "'engine'"},
      {"search: {engine: google}", "engine"},
      {"search: {engine: searxng, url: 'ftp://x'}", "c.yaml:1:32: error: 'url': 'ftp' is not supported"},
      {"search: {engine: searxng, url: 'http://x', key: '${A}'}", "unknown key 'key'"},
      {"search: {engine: brave}", "has one of 'key' and 'key_file'"},
      {"search: {engine: brave, key: '${A}', key_file: b}", "has one of 'key' and 'key_file'"},
      {"search: {engine: brave, key: BSAplain}", "c.yaml:1:30: error: 'key' has to be a variable"},
      {"headers: {'https://a.example/path': {A: b}}", "'https://a.example/path' is no origin"},
      {"headers: {'https://a.example': {Host: b}}", "c.yaml:1:33: error: header 'Host'"},
      {"headers: {'https://a.example': {A: '${b'}}", "a ${ has no closing }"},
      {"headers: [a]", "c.yaml:1:10: error: expected a map"},
      {"private: [wiki.intra]", "c.yaml:1:11: error: 'wiki.intra' is no origin"},
      {"robots: perhaps", "robots"},
  };
  for (const auto& [text, problem] : cases) EXPECT_THAT(read(text).problems, HasSubstr(problem)) << text;
}

}  // namespace
}  // namespace executus
