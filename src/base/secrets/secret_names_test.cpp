#include "base/secrets/secret_names.hpp"

#include <gtest/gtest.h>

namespace executus {
namespace {

TEST(SecretNames, AreKnownInAnySpelling) {  // [STP-04]
  for (const char* name : {"token",
                           "access_token",
                           "API-Key",
                           "apiKey",
                           "X-Api-Key",
                           "privateKey",
                           "PASSWORD",
                           "db.pwd",
                           "passphrase",
                           "Set-Cookie",
                           "session-id",
                           "clientSecret",
                           "Proxy-Authorization",
                           "auth",
                           "DB_PWD",
                           "SSH_PASSPHRASE",
                           "DB_PASS",
                           "PGPASSWORD",
                           "SMTPPASS",
                           "DEPLOY_KEY",
                           "SIGNING_KEY_V2",
                           "sshkey",
                           "GITHUB_PAT",
                           "BASIC_AUTH",
                           "userPin",
                           "OTP",
                           "aws_secret_access_key",
                           "GOOGLE_CREDS",
                           "MNEMONIC",
                           "TLS_PEM",
                           "JWT",
                           "tokenizer_password",
                           "AuthToken"}) {
    EXPECT_TRUE(names_a_secret(name)) << name;
    EXPECT_TRUE(variable_names_a_secret(name)) << name;
  }
}

TEST(SecretNames, AreNotPartsOfHarmlessWords) {  // [STP-04]
  for (const char* name : {"",
                           "path",
                           "author",
                           "AUTHORS",
                           "pattern",
                           "shopping",
                           "query",
                           "sort_key",
                           "primaryKey",
                           "PUBLIC_KEY",
                           "max_tokens",
                           "tokenCount",
                           "tokenizers",
                           "TOKENIZERS_PARALLELISM",
                           "tokenisation",
                           "keyboard",
                           "compass",
                           "bypass",
                           "spinner",
                           "pattern"}) {
    EXPECT_FALSE(names_a_secret(name)) << name;
    EXPECT_FALSE(variable_names_a_secret(name)) << name;
  }
}

TEST(SecretNames, AreNotThoseOfTheShellsDirectories) {
  EXPECT_FALSE(variable_names_a_secret("PWD"));
  EXPECT_FALSE(variable_names_a_secret("OLDPWD"));
  EXPECT_TRUE(variable_names_a_secret("DB_PWD"));
  EXPECT_TRUE(names_a_secret("pwd"));
}

TEST(SecretNames, TakeAKeyAloneOfVariablesOnly) {
  for (const char* name : {"key", "KEY", "keys", "KEY_1", "key-value"}) {
    EXPECT_FALSE(names_a_secret(name)) << name;
    EXPECT_TRUE(variable_names_a_secret(name)) << name;
  }
}

}  // namespace
}  // namespace executus
