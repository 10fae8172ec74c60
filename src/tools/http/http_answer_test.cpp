#include "tools/http/http_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using tool::Effect;

constexpr Effect kAll[] = {Effect::pure, Effect::idempotent, Effect::keyed, Effect::probeable, Effect::irreversible};

HttpAnswer answer(int status, const net::HttpHeaders& headers, std::string raw) {
  return read_answer(status, headers, std::move(raw), Part::whole, Secrets("canary-4711"));
}
std::string text_of(const net::HttpHeaders& headers, std::string raw) {
  return std::get<tool::Done>(outcome_of(answer(200, headers, std::move(raw)), Effect::pure)).text;
}
bool is_unknown(int status, Effect effect) {
  return std::holds_alternative<tool::Unknown>(outcome_of(answer(status, {{"Location", "/x"}}, ""), effect));
}

TEST(HttpAnswerText, IsTurnedIntoUtf8) {
  EXPECT_EQ(text_of({{"Content-Type", "text/plain; charset=iso-8859-1"}}, "caf\xe9"), "café");
  EXPECT_EQ(text_of({{"Content-Type", "text/plain; charset=utf-8"}}, "café"), "café");
  EXPECT_THAT(text_of({{"Content-Type", "text/plain; charset=x-odd"}}, "caf\xe9"),
              HasSubstr("'x-odd' is not understood"));
  EXPECT_THAT(text_of({}, "caf\xe9"), HasSubstr("no UTF-8"));
}

TEST(HttpAnswerText, DoesNotShowBinaryData) {
  auto text = text_of({{"Content-Type", "image/png"}}, std::string("\x89PNG\r\n\x1a\n\0\0\0\r", 12));
  EXPECT_EQ(text, "[binary data, which is not shown: the answer has 12 bytes of image/png]");
}

// A body of many secrets becomes so short that the edge where it was cut comes into view.
TEST(HttpAnswerText, HasNoPieceOfASecretWhereTheBodyWasCut) {
  for (std::size_t before : {0u, 11u}) {
    std::string body(before, '.');
    while (body.size() < kMaxResult + 200'000) body += "canary-4711\n";
    EXPECT_THAT(text_of({}, body), Not(HasSubstr("canary-4"))) << before;
  }
}

// The body is cut by its bytes, before it is translated.
TEST(HttpAnswerText, HasNoPieceOfASecretWhereATranslatedBodyWasCut) {
  constexpr std::size_t kKept = kMaxResult + (64u << 10);
  for (std::size_t left : {8u, 9u, 10u}) {
    std::string wide;
    for (char c : std::string(kKept / 2 - left, '.') + "canary-4711 and more") wide += {c, '\0'};
    auto text = text_of({{"Content-Type", "text/plain; charset=utf-16le"}}, wide);
    EXPECT_THAT(text, AllOf(HasSubstr("..***"), Not(HasSubstr("canary-4")))) << left;
  }
}

TEST(HttpAnswerText, HasNoPieceOfASecretWhereTheServerBrokeOff) {
  auto cut = read_answer(400, {}, "key canary-47", Part::beginning, Secrets("canary-4711"));
  EXPECT_THAT(presentable(cut, 500), AllOf(HasSubstr("key ***"), Not(HasSubstr("canary"))));
}

TEST(HttpAnswerText, QuotesHeadersWithoutSecrets) {
  EXPECT_THAT(text_of({{"Content-Type", "text/plain; charset=canary-4711"}}, "caf\xe9"),
              AllOf(HasSubstr("'***' is not understood"), Not(HasSubstr("canary"))));
  EXPECT_THAT(text_of({{"Content-Type", "image/canary-4711"}}, std::string("\x89PNG\r\n\x1a\n\0\0\0\r", 12)),
              HasSubstr("of image/***"));
  auto odd = outcome_of(answer(200, {{"Content-Encoding", "canary-4711"}}, "x"), Effect::pure);
  EXPECT_THAT(std::get<tool::Unknown>(odd).reason, HasSubstr("encoded as '***'"));
}

TEST(HttpAnswerText, ThatIsCutOrNotUnderstoodIsNoAnswer) {  // [DUR-05]
  for (auto [encoding, raw] : {std::pair("gzip", "\x1f\x8b\x08"), {"br", "abc"}, {"gzip", "no gzip at all"}}) {
    for (auto effect : kAll)
      EXPECT_TRUE(std::holds_alternative<tool::Unknown>(
          outcome_of(answer(200, {{"Content-Encoding", encoding}}, raw), effect)));
    auto failed = outcome_of(answer(400, {{"Content-Encoding", encoding}}, raw), Effect::irreversible);
    EXPECT_THAT(std::get<tool::Failed>(failed).message, HasSubstr("status 400")) << "the status says enough";
  }
}

TEST(HttpAnswerOfAProbe, ThatIsCutIsUnclear) {  // [DUR-05]
  auto cut = probe_answer(answer(200, {{"Content-Encoding", "gzip"}}, "\x1f\x8b\x08"));
  EXPECT_THAT(std::get<tool::Unclear>(cut).reason, HasSubstr("ends before its end"));
  EXPECT_TRUE(std::holds_alternative<tool::Done>(probe_answer(answer(200, {}, "charged"))));
  EXPECT_TRUE(std::holds_alternative<tool::DidNotHappen>(probe_answer(answer(404, {}, ""))));
}

TEST(HttpCall, WithoutAnAnswerIsUnsentOrUnknown) {  // [DUR-05]
  auto without_answer = [](net::Sent sent) {
    return outcome_of(net::HttpError(ErrorKind::disconnected, "net.reset", "", sent), "POST /charge");
  };
  EXPECT_TRUE(std::get<tool::Failed>(without_answer(net::Sent::no)).unsent);
  EXPECT_TRUE(std::holds_alternative<tool::Unknown>(without_answer(net::Sent::maybe)));
}

TEST(HttpCall, IsUnknownWhereAProxyDoesNotKnowWhatBecameOfIt) {  // [DUR-05]
  for (auto effect : kAll) {
    for (int status : {408, 502, 504, 520, 524}) EXPECT_TRUE(is_unknown(status, effect)) << status;
    for (int status : {500, 503, 521, 522, 523, 525, 526}) EXPECT_FALSE(is_unknown(status, effect)) << status;
  }
}

TEST(HttpRedirect, ThatFollowsADeedIsAnUnknownOutcome) {  // [DUR-05]
  for (auto effect : kAll) EXPECT_EQ(is_unknown(303, effect), effect != Effect::pure) << to_string(effect);
  for (int status : {301, 302})
    for (auto effect : kAll)
      EXPECT_EQ(is_unknown(status, effect), tool::is_gated(effect)) << status << " " << to_string(effect);
  for (int status : {300, 304, 307, 308})
    for (auto effect : kAll) EXPECT_FALSE(is_unknown(status, effect)) << status;
}

TEST(HttpRedirect, SaysWhereItLeads) {
  for (int status : {303, 307}) {
    auto outcome = outcome_of(answer(status, {{"Location", "/done?t=canary-4711"}}, "go"), Effect::irreversible);
    auto text = status == 303 ? std::get<tool::Unknown>(outcome).reason : std::get<tool::Failed>(outcome).message;
    EXPECT_THAT(text, AllOf(HasSubstr("status " + std::to_string(status)), HasSubstr("leads to /done?t=***"),
                            Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace executus::tools
