// The decisions of the client, without a socket.
#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/client/body_queue.hpp"
#include "net/client/head_reader.hpp"
#include "net/client/private_address.hpp"
#include "net/client/request_check.hpp"
#include "net/client/transfer_failure.hpp"

namespace executus::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HttpError refusal_of(const HttpRequest& request) {
  try {
    check_request(request);
  } catch (const HttpError& error) {
    return error;
  }
  return {ErrorKind::failed, "accepted", "", Sent::maybe};
}

HttpRequest request_to(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

TEST(RequestCheck, RefusesWhatIsNoHttpUrl) {
  for (const char* url : {"", "/path", "host/path", "http://", "http://a b/", "http://a/\r\nX: y", "ftp://a/",
                          "file:///etc/passwd", "http://a:99999/", "javascript:alert(1)"}) {
    HttpError error = refusal_of(request_to(url));
    EXPECT_EQ(error.code(), "net.bad_url") << url;
    EXPECT_EQ(error.sent(), Sent::no) << url;
  }
  EXPECT_EQ(refusal_of(request_to(std::string("http://a/\0b", 11))).code(), "net.bad_url");
  EXPECT_EQ(refusal_of(request_to("https://user:pw@[::1]:8080/a%20b?c=d#e")).code(), "accepted");
}

TEST(RequestCheck, RefusesLineBreaksInMethodAndHeaders) {
  HttpRequest method = request_to("http://a/");
  method.method = "GET / HTTP/1.1\r\nX: y";
  EXPECT_EQ(refusal_of(method).code(), "net.bad_request");

  HttpRequest name = request_to("http://a/");
  name.headers = {{"X: y\r\nZ", "v"}};
  EXPECT_EQ(refusal_of(name).code(), "net.bad_request");

  HttpRequest value = request_to("http://a/");
  value.headers = {{"Authorization", "hunter2\r\nX: y"}};
  EXPECT_EQ(refusal_of(value).code(), "net.bad_request");
  EXPECT_THAT(refusal_of(value).message(), Not(HasSubstr("hunter2")));
}

TEST(RequestCheck, FollowsRedirectsOnlyWhereRepeatingIsHarmless) {
  HttpRequest request = request_to("http://a/");
  request.redirects = Redirects::follow;
  EXPECT_EQ(refusal_of(request).code(), "accepted");
  request.method = "POST";
  EXPECT_EQ(refusal_of(request).code(), "net.bad_request");
  request.method = "GET";
  request.reuse = Reuse::fresh_connection;
  EXPECT_EQ(refusal_of(request).code(), "net.bad_request");
}

TEST(RequestCheck, DescribesWithoutSecrets) {
  EXPECT_EQ(describe_request(request_to("https://u:hunter2@host:81/a@b?k=hunter2#hunter2")), "GET https://host:81/a@b");
  for (const char* url : {"https://u:hunter2@ho st/", "u:hunter2@host/p?q", "https://u:hun/hunter2@host",
                          "http://host:x/?hunter2", "ftp://u:hunter2@host/a"})
    EXPECT_THAT(describe_request(request_to(url)), Not(HasSubstr("hunter2")));
}

TEST(PrivateAddress, KnowsPrivateAndPublicOnes) {  // [TOOL-08]
  for (const char* address : {"127.0.0.1",
                              "127.255.255.255",
                              "10.0.0.1",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "0.0.0.0",
                              "100.64.0.1",
                              "192.0.0.1",
                              "198.18.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "168.63.129.16",
                              "::",
                              "::1",
                              "::ffff:10.0.0.1",
                              "::127.0.0.1",
                              "64:ff9b::127.0.0.1",
                              "2002:7f00:1::",
                              "2001:0:7f00:1::",
                              "192.88.99.1",
                              "fc00::1",
                              "fdff::1",
                              "fe80::1",
                              "fe80::1%eth0",
                              "ff02::1",
                              "localhost",
                              ""})
    EXPECT_TRUE(is_private_address(std::string(address))) << address;
  for (const char* address :
       {"1.1.1.1", "9.255.255.255", "11.0.0.0", "126.255.255.255", "128.0.0.0", "172.15.255.255", "172.32.0.0",
        "192.167.255.255", "192.169.0.0", "169.253.255.255", "168.63.129.15", "168.63.129.17", "223.255.255.255",
        "::ffff:8.8.8.8", "2606:4700::1111", "2002:0808:0808::"})
    EXPECT_FALSE(is_private_address(std::string(address))) << address;
}

std::optional<HttpHead> head_of(HeadReader& reader, std::initializer_list<const char*> lines) {
  std::optional<HttpHead> head;
  for (const char* line : lines)
    if (auto found = reader.line(line)) head = std::move(found);
  return head;
}

TEST(HeadReader, SkipsInterimResponsesAndFollowedRedirects) {
  HeadReader reader(Redirects::follow);
  EXPECT_FALSE(head_of(reader, {"HTTP/1.1 103 Early\r\n", "Link: x\r\n", "\r\n"}));
  EXPECT_FALSE(head_of(reader, {"HTTP/1.1 302 Found\r\n", "Location: /x\r\n", "\r\n"}));

  auto head = head_of(reader, {"HTTP/2 304 \r\n", "A:  b \r\n", "\r\n"});

  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 304);
  EXPECT_EQ(head->headers, (HttpHeaders{{"A", "b"}}));
  EXPECT_FALSE(head_of(reader, {"Trailer: x\r\n", "\r\n"})) << "what follows the body is no head";
}

TEST(HeadReader, ShowsARedirectThatIsNotFollowed) {
  HeadReader reader(Redirects::none);
  EXPECT_TRUE(head_of(reader, {"HTTP/1.1 302 Found\r\n", "Location: /x\r\n", "\r\n"}));
}

TEST(TransferFailure, IsDefiniteOnlyWhenNothingBegan) {
  for (CURLcode code : {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR,
                        CURLE_OPERATION_TIMEDOUT, CURLE_RECV_ERROR, CURLE_OUT_OF_MEMORY}) {
    TransferFailure failure{code, "detail", false, false, false, 0, 0};
    EXPECT_EQ(transfer_error("GET http://a/", failure).sent(), Sent::no) << code;
    failure.began = true;
    EXPECT_EQ(transfer_error("GET http://a/", failure).sent(), Sent::maybe) << code;
  }
}

TEST(TransferFailure, NamesACodeByTheRemedy) {
  auto code_of = [](CURLcode code) {
    return transfer_error("GET http://a/", {code, "x", true, false, false, 0, 0}).code();
  };
  EXPECT_EQ(code_of(CURLE_COULDNT_RESOLVE_HOST), "net.dns");
  EXPECT_EQ(code_of(CURLE_COULDNT_CONNECT), "net.refused");
  EXPECT_EQ(code_of(CURLE_PEER_FAILED_VERIFICATION), "net.tls");
  EXPECT_EQ(code_of(CURLE_OPERATION_TIMEDOUT), "net.timeout");
  for (CURLcode code : {CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2_STREAM})
    EXPECT_EQ(code_of(code), "net.reset");
  EXPECT_EQ(code_of(CURLE_BAD_FUNCTION_ARGUMENT), "net.failed");
}

TEST(BodyQueue, IsFullAtItsWindowUntilItIsTaken) {
  BodyQueue queue(10);
  EXPECT_EQ(queue.offer("12345678901234567890"), BodyQueue::Offer::taken) << "an empty queue takes any amount";
  EXPECT_EQ(queue.offer("x"), BodyQueue::Offer::full);

  BodyQueue::Taken taken = queue.take();
  EXPECT_EQ(taken.bytes, "12345678901234567890");
  EXPECT_EQ(taken.room, BodyQueue::Room::made);
  EXPECT_EQ(queue.offer("x"), BodyQueue::Offer::taken);
  EXPECT_EQ(queue.take().room, BodyQueue::Room::as_before);
}

TEST(BodyQueue, GivesAllBytesBeforeItsError) {
  BodyQueue queue(10);
  EXPECT_EQ(queue.offer("abc"), BodyQueue::Offer::taken);
  queue.end(std::make_exception_ptr(failed("net.reset", "broke off")));

  EXPECT_EQ(queue.take().bytes, "abc");
  EXPECT_THROW(static_cast<void>(queue.take()), Error);
}

}  // namespace
}  // namespace executus::net
