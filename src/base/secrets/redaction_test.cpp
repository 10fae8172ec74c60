#include "base/secrets/redaction.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/secrets/secret_parts.hpp"

namespace executus {
namespace {

std::string redacted(const std::string& text) {
  auto value = boost::json::parse(text);
  redact(value);
  return boost::json::serialize(value);
}

TEST(Redaction, HidesMembersAtAnyDepthAndNothingElse) {  // [STP-04]
  EXPECT_EQ(redacted(R"({"a":[{"b":{"Password":"x","n":1}}],"cookies":{"c":"x"},"pin":1234})"),
            R"({"a":[{"b":{"Password":"***","n":1}}],"cookies":"***","pin":"***"})");
  EXPECT_EQ(redacted(R"([{"name":"Cookie","value":"x"},{"name":"Accept","value":"y"}])"),
            R"([{"name":"Cookie","value":"***"},{"name":"Accept","value":"y"}])");
}

TEST(Redaction, HidesTextsThatCarryASecret) {  // [STP-04]
  for (const char* text :
       {"Authorization: Bearer x", "bearer x", "https://host/?a=1&api_key=x", "postgres://u:x@host/db",
        "https://x@host", "curl --password x", "{\"token\" : \"x\"}", "-----BEGIN PRIVATE KEY-----\nx"})
    EXPECT_TRUE(carries_secret(text)) << text;
  for (const char* text : {"", "how do tokens work?", "https://host/a@b", "mail joe@host: hello", "a password", "x: y"})
    EXPECT_FALSE(carries_secret(text)) << text;
  EXPECT_TRUE(carries_secret("key sk-" + std::string(17, 'a')));
  EXPECT_FALSE(carries_secret("key sk-" + std::string(16, 'a'))) << "too short for a key";
  EXPECT_EQ(redacted(R"({"command":["curl","-H","Cookie: x"]})"), R"({"command":["curl","-H","***"]})");
}

}  // namespace
}  // namespace executus
