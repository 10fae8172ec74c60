#include "quiescence.hpp"

#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace executus::crash {
namespace {

// Connections are accepted in the order they were made: when this one is answered, all earlier ones are known.
void knock(std::uint16_t port) {
  int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot reach the own server");
  constexpr std::string_view request = "GET /knock HTTP/1.1\r\n\r\n";
  ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
  char answer[256];
  (void)::recv(socket, answer, sizeof answer, 0);
  ::close(socket);
}

}  // namespace

void wait_until_quiet(const testing::HttpServer& server) {
  knock(server.port());
  server.wait_until_unconnected();
}

}  // namespace executus::crash
