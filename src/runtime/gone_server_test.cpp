// A whole run against a real server that is gone after it has read the request.
#include <cstdlib>
#include <fstream>
#include <future>
#include <optional>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <executus/executus.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

using testing::Gate;
using testing::HttpServer;

// A port of loopback that is bound and not listened on: a connection to it is refused, and no other program gets it.
class HeldPort {
 public:
  explicit HeldPort(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    int on = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    held_ = ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~HeldPort() { ::close(fd_); }
  HeldPort(const HeldPort&) = delete;
  HeldPort& operator=(const HeldPort&) = delete;
  bool held() const { return held_; }

 private:
  int fd_;
  bool held_ = false;
};

// A server that never answers, and a run that calls it.
class GoneServer : public ::testing::Test {
 protected:
  GoneServer() {
    std::ofstream(folder_.path() / "script.yaml")
        << "turns:\n  - {calls: [{tool: charge, arguments: {}}]}\n  - {text: Charged.}\n";
    server_.emplace([gate = gate_](const HttpServer::Request&) {
      HttpServer::Reply reply;
      reply.after = gate;
      return reply;
    });
  }
  Agent agent() const {
    Agent agent;
    agent.name = "clerk";
    agent.model = "scripted/" + (folder_.path() / "script.yaml").string();
    agent.declared_tools.push_back({{"kind", "http"},
                                    {"name", "charge"},
                                    {"description", "Charges."},
                                    {"effect", "keyed"},
                                    {"url", server_->url("/charge")},
                                    {"allow_private_network", true},
                                    {"parameters", {{"type", "object"}}}});
    agent.tools = {"charge"};
    return agent;
  }
  std::string database() const { return (folder_.path() / "runs.db").string(); }

  testing::TemporaryFolder folder_;
  std::shared_ptr<Gate> gate_ = testing::make_gate();
  std::optional<HttpServer> server_;
};

TEST_F(GoneServer, LeavesTheCallInDoubtThoughItsRepeatsWereRefused) {  // [DUR-05]
  RuntimeOptions options;
  options.database = database();
  Runtime runtime(std::move(options));
  auto clerk = agent();
  HeldPort port(server_->port());
  ASSERT_TRUE(port.held());
  auto outcome = std::async(std::launch::async, [&] { return runtime.run(clerk, "Charge."); });
  server_->wait_for_requests(1);

  server_.reset();

  auto parked = outcome.get();
  EXPECT_EQ(parked.status, RunStatus::waiting) << parked.error << parked.output;
  EXPECT_EQ(parked.reason, "in_doubt");
}

}  // namespace
}  // namespace executus
