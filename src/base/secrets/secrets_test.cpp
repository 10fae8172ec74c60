#include "base/secrets/secrets.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace executus {
namespace {

constexpr std::string_view kKey = "tok-canary-99/x+y";

std::string masked(std::string_view text, std::string_view secret, Cut cut = Cut::nowhere) {
  return Secrets(secret).masked(text, cut);
}

std::string base64_encode(const std::string& bytes) {
  std::string text(bytes.size() * 2 + 4, '\0');
  int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                               reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

TEST(Masked, HidesASecretHoweverItIsWritten) {
  for (const char* spelling : {
           "tok-canary-99/x+y",                // as it is
           "tok%2Dcanary%2D99/x+y",            // percent-encoded where it need not be
           "tok-canary-99%2Fx%2By",            // where it must be
           "tok-canary-99%252fx%252by",        // twice
           "%74%6F%6B%2d%63anary-99/x+y",      // from its first character on
           "tok-canary-99\\/x+y",              // JSON
           "tok\\u002dcanary\\u002D99\\/x+y",  // JSON
           "tok\\\\u002dcanary-99\\\\/x+y",    // JSON in JSON
           "tok\\\\\\\\u002dcanary-99/x+y",    // four times
           "tok-can\nary-99/x+y",              // broken by a line end
           "tok-can\r\n    ary-99/x+y",        // folded
           "tok-can\\nary-99\\r\\n/x+y",       // broken, then JSON
           "tok-can%0D%0A ary-99/x+y",         // broken, then percent-encoded
           "tok-canary-99&#47;x&#x2B;y",       // HTML
           "tok\\x2dcanary-99/x+y",            // a program's own escapes
           "t\x01ok-ca\x7fnary-99/x+\ty",      // with control characters
       })
    EXPECT_EQ(masked("key: " + std::string(spelling) + ", no", kKey), "key: ***, no") << spelling;
}

TEST(Masked, HidesASecretBehindWhatLooksLikeAnEscape) {
  EXPECT_EQ(masked("%c4n4ry-s3cr3t \\tok%2Dcanary", "c4n4ry-s3cr3t"), "%*** \\tok%2Dcanary");
  EXPECT_EQ(masked("\\tok%2Dcanary", "tok-canary"), "\\***");
  EXPECT_EQ(masked("a%2Dbcdefgh a%252Dbcdefgh a-bcdefgh", "a%2Dbcdefgh"), "*** *** a-bcdefgh");
  EXPECT_EQ(masked("ab\\cdefgh ab\\\\cdefgh", "ab\\cdefgh"), "*** ***");
}

TEST(Masked, HidesASecretInBase64) {
  for (std::string user : {"", "u", "me", "bob", "c++?"}) {
    for (std::string rest : {"", ":", "::", "more"}) {
      auto basic = base64_encode(user + std::string(kKey) + rest);
      EXPECT_EQ(masked("Basic " + basic + " is wrong", kKey), "Basic *** is wrong") << user << rest;
      EXPECT_EQ(masked("Basic " + basic.substr(0, 9) + "\r\n" + basic.substr(9) + "!", kKey), "Basic ***!");
    }
  }
  EXPECT_EQ(masked("fn5-Pz8_fn5-Pw", "~~~???~~~?"), "***") << "the alphabet of addresses";
  EXPECT_EQ(masked("Basic " + base64_encode("pin-1\npin-2\npin-3\n"), "pin-1\npin-2\npin-3\n"), "Basic ***");
}

TEST(Masked, LeavesTheRest) {
  for (std::string text :
       {"", "tok-canary-99", "tok-canary-99/x", "tok%2Dcanary", "%", "%2", "\\", "\\u00", "dG9r", "***"})
    EXPECT_EQ(masked(text, kKey), text);
  EXPECT_EQ(masked("anything", ""), "anything");
}

TEST(Masked, HidesAShortSecretAsAWholeWord) {
  EXPECT_EQ(masked("hunter2 hunter22 hunter%32", "hunter2"), "*** hunter22 ***");
  EXPECT_EQ(masked("pin 1234: 12345, %31234", "1234"), "pin ***: 12345, ***");
  EXPECT_EQ(masked("key x: no example, %78", "x"), "key ***: no example, ***");
  Secrets added;
  added.add("abc");
  EXPECT_EQ(added.masked("abc is in every text"), "abc is in every text") << "what is shorter is none among others";
}

constexpr const char* kPem =
    "-----BEGIN PRIVATE KEY-----\nMIIEsecretline1\nMIIEsecretline2\n-----END PRIVATE KEY-----\n";

TEST(Masked, HidesTheLinesOfASecretAndItsJson) {
  EXPECT_EQ(masked("got MIIEsecretline2.", kPem), "got ***.");
  EXPECT_EQ(masked("got MIIEsecret\n  line2.", kPem), "got ***.");
  EXPECT_EQ(masked(R"("MIIEsecretline1\nMIIEsecretline2")", kPem), R"("***")");
  EXPECT_EQ(masked(kPem, kPem), "***\n");
  EXPECT_EQ(masked("-----BEGIN PUBLIC KEY-----", kPem), "-----BEGIN PUBLIC KEY-----");
  EXPECT_EQ(masked("Basic " + base64_encode(kPem), kPem), "Basic ***");
}

// A service account in a variable whose name says nothing: as JSON has the key, as PEM has it, and wrapped otherwise.
TEST(SecretsOfTexts, ArePrivateKeysWithinJson) {
  FixedEnvironment environment(
      {{"ACCOUNT",
        R"({"type": "service_account", "client_email": "bot@project.example",
      "private_key_id": "0123456789abcdef", "private_key": )"
        R"("-----BEGIN PRIVATE KEY-----\nMIIEsecretline1\nMIIEsecretline2\nQ==\n-----END PRIVATE KEY-----\n"})"}});
  Secrets secrets;
  secrets.add_texts({{"A", "${ACCOUNT}"}}, environment);

  EXPECT_EQ(secrets.masked(R"(key MIIEsecretline1\nMIIEsecretline2\nQ==\n)"), R"(key ***\n)");
  EXPECT_EQ(secrets.masked("key MIIEsecretline1\nMIIEsecretline2\nQ==\n"), "key ***\n");
  EXPECT_EQ(secrets.masked("key MIIEsec\nretline1MIIEsec\nretline2Q=="), "key ***");
  EXPECT_EQ(secrets.masked("got MIIEsecretline2, id 0123456789abcdef"), "got ***, id ***");
  EXPECT_EQ(secrets.masked("service_account bot@project.example"), "service_account bot@project.example");
  EXPECT_EQ(secrets.masked("-----BEGIN PUBLIC KEY-----"), "-----BEGIN PUBLIC KEY-----");
}

TEST(SecretsOfTexts, ArePrivateKeysWhoseLineEndsAreWrittenOut) {
  FixedEnvironment environment({{"PEM_TEXT_OF_BOT", R"(-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED\nMIIEsecretline1\nMIIEsecretline2\n-----END RSA PRIVATE KEY-----)"},
                                {"BLOB",
                                 "x -----BEGIN PUBLIC KEY-----\nMIIEpublicline1\n-----END PUBLIC KEY-----\n"
                                 "-----BEGIN EC PRIVATE KEY-----\nMIIEsecretline3\n-----END EC PRIVATE KEY-----"}});
  Secrets secrets;
  secrets.add_texts({{"A", "${PEM_TEXT_OF_BOT}"}, {"B", "${BLOB}"}}, environment);

  EXPECT_EQ(secrets.masked("MIIEsecretline1, MIIEsecretline3."), "***, ***.");
  EXPECT_EQ(secrets.masked("MIIEsecretline1\nMIIEsecretline2 MIIEpublicline1"), "*** MIIEpublicline1");
}

TEST(SecretsOfTexts, AreMembersOfJsonWithSecretNames) {
  FixedEnvironment environment(
      {{"CONFIG",
        R"({"db": {"password": "correct horse battery", "pin": 12345}, "tokens": ["first-of-them", "second-one"],
                      "auth": {"kind": "basic-auth"}, "use_token": true, "user": "somebody"})"}});
  Secrets secrets;
  secrets.add_texts({{"A", "${CONFIG}"}}, environment);

  EXPECT_EQ(secrets.masked("correct horse battery; 12345; first-of-them second-one"), "***; ***; *** ***");
  EXPECT_EQ(secrets.masked("basic-auth true somebody"), "basic-auth true somebody");
  EXPECT_EQ(secrets.masked(base64_encode("me:first-of-them")), "***");
}

TEST(SecretsOfTexts, AreMembersOfJsonInListsAndTheirWords) {
  FixedEnvironment environment({{"CONFIG", R"([{"tokens": ["first-in-list"]}, {"password": "one-word other-word"}])"}});
  Secrets secrets;
  secrets.add_texts({{"A", "${CONFIG}"}}, environment);

  EXPECT_EQ(secrets.masked("first-in-list; other-word"), "***; ***");
}

TEST(Masked, HidesEveryStringOfASecretThatIsJson) {
  constexpr auto kJson = R"({"x":["first-of-it",{"y":"second-of-it third-of-it"}],"n":12345678})";
  EXPECT_EQ(masked("first-of-it; second-of-it; third-of-it; x y n", kJson), "***; ***; ***; x y n");
}

TEST(Masked, HidesWhatIsLeftOfASecretWhenItWasRead) {
  EXPECT_EQ(masked("tok-abcdefgh1234.", "tok-abcdefgh1234\n"), "***.");
  EXPECT_EQ(masked("tok-abcdefgh1234.", "Bearer\ttok-abcdefgh1234"), "***.");
  EXPECT_EQ(masked("as Bearer", "Bearer tok-abcdefgh1234"), "as Bearer");
  EXPECT_EQ(masked("correct horse\nbattery", " correct  horse battery "), "***");
  EXPECT_EQ(masked("key: line1line1\nline2line2", R"({"private_key": "line1line1\nline2line2", "n": 1})"), "key: ***");
  EXPECT_EQ(masked("s3cr3t-of-bob", "bob:s3cr3t-of-bob"), "***");
  EXPECT_EQ(masked("s3cr3t@x", "postgres://bob:s3cr3t%40x@host/db"), "***");
}

TEST(Masked, HidesWhatIsNotAsciiAsJsonHasIt) {
  EXPECT_EQ(masked(R"(p\u00e4ssw\u00F6rter)", "pässwörter"), R"(p\u00e4ssw\u00F6rter)") << "mixed digits are nobody's";
  EXPECT_EQ(masked(R"("p\u00e4ssw\u00f6rter")", "pässwörter"), R"("***")");
  EXPECT_EQ(masked(R"("p\u00E4ssw\u00F6rter")", "pässwörter"), R"("***")");
  EXPECT_EQ(masked(R"("12345\ud83d\ude00678")", "12345\U0001f600678"), R"("***")");
  EXPECT_EQ(masked("p%C3%A4sswörter", "pässwörter"), "***");
}

TEST(Masked, HidesWhatHtmlAndFormsMakeOfASecret) {
  EXPECT_EQ(masked("is a&amp;b&lt;c&quot;d&gt;e&apos;f.", "a&b<c\"d>e'f"), "is ***.");
  EXPECT_EQ(masked("&amp;first-of-all", "&first-of-all"), "***");
  EXPECT_EQ(masked("q=correct+horse+battery&x", "correct horse battery"), "q=***&x");
  EXPECT_EQ(masked("&; &# &#x; &#99999; &nothing", kKey), "&; &# &#x; &#99999; &nothing");
}

TEST(Masked, HidesManySecretsAtOnce) {
  Secrets secrets("canary-4711");
  secrets.add("canary-4711-and-more");
  secrets.add("other-4711");
  EXPECT_EQ(secrets.masked("canary-4711-and-more, other-4711 canary-4711."), "***, *** ***.");
}

const FixedEnvironment& environment() {
  static const FixedEnvironment environment({{"TOKEN", "canary-4711"},
                                             {"DB_PWD", "hunter22pwd"},
                                             {"SSH_PASSPHRASE", "open-sesame"},
                                             {"DATABASE_URL", "postgres://bob:in-a-url-4711@host/db"},
                                             {"OPTIONS", "verbose=1;password=in-options-1;mode=basic"},
                                             {"PLAIN", "well-known"},
                                             {"MAX_TOKENS", "4096"}});
  return environment;
}

std::string said(std::string_view text, const std::map<std::string, std::string>& texts) {
  Secrets secrets;
  secrets.add_texts(texts, environment());
  return secrets.masked(text);
}

TEST(SecretsOfTexts, AreWhatVariablesStandFor) {
  EXPECT_EQ(said("got canary-4711, well-known", {{"A", "x ${TOKEN} ${PLAIN}"}}), "got ***, well-known");
  EXPECT_EQ(said("hunter22pwd open-sesame", {{"A", "${DB_PWD}${SSH_PASSPHRASE}"}}), "*** ***");
  EXPECT_EQ(said("got well-known", {{"API_KEY", "${PLAIN}"}}), "got ***") << "named by what it is given as";
  EXPECT_EQ(said("got in-the-file", {{"Authorization", "Bearer in-the-file"}}), "got ***") << "without a variable";
  EXPECT_EQ(said("fallback-1", {{"A_KEY", "${ABSENT}"}}), "fallback-1");
  EXPECT_EQ(said("4096 true", {{"MAX_TOKENS", "${MAX_TOKENS}"}}), "4096 true");
}

TEST(SecretsOfTexts, AreAlsoWithinValues) {
  EXPECT_EQ(said("connect as bob: in-a-url-4711", {{"A", "${DATABASE_URL}"}}), "connect as bob: ***");
  EXPECT_EQ(said("in-options-1 verbose basic", {{"A", "${OPTIONS}"}}), "*** verbose basic");
}

TEST(SecretsOfTexts, AreThoseOfAUrl) {
  Secrets secrets;
  secrets.add_text("https://h/x?q=${PLAIN}&access_token=${MAX_TOKENS}&t=${TOKEN}", environment());
  EXPECT_EQ(secrets.masked("well-known 4096 canary-4711"), "well-known *** ***");
}

// A server may send what it likes: this ends soon, since no text costs the square of its length.
TEST(Masked, ReadsLongTextsThatAreWrittenToBeSlow) {
  for (std::string piece : {"%25", "\\", "\\n", "t\\n", "t", "t ", "%74", "dG9r", "&#116;", "&"}) {
    std::string text;
    while (text.size() < 32'000) text += piece;
    EXPECT_EQ(masked(text, kKey), text);
    EXPECT_EQ(masked(text + std::string(kKey), kKey).find("canary"), std::string::npos);
  }
}

TEST(Masked, ReadsLongTextsWhoseEscapesBeginASecret) {
  for (auto [piece, key] : {std::pair("%20", "0f3c5d7e9b1a"), {"\\n", "nf3c5d7e9b1a"}, {"%0a", "af3c5d7e9b1a"}}) {
    std::string text;
    while (text.size() < 256'000) text += piece;
    EXPECT_EQ(masked(text, key), text);
    EXPECT_EQ(masked(text + key, key), text + "***");
  }
}

TEST(SecretsOfTexts, AreNoSwitches) {
  Secrets secrets;
  secrets.add_texts({{"USE_AUTH", "true"}, {"REQUIRE_TOKEN", "False"}, {"DB_PWD", "falsehood"}}, environment());
  EXPECT_EQ(secrets.masked("true False falsehood"), "true False ***");
}

TEST(MaskedPieces, AreThoseAtAnEdgeThatWasCut) {
  EXPECT_EQ(masked("is tok-canary", kKey, Cut::at_end), "is ***");
  EXPECT_EQ(masked("is tok-canary", kKey, Cut::at_begin), "is tok-canary");
  EXPECT_EQ(masked("is tok-canary.", kKey, Cut::at_end), "is tok-canary.") << "the text goes on otherwise";
  EXPECT_EQ(masked("is tok-cana", kKey, Cut::at_end), "is ***");
  EXPECT_EQ(masked("is tok-can", kKey, Cut::at_end), "is tok-can") << "seven bytes";
  EXPECT_EQ(masked("-99/x+y, no", kKey, Cut::at_begin), "-99/x+y, no") << "seven bytes";
  EXPECT_EQ(masked("y-99/x+y, no", kKey, Cut::at_begin), "***, no");
  EXPECT_EQ(masked("y-99/x+y, no", kKey, Cut::at_both), "***, no");
  EXPECT_EQ(masked("canary-99/", kKey, Cut::at_both), "***") << "cut at both of its ends";
  EXPECT_EQ(masked("", kKey, Cut::at_both), "");
}

TEST(MaskedPieces, AreFoundBesideEscapesAndCharactersThatWereCut) {
  EXPECT_EQ(masked("is tok%2Dcanary%2", kKey, Cut::at_end), "is ***");
  EXPECT_EQ(masked("is tok\\u002dcanary\\u00", kKey, Cut::at_end), "is ***");
  EXPECT_EQ(masked("is tok-canary\xef\xbf\xbd", kKey, Cut::at_end), "is ***");
  EXPECT_EQ(masked("2Dcanary-99/x+y, no", kKey, Cut::at_begin), "2D***, no");
  EXPECT_EQ(masked("u002dcanary-99/x+y, no", kKey, Cut::at_begin), "u002d***, no");
  EXPECT_EQ(masked("\r\n                    ary-99/x+y, no", kKey, Cut::at_begin), "\r\n                    ***, no");
}

TEST(MaskedPieces, AreLookedForAtTheEdgeAlone) {
  std::string key;
  for (int i = 0; i < 2'000; ++i) key += std::to_string(i * 7919);
  std::string text = std::string(256'000, ' ') + key.substr(5'000);

  EXPECT_EQ(masked(text, key, Cut::at_begin), std::string(256'000, ' ') + "***");
}

// A secret, character by character as one way of writing has it.
using Spelled = std::vector<std::string>;

Spelled spelled(std::string_view secret, int way) {
  static constexpr const char* digits = "0123456789ABCDEF";
  Spelled all;
  for (char c : secret) {
    std::string hex{digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]};
    std::string ways[] = {{c}, "%" + hex, "\\u00" + hex, "&#x" + hex + ";", {c, '\r', '\n', ' '}, {c, '\\', 'n'}};
    all.push_back(ways[way]);
  }
  return all;
}

std::string joined(Spelled::const_iterator begin, Spelled::const_iterator end) {
  std::string text;
  for (; begin != end; ++begin) text += *begin;
  return text;
}

// Wherever a text is cut, no piece of a secret of eight bytes is at the edge, whatever is around it.
TEST(MaskedPieces, AreNeverShownWhereverTheCutIs) {
  std::mt19937 random(4711);
  auto some = [&](std::string_view alphabet, std::size_t length) {
    std::string text;
    while (text.size() < length) text += alphabet[random() % alphabet.size()];
    return text;
  };
  for (std::size_t length : {9u, 16u, 40u, 64u}) {
    for (int way = 0; way < 6; ++way) {
      auto secret = some("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmopqrstuvwxyz23456789-_/+", length);
      auto letters = spelled(secret, way);
      auto text = some(" .:{}\"=", 20) + joined(letters.begin(), letters.end()) + some(" .:{}\"=", 20);
      auto first = joined(letters.begin(), letters.begin() + 8), last = joined(letters.end() - 8, letters.end());
      Secrets secrets(secret);
      for (std::size_t at = 0; at <= text.size(); ++at) {
        EXPECT_EQ(secrets.masked(text.substr(0, at), Cut::at_end).find(first), std::string::npos) << text << at;
        EXPECT_EQ(secrets.masked(text.substr(at), Cut::at_begin).find(last), std::string::npos) << text << at;
      }
    }
  }
}

// Of what stands before a secret a character of its base64 depends, and of what follows it.
TEST(MaskedPieces, AreFoundInBase64) {
  for (std::string user : {"", "u", "me", "bob"}) {
    auto encoded = base64_encode(user + std::string(kKey) + ":more");
    auto begin = user.size() % 3 == 0 ? user.size() / 3 * 4 : user.size() % 3 + 1;
    auto end = (user.size() + kKey.size()) * 8 / 6;
    auto first = encoded.substr(begin, 8), last = encoded.substr(end - 8, 8);
    for (std::size_t at = 0; at <= encoded.size(); ++at) {
      auto head = "Basic " + encoded.substr(0, at), tail = encoded.substr(at) + ".";
      EXPECT_EQ(masked(head, kKey, Cut::at_end).find(first), std::string::npos) << user << at;
      EXPECT_EQ(masked(tail, kKey, Cut::at_begin).find(last), std::string::npos) << user << at;
    }
    EXPECT_EQ(masked(encoded.substr(begin + 4) + ".", kKey, Cut::at_begin), "***.") << user;
  }
}

}  // namespace
}  // namespace executus
