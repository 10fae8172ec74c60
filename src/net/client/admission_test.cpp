#include "net/client/admission.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Ticket = Admission::Ticket;

const std::string kPlainHost = "http://host:80";
const std::string kTlsHost = "https://host:443";

std::vector<Ticket> admitted(Admission& admission) {
  std::vector<Ticket> all;
  while (auto ticket = admission.admit()) all.push_back(*ticket);
  return all;
}

TEST(Admission, LetsAHostHaveItsConnectionsAndNoMore) {
  Admission admission(2, 10);
  for (int i = 0; i < 3; ++i) static_cast<void>(admission.arrive(kPlainHost, Reuse::pooled));
  Ticket other = admission.arrive("http://other:80", Reuse::pooled);

  EXPECT_THAT(admitted(admission), ElementsAre(1, 2, other));
  admission.leave(1);
  EXPECT_THAT(admitted(admission), ElementsAre(3));
  EXPECT_EQ(admission.waiting(), 0u);
}

TEST(Admission, LetsAllHostsTogetherHaveTheirConnectionsAndNoMore) {
  Admission admission(2, 3);
  for (const char* host : {"http://a:80", "http://a:80", "http://b:80", "http://c:80", "http://b:80"})
    static_cast<void>(admission.arrive(host, Reuse::pooled));

  EXPECT_THAT(admitted(admission), ElementsAre(1, 2, 3));
  admission.leave(1);
  EXPECT_THAT(admitted(admission), ElementsAre(4)) << "the oldest, whatever its host";
  EXPECT_EQ(admission.connections(), 3u);
}

// What libcurl 7.88 does not do: a request whose host is full does not hold up the others.
TEST(Admission, GoesPastAHostThatIsFull) {
  Admission admission(1, 10);
  static_cast<void>(admission.arrive(kPlainHost, Reuse::pooled));
  static_cast<void>(admission.arrive(kPlainHost, Reuse::pooled));
  EXPECT_THAT(admitted(admission), ElementsAre(1));

  Ticket other = admission.arrive("http://other:80", Reuse::pooled);
  EXPECT_THAT(admitted(admission), ElementsAre(other));
}

TEST(Admission, SendsOneRequestAheadToATlsServer) {
  Admission admission(10, 10);
  for (int i = 0; i < 3; ++i) static_cast<void>(admission.arrive(kTlsHost, Reuse::pooled));
  EXPECT_THAT(admitted(admission), ElementsAre(1));

  admission.connected(1);

  EXPECT_THAT(admitted(admission), ElementsAre(2, 3));
}

TEST(Admission, SendsAllWhenTheOneAheadFailed) {
  Admission admission(10, 10);
  for (int i = 0; i < 3; ++i) static_cast<void>(admission.arrive(kTlsHost, Reuse::pooled));
  EXPECT_THAT(admitted(admission), ElementsAre(1));

  admission.leave(1);

  EXPECT_THAT(admitted(admission), ElementsAre(2, 3)) << "one after another they would take minutes to fail";
}

TEST(Admission, WaitsForNobodyWithAConnectionOfItsOwn) {
  Admission admission(10, 10);
  static_cast<void>(admission.arrive(kTlsHost, Reuse::pooled));
  static_cast<void>(admission.arrive(kTlsHost, Reuse::fresh_connection));
  EXPECT_THAT(admitted(admission), ElementsAre(1, 2));
}

TEST(Admission, CountsHundredRequestsAsOneConnectionOnceTheyShareIt) {
  Admission admission(2, 10);
  for (int i = 0; i < 300; ++i) static_cast<void>(admission.arrive(kTlsHost, Reuse::pooled));
  EXPECT_THAT(admitted(admission), ElementsAre(1));
  admission.connected(1);
  EXPECT_THAT(admitted(admission), ElementsAre(2)) << "not known to share it yet";

  admission.multiplexed(1);

  EXPECT_EQ(admitted(admission).size(), 198u);
  EXPECT_EQ(admission.connections(), 2u);
  EXPECT_EQ(admission.waiting(), 100u);
}

TEST(Admission, CountsConnectionsOfTheirOwnBesides) {
  Admission admission(2, 10);
  static_cast<void>(admission.arrive(kTlsHost, Reuse::pooled));
  EXPECT_THAT(admitted(admission), ElementsAre(1));
  admission.multiplexed(1);
  for (int i = 0; i < 2; ++i) static_cast<void>(admission.arrive(kTlsHost, Reuse::fresh_connection));

  EXPECT_THAT(admitted(admission), ElementsAre(2));
  EXPECT_EQ(admission.connections(), 2u);
}

TEST(Admission, ForgetsWhoLeaves) {
  Admission admission(1, 1);
  static_cast<void>(admission.arrive(kPlainHost, Reuse::pooled));
  static_cast<void>(admission.arrive(kPlainHost, Reuse::pooled));
  EXPECT_THAT(admitted(admission), ElementsAre(1));

  admission.leave(2);
  admission.leave(2);
  admission.leave(99);
  admission.leave(1);

  EXPECT_THAT(admitted(admission), IsEmpty());
  EXPECT_EQ(admission.waiting() + admission.connections(), 0u);
}

}  // namespace
}  // namespace executus::net
