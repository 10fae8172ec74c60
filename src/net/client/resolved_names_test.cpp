// Names whose addresses are public and private, as a hostile name server answers: this program's own getaddrinfo(),
// which libcurl calls in place of the C library's.
#include <atomic>
#include <cstring>
#include <initializer_list>

#include <dlfcn.h>
#include <netdb.h>

#include "net/client/harness_test.hpp"

namespace {

using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

std::atomic<int> looked_up = 0;
std::atomic<bool> has_turned = false;  // of turning.test: its address is private now

Resolve resolve_of_system() {
  static const auto found = reinterpret_cast<Resolve>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return found;
}

// The addresses, one behind the other.
int chained(std::initializer_list<const char*> addresses, const char* port, addrinfo** result) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST;
  *result = nullptr;
  for (const char* address : addresses) {
    addrinfo* one = nullptr;
    if (int error = resolve_of_system()(address, port, &hints, &one)) return error;
    while (*result) result = &(*result)->ai_next;
    *result = one;
  }
  return 0;
}

}  // namespace

// 2001:db8::1 is a documentation address: nothing answers there.
extern "C" int getaddrinfo(const char* name, const char* port, const addrinfo* hints, addrinfo** result) {
  if (name && std::strcmp(name, "mixed.test") == 0) {
    ++looked_up;
    return chained({"127.0.0.1", "2001:db8::1"}, port, result);
  }
  if (name && std::strcmp(name, "turning.test") == 0) {
    ++looked_up;
    return chained({has_turned ? "127.0.0.1" : "2001:db8::1"}, port, result);
  }
  return resolve_of_system()(name, port, hints, result);
}

namespace executus::net {
namespace {

class ResolvedNamesTest : public HttpHarness {
 protected:
  ResolvedNamesTest() {
    looked_up = 0;
    has_turned = false;
  }
  HttpRequest to(const std::string& host) const {
    return get("http://" + host + ":" + std::to_string(server_.port()) + "/");
  }
  HttpRequest public_to(const std::string& host) const {
    auto request = to(host);
    request.network = Network::public_only;
    return request;
  }
  // Packets to an unused address may be swallowed; the name may not be looked up in time.
  void fail_to_reach(const std::string& host) {
    for (Milliseconds most(50); looked_up == 0 && most < std::chrono::minutes(1); most *= 4) {
      auto request = public_to(host);
      request.connect_timeout = most;
      (void)failure_of(std::move(request));
    }
  }

  HttpServer server_{[](const HttpServer::Request&) { return HttpServer::Reply{200, {}, "inner"}; }};
};

TEST_F(ResolvedNamesTest, NoPrivateAddressAmongPublicOnesIsConnectedTo) {  // [TOOL-08]
  fail_to_reach("mixed.test");
  EXPECT_GE(looked_up, 1);
  EXPECT_EQ(server_.connection_count(), 0u);
  EXPECT_EQ(send(to("mixed.test")).body, "inner") << "it is reached where that is allowed";
}

TEST_F(ResolvedNamesTest, AnAddressCountsWhenItIsConnectedTo) {  // [TOOL-08]
  fail_to_reach("turning.test");
  EXPECT_GE(looked_up, 1) << "public at first";
  has_turned = true;
  use({});  // a client that has no address in its memory
  EXPECT_EQ(failure_of(public_to("turning.test")).code(), "net.private_address");
  EXPECT_EQ(server_.connection_count(), 0u);
}

}  // namespace
}  // namespace executus::net
