#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/deliver/webhook_signature.hpp>

namespace executus::deliver {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const std::string kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string kBody = R"({"test": 2432232314})";
const WallTime kThen{seconds(1'614'265'330)};

WebhookSecret secret(const std::string& text = kSecret) { return WebhookSecret::parse(text).value(); }
WebhookHeaders signed_then() { return sign_webhook(secret(), "msg_p5jXN8AQM9LWM0D4loKWxJek", kBody, kThen); }
WebhookCheck check(const WebhookHeaders& headers, std::string_view body = kBody, WallTime now = kThen) {
  return check_webhook(secret(), headers, body, now);
}

TEST(WebhookSignature, IsThatOfTheReferenceImplementations) {  // [TOOL-09]
  auto headers = signed_then();
  EXPECT_EQ(headers.timestamp, "1614265330");
  EXPECT_EQ(headers.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, IsGenuineAsItWasSent) {  // [TOOL-09]
  EXPECT_EQ(check(signed_then()), WebhookCheck::genuine);
}

TEST(WebhookSignature, IsForgedWhenAnythingIsChanged) {  // [TOOL-09]
  EXPECT_EQ(check(signed_then(), R"({"test": 2432232315})"), WebhookCheck::forged);
  auto other_id = signed_then(), other_time = signed_then(), other_signature = signed_then(), none = signed_then();
  other_id.id = "msg_other";
  other_time.timestamp = "1614265331";
  other_signature.signature[5] ^= 1;
  none.signature = "";
  for (const auto& headers : {other_id, other_time, other_signature, none})
    EXPECT_EQ(check(headers), WebhookCheck::forged) << headers.signature;
  auto by_another = sign_webhook(secret("whsec_c2VjcmV0LW9mLWEtcm90YXRlZC1lbmRwb2ludA=="), "msg_1", kBody, kThen);
  EXPECT_EQ(check(by_another), WebhookCheck::forged);
}

TEST(WebhookSignature, IsStaleOutsideTheWindow) {  // [TOOL-09]
  auto headers = signed_then();
  for (auto offset : {-minutes(5), minutes(5)}) EXPECT_EQ(check(headers, kBody, kThen + offset), WebhookCheck::genuine);
  EXPECT_EQ(check(headers, kBody, kThen + minutes(5) + seconds(1)), WebhookCheck::stale);
  EXPECT_EQ(check(headers, kBody, kThen - minutes(5) - seconds(1)), WebhookCheck::stale);
}

TEST(WebhookSignature, OfATimeThatIsNoneIsForged) {  // [TOOL-09]
  for (const char* time : {"", "soon", "-1", "1614265330x", "99999999999999999999"}) {
    WebhookHeaders headers{"msg_1", time, secret().sign("msg_1", time, kBody)};
    EXPECT_EQ(check(headers), WebhookCheck::forged) << time;
  }
}

TEST(WebhookSignature, IsOneOfSeveral) {  // [TOOL-09]
  auto headers = signed_then();
  headers.signature = "v1a,unknown v1,AAAA " + headers.signature;
  EXPECT_EQ(check(headers), WebhookCheck::genuine);
}

TEST(WebhookSecret, IsTwentyFourToSixtyFourBytesAndNeverShown) {  // [TOOL-09]
  EXPECT_TRUE(WebhookSecret::parse(kSecret.substr(6)).ok()) << "the prefix may be left out";
  for (const std::string& text :
       {std::string(), std::string("whsec_"), std::string("whsec_c2hvcnQgb25l"), std::string("whsec_no base64!")}) {
    auto parsed = WebhookSecret::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code(), "deliver.secret");
    if (text.size() > 6) EXPECT_THAT(parsed.error().message(), ::testing::Not(::testing::HasSubstr(text.substr(6))));
  }
}

}  // namespace
}  // namespace executus::deliver
